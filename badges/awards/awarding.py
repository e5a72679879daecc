"""Brings awards up to date with what people did: for one person after a fact, or for everybody.

Both recompute the awards from scratch, so a fact that comes twice or late does no harm. The person
is locked while their awards are decided, and a unique key lets only one award of a badge stand.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sqlalchemy.orm import Session

from badges.awards.deciding import Decision, History, Outcome, changes, decide
from badges.awards.histories import batches_of_people, histories_of, history_of
from badges.awards.writing import write
from badges.catalogue.published import BadgeCatalogue
from challenges.calendar import day_of
from challenges.submissions.models import Completion


def bring_up_to_date(
    session: Session, *, person_id: int, catalogue: BadgeCatalogue, at: datetime
) -> list[Decision]:
    """Award the badges that one person has earned and revoke those they lost; what changed.

    A second call changes nothing. An unknown person has no awards. Raises DamagedDefinition, as do
    all functions of this module.
    """
    history = history_of(session, person_id, catalogue=catalogue, on=day_of(at), lock=True)
    if history is None:
        return []
    changed = changes(decide(history, catalogue))
    write(session, changed, at=at)
    session.flush()
    return changed


@dataclass
class Tally:
    """Counts of outcomes, by slug of the badge."""

    by_badge: dict[str, Counter[Outcome]] = field(default_factory=dict)

    def count(self, decisions: Sequence[Decision]) -> None:
        """Add these decisions to the counts."""
        for one in decisions:
            self.by_badge.setdefault(one.badge, Counter())[one.outcome] += 1

    def total(self, outcome: Outcome) -> int:
        """The count of an outcome over all badges."""
        return sum(counts[outcome] for counts in self.by_badge.values())


def recompute(
    session: Session,
    *,
    catalogue: BadgeCatalogue,
    at: datetime,
    dry_run: bool = False,
    quietly: bool = False,
) -> Tally:
    """Recompute everybody's awards in one transaction.

    ``dry_run`` only counts. ``quietly`` records no facts, so nobody is notified.
    """
    tally = Tally()
    for people in batches_of_people(session):
        recompute_some(
            session,
            people=people,
            catalogue=catalogue,
            at=at,
            tally=tally,
            dry_run=dry_run,
            quietly=quietly,
        )
    return tally


def recompute_some(
    session: Session,
    *,
    people: Sequence[int],
    catalogue: BadgeCatalogue,
    at: datetime,
    tally: Tally,
    dry_run: bool = False,
    quietly: bool = False,
) -> None:
    """Recompute the awards of one batch of people (ids in ascending order) and count the outcomes.

    The caller commits between batches, so that nobody waits long for the locks.
    """
    decisions = [
        one
        for history in histories_of(
            session, people, catalogue=catalogue, on=day_of(at), lock=not dry_run
        )
        for one in decide(history, catalogue)
    ]
    tally.count(decisions)
    if not dry_run:
        write(session, changes(decisions), at=at, quietly=quietly)
        session.flush()


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """Slugs of the badges that would lose their evidence by an undo, in position order."""

    taken_back: tuple[str, ...]
    """They would be revoked."""
    kept: tuple[str, ...]
    """Their rule would no longer be met, but they would stay."""


def preview_undo(session: Session, completion_id: int, *, catalogue: BadgeCatalogue) -> UndoPreview:
    """What would become of the person's badges if this completion were undone.

    Empty for an unknown completion, and where the other completions are evidence enough.
    """
    # The page that shows the completion has loaded it already, so this takes no statement.
    completion = session.get(Completion, completion_id)
    if completion is None:
        return UndoPreview((), ())
    # Awards that stand are the same on any day, so this asks for no date.
    history = history_of(session, completion.person_id, catalogue=catalogue, on=date.max)
    if history is None:
        return UndoPreview((), ())
    before = _outcomes(history, catalogue)
    after = _outcomes(_without(history, completion_id), catalogue)
    moved = {badge: outcome for badge, outcome in after.items() if before.get(badge) != outcome}
    return UndoPreview(
        taken_back=_badges_with(Outcome.TAKEN_BACK, moved), kept=_badges_with(Outcome.KEPT, moved)
    )


def _without(history: History, completion_id: int) -> History:
    deeds = [deed for deed in history.deeds if deed.completion_id != completion_id]
    return replace(history, deeds=deeds)


def _outcomes(history: History, catalogue: BadgeCatalogue) -> dict[str, Outcome]:
    return {decision.badge: decision.outcome for decision in decide(history, catalogue)}


def _badges_with(wanted: Outcome, outcomes: dict[str, Outcome]) -> tuple[str, ...]:
    return tuple(badge for badge, outcome in outcomes.items() if outcome is wanted)
