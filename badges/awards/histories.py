"""Everything there is to know about people before their badges are decided: deeds, awards, and
whether they manage."""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from badges.awards.deciding import History, Standing
from badges.awards.deeds import deeds_of, deeds_of_many, ever_manager
from badges.catalogue.published import BadgeCatalogue
from badges.models import Award
from badges.rules.deeds import Deed
from challenges.people.models import Person

BATCH = 1000


_COLUMNS = (
    Award.person_id,
    Award.id,
    Award.badge_slug,
    Award.badge_version,
    Award.awarded_at,
    Award.evidence,
    Award.voided_at,
)


def history_of(
    session: Session, person_id: int, *, catalogue: BadgeCatalogue, lock: bool = False
) -> History | None:
    """One person's history, None for nobody. ``lock`` makes others who decide about them wait."""
    people = _people(session, first=person_id, last=person_id, lock=lock)
    if not people:
        return None
    [(_, is_manager)] = people
    awards = _awards(session, first=person_id, last=person_id)
    return _history(
        person_id,
        is_manager,
        deeds_of(session, person_id, catalogue=catalogue),
        awards.get(person_id, []),
    )


def histories_of(
    session: Session, people_ids: Sequence[int], *, catalogue: BadgeCatalogue, lock: bool = False
) -> Iterator[History]:
    """The histories of a run of ids, in four statements."""
    first, last = people_ids[0], people_ids[-1]
    wanted = set(people_ids)
    people = [
        row for row in _people(session, first=first, last=last, lock=lock) if row[0] in wanted
    ]
    awards = _awards(session, first=first, last=last)
    deeds = deeds_of_many(session, people_ids, catalogue=catalogue)
    for person_id, is_manager in people:
        yield _history(person_id, is_manager, deeds[person_id], awards.get(person_id, []))


def batches_of_people(session: Session) -> list[list[int]]:
    """The ids of everybody, in runs."""
    ids = list(session.scalars(select(Person.id).order_by(Person.id)))
    return [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]


def _people(session: Session, *, first: int, last: int, lock: bool) -> Sequence[tuple[int, bool]]:
    statement = (
        select(Person.id, ever_manager()).where(Person.id.between(first, last)).order_by(Person.id)
    )
    if lock:
        # Not against rows that only refer to the person, such as a new submission. SQLite's writers
        # are alone anyway.
        statement = statement.with_for_update(of=Person, key_share=True)
    return [(row[0], row[1]) for row in session.execute(statement)]


def _awards(session: Session, *, first: int, last: int) -> dict[int, list[Any]]:
    """Awards by person, those that were taken back too."""
    found: dict[int, list[Any]] = {}
    for award in session.execute(select(*_COLUMNS).where(Award.person_id.between(first, last))):
        found.setdefault(award.person_id, []).append(award)
    return found


def _history(person_id: int, is_manager: bool, deeds: Sequence[Deed], awards: list[Any]) -> History:
    return History(
        person_id=person_id,
        is_manager=is_manager,
        deeds=deeds,
        standing={
            one.badge_slug: Standing(
                one.id, one.badge_slug, one.badge_version, one.awarded_at, tuple(one.evidence)
            )
            for one in awards
            if one.voided_at is None
        },
        revoked_before=frozenset(one.badge_slug for one in awards if one.voided_at is not None),
    )
