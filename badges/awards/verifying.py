"""Compares the stored awards with the fold from scratch, for whoever doubts them.

What is damaged is named and left out; it does not keep the rest from being looked at.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from badges.awards.deciding import History, Outcome, changes, decide
from badges.awards.histories import batches_of_people, histories_of, history_of
from badges.catalogue.published import BadgeCatalogue
from badges.catalogue.reading import UNREADABLE
from badges.models import Award, BadgeVersion


@dataclass(frozen=True, slots=True)
class Difference:
    """One badge of one person that the database and the fold see differently."""

    person_id: int
    badge: str
    outcome: Outcome
    """What a recompute would do about it."""

    def __str__(self) -> str:
        return f"person {self.person_id}: badge {self.badge}: {_SAID[self.outcome]}"


_SAID = {
    Outcome.ADDED: "earned, but not awarded",
    Outcome.TAKEN_BACK: "stands, but is no longer earned",
    Outcome.RENEWED: "stands, but rests on other completions or another day",
}


@dataclass(frozen=True, slots=True)
class Unjudged:
    """A person whose awards cannot be compared, because something that they rest on is damaged."""

    person_id: int
    reason: str

    def __str__(self) -> str:
        return f"person {self.person_id}: badges cannot be judged: {self.reason}"


def awards_of_no_version(session: Session) -> Iterator[str]:
    """Awards under terms that were never published."""
    is_its_version = (BadgeVersion.badge_slug == Award.badge_slug) & (
        BadgeVersion.number == Award.badge_version
    )
    rows = session.execute(
        select(Award.id, Award.person_id, Award.badge_slug, Award.badge_version)
        .outerjoin(BadgeVersion, is_its_version)
        .where(BadgeVersion.id.is_(None))
        .order_by(Award.id)
    )
    for id_, person_id, badge, version in rows:
        yield f"award {id_}: person {person_id}: badge {badge} has no version {version}"


def differences(
    session: Session, *, catalogue: BadgeCatalogue, pending: Collection[int]
) -> Iterator[Difference | Unjudged]:
    """Awards that differ from what everybody's deeds say, but for the ``pending`` people."""
    for people in batches_of_people(session):
        try:
            found = [
                one
                for history in histories_of(session, people, catalogue=catalogue)
                for one in _of_history(history, catalogue)
            ]
        except UNREADABLE:
            found = [one for person_id in people for one in _of_one(session, person_id, catalogue)]
        yield from (one for one in found if one.person_id not in pending)


def _of_history(history: History, catalogue: BadgeCatalogue) -> Sequence[Difference | Unjudged]:
    return [
        Difference(one.person_id, one.badge, one.outcome)
        for one in changes(decide(history, catalogue))
    ]


def _of_one(
    session: Session, person_id: int, catalogue: BadgeCatalogue
) -> Sequence[Difference | Unjudged]:
    try:
        history = history_of(session, person_id, catalogue=catalogue)
        return [] if history is None else _of_history(history, catalogue)
    except UNREADABLE as error:
        return [Unjudged(person_id, f"{type(error).__name__}: {error}")]
