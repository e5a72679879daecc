"""What should become of somebody's awards, as values: one decision, whether for one person, for
all, or for a preview.

An award is judged by the terms it was earned under. Stricter terms published later take nothing
away; a completion that is undone may, where those terms say so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from badges.catalogue.published import BadgeCatalogue, PublishedBadge, Terms
from badges.rules.deeds import Deed
from badges.rules.verdicts import Verdict, evaluate


class Outcome(StrEnum):
    """What becomes of one badge of one person."""

    ADDED = "added"
    TAKEN_BACK = "taken_back"
    KEPT = "kept"
    """Its rule is met no longer, and it stays all the same."""
    RENEWED = "renewed"
    """It stands, resting on other completions than before."""
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class Standing:
    """An award that stands."""

    id: int
    badge: str
    version: int
    awarded_at: datetime
    evidence: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class History:
    """Everything there is to decide about one person."""

    person_id: int
    is_manager: bool
    """Is or ever was."""
    deeds: Sequence[Deed]
    standing: dict[str, Standing]
    """By badge."""
    revoked_before: frozenset[str] = frozenset()
    """Badges that were taken back at some time."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One badge of one person: what becomes of it, under which terms, and the verdict that says
    so."""

    person_id: int
    badge: str
    outcome: Outcome
    terms: Terms
    verdict: Verdict
    award_id: int | None = None
    is_return: bool = False
    """Added, but held before."""


def decide(history: History, catalogue: BadgeCatalogue) -> Iterator[Decision]:
    """The decisions for every badge that the person holds or is owed, in position order."""
    for badge in catalogue.badges:
        award = history.standing.get(badge.slug)
        if award is not None:
            yield _on_standing(history, award, badge, catalogue)
        elif (owed := _on_open(history, badge)) is not None:
            yield owed


def changes(decisions: Iterable[Decision]) -> list[Decision]:
    """Those that ask for a write."""
    silent = {Outcome.KEPT, Outcome.UNCHANGED}
    return [decision for decision in decisions if decision.outcome not in silent]


def _on_open(history: History, badge: PublishedBadge) -> Decision | None:
    if badge.is_retired or not badge.terms.is_for(manager=history.is_manager):
        return None
    verdict = evaluate(badge.terms.rule, history.deeds)
    if not verdict.met:
        return None
    again = badge.slug in history.revoked_before
    return Decision(
        history.person_id, badge.slug, Outcome.ADDED, badge.terms, verdict, is_return=again
    )


def _on_standing(
    history: History, award: Standing, badge: PublishedBadge, catalogue: BadgeCatalogue
) -> Decision:
    terms = catalogue.terms[badge.slug, award.version]
    verdict = evaluate(terms.rule, history.deeds)
    outcome = _outcome(award, terms, verdict)
    if not verdict.met and (owed := _on_open(history, badge)) is not None:
        # Lost under the old terms and earned under the present ones: it stays, and is of the
        # present ones from now on.
        terms, verdict, outcome = owed.terms, owed.verdict, Outcome.RENEWED
    return Decision(history.person_id, badge.slug, outcome, terms, verdict, award_id=award.id)


def _outcome(award: Standing, terms: Terms, verdict: Verdict) -> Outcome:
    if not verdict.met:
        return Outcome.KEPT if terms.on_undo == "keep" else Outcome.TAKEN_BACK
    if (award.evidence, award.awarded_at) == (verdict.evidence, verdict.awarded_on):
        return Outcome.UNCHANGED
    return Outcome.RENEWED
