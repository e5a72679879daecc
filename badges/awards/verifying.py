"""Compares the stored awards with awards recomputed from scratch, for `history verify`."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, and_, select
from sqlalchemy.orm import Session

from badges.awards.deciding import Outcome, changes, decide
from badges.awards.histories import batches_of_people, histories_of
from badges.catalogue.published import BadgeCatalogue
from badges.models import Award, BadgeVersion


@dataclass(frozen=True, slots=True)
class Difference:
    """One person's badge that is stored differently from what their deeds say."""

    person_id: int
    badge: str
    outcome: Outcome
    """What a recompute would do about it."""

    def __str__(self) -> str:
        return f"person {self.person_id}: badge {self.badge}: {_SENTENCES[self.outcome]}"


_SENTENCES = {
    Outcome.ADDED: "earned, but not awarded",
    Outcome.TAKEN_BACK: "stands, but is no longer earned",
    Outcome.RENEWED: "stands, but rests on other completions or another day",
}


def awards_of_no_version(session: Session) -> Iterator[str]:
    """Awards under terms that were never published, one sentence each."""
    for row in session.execute(_of_no_version()):
        yield (
            f"award {row.id}: person {row.person_id}: badge {row.badge_slug} "
            f"has no version {row.badge_version}, so this person's badges cannot be judged"
        )


def differences(
    session: Session, *, catalogue: BadgeCatalogue, pending: Collection[int], on: date = date.max
) -> Iterator[Difference]:
    """Where stored awards differ from what people's deeds say on that day.

    Leaves out the ``pending`` people, whose awards need not be up to date yet, and those whom
    ``awards_of_no_version`` names. Raises DamagedDefinition where a challenge version lacks a step
    that was climbed under it.
    """
    left_out = {*pending, *(row.person_id for row in session.execute(_of_no_version()))}
    for people in batches_of_people(session):
        for history in histories_of(session, people, catalogue=catalogue, on=on):
            if history.person_id not in left_out:
                for one in changes(decide(history, catalogue)):
                    yield Difference(one.person_id, one.badge, one.outcome)


def _of_no_version() -> Select[*tuple[Any, ...]]:
    is_its_version = and_(
        BadgeVersion.badge_slug == Award.badge_slug, BadgeVersion.number == Award.badge_version
    )
    return (
        select(Award.id, Award.person_id, Award.badge_slug, Award.badge_version)
        .outerjoin(BadgeVersion, is_its_version)
        .where(BadgeVersion.id.is_(None))
        .order_by(Award.id)
    )
