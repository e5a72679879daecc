"""Finds people and units by their names, however they are typed.

A person is found by the beginning of the whole name, of the given name, or of either in kana: 高橋,
たかはし, 昴 and ﾀｶﾊｼ ｽﾊﾞﾙ all find 髙橋 昴. Each of the four has an index of its own, in which the
keys that begin so stand side by side, so that a page costs the same among 4,500 people and among
400,000.

What one person may see of another beyond name and unit is decided in visibility.py.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Integer,
    ScalarSelect,
    Select,
    String,
    Subquery,
    and_,
    bindparam,
    func,
    select,
    union,
    union_all,
)
from sqlalchemy.orm import InstrumentedAttribute, Session

from challenges.people import org_chart
from challenges.people.accounts import plain_name
from challenges.people.coming import units_to_come
from challenges.people.models import Membership, Person, Unit
from challenges.people.names import name_key
from challenges.people.org_chart import holds_on
from challenges.people.visibility import is_there
from challenges.storage.sql import fetch_rows

_LAST = "\U0010ffff"
"""Behind every letter that a name can have."""
MOST_UNITS = 3_000
"""What a search for units reads: nine times what a prefecture has. A word may stand anywhere in the
name of a unit, which no index of both databases finds."""
_KEYS = (Person.name_key, Person.given_key, Person.kana_key, Person.given_kana_key)


@dataclass(frozen=True, slots=True)
class Listed:
    """A person as the list of all staff shows them to everybody."""

    id: int
    name: str
    kana: str
    unit: str | None
    """Path of their unit on that day."""


@dataclass(frozen=True, slots=True)
class FoundUnit:
    """A unit that was found by its name."""

    id: int
    name: str
    path: str


def people_called(words: str) -> CompoundSelect[int]:
    """Ids of the people with that employee number, or with a name that begins so, gone and still to
    come ones too. For the DX office. ``words`` must not be blank."""
    key = name_key(words)
    # Several statements in one, because each has an index of its own, and OR would use none.
    return union(
        select(Person.id).where(Person.employee_number == plain_name(words)),
        *(select(Person.id).where(column >= key, column < key + _LAST) for column in _KEYS),
    )


def people_found(
    session: Session, words: str, *, viewer_id: int, on: date, limit: int, offset: int = 0
) -> list[Listed]:
    """The people of that day whose name begins so, in the order of what is typed. Nobody if
    ``words`` is blank. One statement."""
    key = name_key(words)
    if not key:
        return []
    asked = {"low": key, "high": key + _LAST, "viewer_id": viewer_id, "on_day": on}
    window = {"at_most": limit, "skipped": offset, "enough": limit + offset}
    return [Listed(**row._mapping) for row in fetch_rows(session, _FOUND, asked | window)]


def units_found(session: Session, words: str, *, on: date, limit: int) -> list[FoundUnit]:
    """The units of that day whose own name contains the words, the highest first. None if ``words``
    is blank. One statement, which reads ``MOST_UNITS`` at most."""
    key = name_key(words)
    if not key:
        return []
    asked = {"pattern": _containing(key), "on_day": on, "at_most": limit}
    return [FoundUnit(**row._mapping) for row in fetch_rows(session, _UNITS_FOUND, asked)]


def _containing(key: str) -> str:
    """The pattern of LIKE for a text that contains the key, with / as the escape."""
    escaped = key.replace("/", "//").replace("%", "/%").replace("_", "/_")
    return f"%{escaped}%"


def unit_path_on(on: date | ColumnElement[date]) -> ScalarSelect[str]:
    """The path of the unit in which ``Person`` holds the primary appointment on that day, or NULL.
    A subquery for a column."""
    return (
        select(Unit.path)
        .join(Membership, Membership.unit_id == Unit.id)
        .where(Membership.person_id == Person.id, Membership.is_primary, holds_on(on))
        .order_by(Membership.valid_from.desc())
        .limit(1)
        .scalar_subquery()
    )


def _number(name: str) -> Any:
    # Written into the statement: PostgreSQL plans a page of few rows otherwise than one of any
    # number, which would read all that begins so and sort it.
    return bindparam(name, type_=Integer, literal_execute=True)


def _first_by(key: InstrumentedAttribute[str]) -> Subquery:
    """As many as a page can need of those whose key begins so, in the order of the index."""
    begins_so = and_(key >= bindparam("low", type_=String), key < bindparam("high", type_=String))
    return (
        select(Person.id, key.label("key"))
        .where(begins_so, is_there())
        .order_by(key, Person.id)
        .limit(_number("enough"))
        .subquery()
    )


def _found_statement() -> Select[*tuple[Any, ...]]:
    """One page. Who is found by several keys stands once, under the first."""
    every = union_all(*(select(one.c.id, one.c.key) for one in map(_first_by, _KEYS))).subquery()
    first = func.min(every.c.key)
    shown = (
        select(every.c.id, first.label("key"))
        .group_by(every.c.id)
        .order_by(first, every.c.id)
        .limit(_number("at_most"))
        .offset(_number("skipped"))
        .subquery("shown")
    )
    unit = unit_path_on(org_chart.ON_DAY).label("unit")
    return (
        select(Person.id, Person.name, Person.kana, unit)
        .join(shown, shown.c.id == Person.id)
        .order_by(shown.c.key, Person.id)
    )


_FOUND = _found_statement()


def _units_found_statement() -> Select[*tuple[Any, ...]]:
    read = select(Unit.id, Unit.name_key).order_by(Unit.id).limit(MOST_UNITS).subquery("read")
    return (
        select(Unit.id, Unit.name, Unit.path)
        .join(read, read.c.id == Unit.id)
        .where(read.c.name_key.like(bindparam("pattern", type_=String), escape="/"))
        .where(Unit.id.not_in(units_to_come(org_chart.ON_DAY)))
        .order_by(func.length(Unit.path), Unit.path)
        .limit(_number("at_most"))
    )


_UNITS_FOUND = _units_found_statement()
