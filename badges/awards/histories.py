"""Reads the histories that badges are decided by: people's deeds, their awards, and whether they
ever managed."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from badges.awards.cheers import cheers_of_many
from badges.awards.deciding import History, StandingAward
from badges.awards.deeds import deeds_of_many, ever_manager
from badges.awards.own_deeds import own_deeds
from badges.catalogue.published import BadgeCatalogue
from badges.models import Award
from badges.rules.deeds import AnyDeed
from challenges.people.models import Person
from challenges.storage.sql import in_batches

BATCH = 1000
"""People in a batch of ``batches_of_people``."""


def history_of(
    session: Session, person_id: int, *, catalogue: BadgeCatalogue, on: date, lock: bool = False
) -> History | None:
    """One person's history until that day; None for an unknown person. Three statements.

    ``lock`` makes others who decide about the person wait until this transaction ends. Raises
    DamagedDefinition, as ``histories_of`` does.
    """
    people = _people(session, first=person_id, last=person_id, on=on, lock=lock)
    if not people:
        return None
    awards = _awards(session, first=person_id, last=person_id)
    done = own_deeds(session, person_id, catalogue=catalogue)
    return _history(people[0], [*done.steps, *done.cheers], awards.get(person_id, []))


def histories_of(
    session: Session,
    people_ids: Sequence[int],
    *,
    catalogue: BadgeCatalogue,
    on: date,
    lock: bool = False,
) -> Iterator[History]:
    """The histories of one batch of people (ids in ascending order). Four statements.

    ``lock`` as in ``history_of``. Raises DamagedDefinition where a challenge version lacks a step
    that was climbed under it.
    """
    first, last = people_ids[0], people_ids[-1]
    wanted = set(people_ids)
    people = _people(session, first=first, last=last, on=on, lock=lock)
    awards = _awards(session, first=first, last=last)
    deeds = deeds_of_many(session, people_ids, catalogue=catalogue)
    cheers = cheers_of_many(session, people_ids)
    for person in people:
        if person.id in wanted:
            yield _history(
                person, [*deeds[person.id], *cheers[person.id]], awards.get(person.id, [])
            )


def batches_of_people(session: Session) -> list[list[int]]:
    """The ids of all people in ascending order, ``BATCH`` at a time."""
    ids = list(session.scalars(select(Person.id).order_by(Person.id)))
    return list(in_batches(ids, BATCH))


def _people(session: Session, *, first: int, last: int, on: date, lock: bool) -> Sequence[Any]:
    """Rows of ``id`` and ``is_manager``. Asked before deeds and awards.

    PostgreSQL shows each statement what is committed when it begins. So whoever waited for the lock
    reads the deeds and awards that the one before them has left.
    """
    statement = (
        select(Person.id, ever_manager(on).label("is_manager"))
        .where(Person.id.between(first, last))
        # All lock in the same order, so that two batches never wait for each other.
        .order_by(Person.id)
    )
    if lock:
        # FOR NO KEY UPDATE: new rows that refer to the person, such as a submission, need not wait.
        # SQLite ignores it; there, only one transaction writes at a time.
        statement = statement.with_for_update(of=Person, key_share=True)
    return session.execute(statement).all()


def _awards(session: Session, *, first: int, last: int) -> dict[int, list[Any]]:
    """Rows of awards by person, revoked ones too."""
    found: dict[int, list[Any]] = {}
    for award in session.execute(_AWARDS.where(Award.person_id.between(first, last))):
        found.setdefault(award.person_id, []).append(award)
    return found


# Columns instead of objects: a recompute reads every award there is.
_AWARDS = select(
    Award.person_id,
    Award.id,
    Award.badge_slug,
    Award.badge_version,
    Award.awarded_at,
    Award.evidence,
    Award.voided_at,
)


def _history(person: Any, deeds: Sequence[AnyDeed], awards: list[Any]) -> History:
    return History(
        person_id=person.id,
        is_manager=person.is_manager,
        deeds=deeds,
        standing={one.badge_slug: _standing(one) for one in awards if one.voided_at is None},
        revoked_before=frozenset(one.badge_slug for one in awards if one.voided_at is not None),
    )


def _standing(award: Any) -> StandingAward:
    return StandingAward(
        id=award.id,
        badge=award.badge_slug,
        version=award.badge_version,
        awarded_at=award.awarded_at,
        evidence=tuple(award.evidence),
    )
