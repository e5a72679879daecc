"""Which people are folded or counted: all, those between two ids, or a few."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, func, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from challenges.people.models import Person
from challenges.storage.sql import padded_ids

Ids = ColumnElement[int] | InstrumentedAttribute[int]
Choice = Callable[[Ids], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Whose:
    """Chooses people. Statements are built once for each choice, and asked with other ids."""

    choice: Choice
    """The condition on the column that holds their ids."""
    asked: Mapping[str, Any] = field(default_factory=dict)
    """The values of its parameters."""


def everybody() -> Whose:
    """All people."""
    return Whose(_all)


def people_between(after: int, last: int) -> Whose:
    """The people whose ids are above ``after`` and at most ``last``."""
    return Whose(_between, {"after": after, "last": last})


def these_people(person_ids: Collection[int]) -> Whose:
    """The people with these ids."""
    return Whose(_these, {"people": padded_ids(person_ids)})


def _all(_ids: Ids) -> ColumnElement[bool]:
    return true()


def _between(ids: Ids) -> ColumnElement[bool]:
    return (ids > bindparam("after", type_=Integer)) & (ids <= bindparam("last", type_=Integer))


def _these(ids: Ids) -> ColumnElement[bool]:
    return ids.in_(bindparam("people", expanding=True))


def next_person(session: Session, *, after: int, limit: int) -> int | None:
    """The id of the last of the next ``limit`` people. None: there are no more."""
    some = select(Person.id).where(Person.id > after).order_by(Person.id).limit(limit).subquery()
    last: int | None = session.scalar(select(func.max(some.c.id)))
    return last


def lock(session: Session, whose: Whose) -> None:
    """Let others who fold these people wait until this transaction ends."""
    # FOR NO KEY UPDATE holds up nobody who only refers to a person, as a new submission does.
    # SQLite ignores it; there, only one transaction writes at a time.
    session.execute(
        select(Person.id)
        .where(whose.choice(Person.id))
        .order_by(Person.id)
        .with_for_update(key_share=True),
        whose.asked,
    )
