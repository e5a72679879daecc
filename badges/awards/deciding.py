"""Decides what becomes of a person's awards. Pure: the same for one person, all, or a preview.

An award is judged by the terms it was earned under. Stricter terms that are published later revoke
nothing. Undoing a completion may revoke it, where the terms of the award say so.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from badges.catalogue.published import BadgeCatalogue, PublishedBadge, Terms
from badges.rules.deeds import AnyDeed
from badges.rules.verdicts import Verdict, evaluate


class Outcome(StrEnum):
    """What becomes of one person's badge."""

    ADDED = "added"
    TAKEN_BACK = "taken_back"
    KEPT = "kept"
    """Its rule is no longer met, and its terms say that it stays."""
    RENEWED = "renewed"
    """It stands, but on other completions, on another day or under other terms than before."""
    UNCHANGED = "unchanged"


@dataclass(frozen=True, slots=True)
class StandingAward:
    """An award that is not revoked."""

    id: int
    badge: str
    version: int
    awarded_at: datetime
    evidence: tuple[int, ...]
    """Ids of the completions it rests on, earliest first."""


@dataclass(frozen=True, slots=True)
class History:
    """Everything about one person that decides about their badges."""

    person_id: int
    is_manager: bool
    """They are or once were a manager or deputy."""
    deeds: Sequence[AnyDeed]
    standing: dict[str, StandingAward]
    """By slug of the badge."""
    revoked_before: frozenset[str] = frozenset()
    """Slugs of badges that were revoked at some time, whether or not they stand again."""


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of one person's badge, under which terms, and the verdict on its rule."""

    person_id: int
    badge: str
    outcome: Outcome
    terms: Terms
    verdict: Verdict
    award_id: int | None = None
    """The award that stands already; None where one is added."""
    is_return: bool = False
    """It is added, and was revoked before."""


def decide(history: History, catalogue: BadgeCatalogue) -> Iterator[Decision]:
    """One decision for each badge that the person holds or has earned, in position order."""
    for badge in catalogue.badges:
        award = history.standing.get(badge.slug)
        if award is not None:
            yield _on_held(history, award, badge, catalogue)
        elif (earned := _on_open(history, badge)) is not None:
            yield earned


def changes(decisions: Iterable[Decision]) -> list[Decision]:
    """The decisions that have to be written."""
    silent = {Outcome.KEPT, Outcome.UNCHANGED}
    return [decision for decision in decisions if decision.outcome not in silent]


def _on_open(history: History, badge: PublishedBadge) -> Decision | None:
    if badge.is_retired or not badge.terms.is_for(manager=history.is_manager):
        return None
    verdict = evaluate(badge.terms.rule, history.deeds)
    if not verdict.met:
        return None
    return Decision(
        history.person_id,
        badge.slug,
        Outcome.ADDED,
        badge.terms,
        verdict,
        is_return=badge.slug in history.revoked_before,
    )


def _on_held(
    history: History, award: StandingAward, badge: PublishedBadge, catalogue: BadgeCatalogue
) -> Decision:
    terms = catalogue.terms[badge.slug, award.version]
    verdict = evaluate(terms.rule, history.deeds)
    outcome = _outcome(award, terms, verdict)
    if not verdict.met and (earned := _on_open(history, badge)) is not None:
        # Lost under its own terms, but earned under the present ones: the award stays, and the
        # present terms are its own from now on.
        terms, verdict, outcome = earned.terms, earned.verdict, Outcome.RENEWED
    return Decision(history.person_id, badge.slug, outcome, terms, verdict, award_id=award.id)


def _outcome(award: StandingAward, terms: Terms, verdict: Verdict) -> Outcome:
    if not verdict.met:
        return Outcome.KEPT if terms.on_undo == "keep" else Outcome.TAKEN_BACK
    if (award.evidence, award.awarded_at) == (verdict.evidence, verdict.awarded_on):
        return Outcome.UNCHANGED
    return Outcome.RENEWED
