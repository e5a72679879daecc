"""Checks people against their own history. Nothing is mended here; a difference is a sentence."""

from collections.abc import Iterator

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from challenges.people.models import Person, Rest, Unit
from challenges.people.names import name_key, person_keys


def rests_that_disagree(session: Session) -> Iterator[str]:
    """People of whom the own row and the open rest do not say the same."""
    people = session.scalars(
        select(Person.id)
        .outerjoin(Rest, (Rest.person_id == Person.id) & Rest.ended_at.is_(None))
        .where(Person.paused_at.is_distinct_from(Rest.begun_at))
        .order_by(Person.id)
    )
    for id_ in people:
        yield f"person {id_}: whether or since when they rest is not what their open rest says"


def names_that_disagree(session: Session) -> Iterator[str]:
    """People and units that a search would not find by the name they have."""
    people = session.execute(
        select(Person.id, Person.name, Person.kana, *_KEYS).order_by(Person.id)
    )
    for row in people.yield_per(2000):
        keys = person_keys(row.name, row.kana)
        if any(getattr(row, key) != folded for key, folded in keys.items()):
            yield f"person {row.id}: what a search looks into is not their name"
    for unit in session.execute(select(Unit.id, Unit.name, Unit.name_key).order_by(Unit.id)):
        if unit.name_key != name_key(unit.name):
            yield f"unit {unit.id}: what a search looks into is not its name"


_KEYS = (Person.name_key, Person.given_key, Person.kana_key, Person.given_kana_key)


def rows_checked(session: Session) -> dict[str, int]:
    """How many rows there were to look at."""
    return {
        "rests": session.scalars(select(func.count()).select_from(Rest)).one(),
        "names": session.scalars(select(func.count()).select_from(Person)).one(),
    }
