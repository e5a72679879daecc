"""Brings awards up to date with what people did. The same fold for one person after a fact and for
everybody at once.

A redelivered or concurrent fact changes nothing twice: the person is locked while it is decided,
and the database's key lets one award stand.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy.orm import Session

from badges.awards.deciding import Decision, History, Outcome, changes, decide
from badges.awards.histories import batches_of_people, histories_of, history_of
from badges.awards.writing import write
from badges.catalogue.published import BadgeCatalogue
from challenges.submissions.models import Completion


def bring_up_to_date(
    session: Session, *, person_id: int, catalogue: BadgeCatalogue, at: datetime
) -> list[Decision]:
    """Award what is now met, take back what no longer is and says so; what was changed. Again, it
    changes nothing."""
    history = history_of(session, person_id, catalogue=catalogue, lock=True)
    if history is None:
        return []
    changed = changes(decide(history, catalogue))
    write(session, changed, at=at)
    session.flush()
    return changed


@dataclass
class Tally:
    """How many people's awards were added, taken back, kept …, by badge."""

    by_badge: dict[str, Counter[Outcome]] = field(default_factory=dict)

    def count(self, decisions: Sequence[Decision]) -> None:
        for one in decisions:
            self.by_badge.setdefault(one.badge, Counter())[one.outcome] += 1

    def total(self, outcome: Outcome) -> int:
        """Over all badges."""
        return sum(counts[outcome] for counts in self.by_badge.values())


def recompute(
    session: Session,
    *,
    catalogue: BadgeCatalogue,
    at: datetime,
    dry_run: bool = False,
    quietly: bool = False,
) -> Tally:
    """Fold everybody's awards from scratch. ``dry_run`` only counts; ``quietly`` records no facts:
    nobody is told."""
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
    """One run of people, so that a command can commit between runs and hold nobody up for long."""
    decisions = [
        one
        for history in histories_of(session, people, catalogue=catalogue, lock=not dry_run)
        for one in decide(history, catalogue)
    ]
    tally.count(decisions)
    if not dry_run:
        write(session, changes(decisions), at=at, quietly=quietly)
        session.flush()


@dataclass(frozen=True, slots=True)
class UndoPreview:
    """Badges, by slug in position order, that rest on a completion."""

    taken_back: tuple[str, ...]
    """They would go with it."""
    kept: tuple[str, ...]
    """Their rule would be met no longer, and they stay."""


def preview_undo(session: Session, completion_id: int, *, catalogue: BadgeCatalogue) -> UndoPreview:
    """What becomes of the person's badges if this completion is undone. Empty where nothing rests
    on it alone."""
    completion = session.get(Completion, completion_id)  # whoever shows it has read it already
    history = history_of(session, completion.person_id, catalogue=catalogue) if completion else None
    if history is None:
        return UndoPreview((), ())
    now, then = (
        _outcomes(history, catalogue),
        _outcomes(_without(history, completion_id), catalogue),
    )
    moved = {badge: outcome for badge, outcome in then.items() if now.get(badge) != outcome}
    return UndoPreview(
        taken_back=tuple(
            badge for badge, outcome in moved.items() if outcome is Outcome.TAKEN_BACK
        ),
        kept=tuple(badge for badge, outcome in moved.items() if outcome is Outcome.KEPT),
    )


def _without(history: History, completion_id: int) -> History:
    return replace(
        history, deeds=[deed for deed in history.deeds if deed.completion_id != completion_id]
    )


def _outcomes(history: History, catalogue: BadgeCatalogue) -> dict[str, Outcome]:
    return {decision.badge: decision.outcome for decision in decide(history, catalogue)}
