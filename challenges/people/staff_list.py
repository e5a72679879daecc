"""The list of all staff by units (職員録): who works where today.

Name, unit and post are what the personnel list says of everybody, and stand here of everybody who
is there. Whoever is still to come, and every unit that nobody works in yet or any more, is left
out.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, Select, bindparam, exists, func, select
from sqlalchemy.orm import Session

from challenges.people import org_chart
from challenges.people.models import Membership, Person, Unit
from challenges.people.visibility import is_there
from challenges.storage.sql import fetch_rows
from challenges.vocabulary import MembershipKind


@dataclass(frozen=True, slots=True)
class ListedUnit:
    """A unit as a line of the list."""

    id: int
    name: str


@dataclass(frozen=True, slots=True)
class Member:
    """A person who works in a unit."""

    id: int
    name: str
    kana: str
    post: str
    is_manager: bool
    is_primary: bool
    """False: it is a concurrent appointment (兼務)."""


def units_in(session: Session, above_id: int | None, *, on: date) -> list[ListedUnit]:
    """The units right below one, or the highest ones, in the order of the organisation. Only those
    in which somebody works on that day, or in a unit below. One statement."""
    statement = _HIGHEST if above_id is None else _BELOW
    rows = fetch_rows(session, statement, {"above_id": above_id, "on_day": on})
    return [ListedUnit(**row._mapping) for row in rows]


def units_above(session: Session, unit_id: int) -> Sequence[ListedUnit]:
    """The units above one, the highest first. One statement."""
    rows = fetch_rows(session, _ABOVE, {"unit_id": unit_id})
    return [ListedUnit(**row._mapping) for row in rows]


def members(
    session: Session, unit_id: int, *, viewer_id: int, on: date, limit: int, offset: int = 0
) -> list[Member]:
    """Who works in the unit itself on that day, its managers first, then by kana. Deputies are
    listed where they work. One statement."""
    asked = {"unit_id": unit_id, "viewer_id": viewer_id, "on_day": on}
    rows = fetch_rows(session, _MEMBERS, asked | {"at_most": limit, "skipped": offset})
    return [Member(**row._mapping) for row in rows]


def _units_in(is_top: Any) -> Select[*tuple[Any, ...]]:
    below = (
        select(Unit.id.label("top_id"), Unit.id.label("unit_id"))
        .where(is_top)
        .cte("below", recursive=True)
    )
    below = below.union_all(
        select(below.c.top_id, Unit.id).join(below, Unit.parent_id == below.c.unit_id)
    )
    someone = exists().where(
        Membership.unit_id == below.c.unit_id, org_chart.holds_on(org_chart.ON_DAY)
    )
    return (
        select(Unit.id, Unit.name)
        .where(Unit.id.in_(select(below.c.top_id).where(someone)))
        .order_by(Unit.position, Unit.path)
    )


def _units_above() -> Select[*tuple[Any, ...]]:
    upward: CTE = (
        select(Unit.parent_id.label("unit_id"))
        .where(Unit.id == bindparam("unit_id"))
        .cte("upward", recursive=True)
    )
    upward = upward.union(select(Unit.parent_id).join(upward, Unit.id == upward.c.unit_id))
    # A path begins with the path of the unit above: the shorter it is, the higher the unit.
    return (
        select(Unit.id, Unit.name)
        .join(upward, upward.c.unit_id == Unit.id)
        .order_by(func.length(Unit.path))
    )


_HIGHEST = _units_in(Unit.parent_id.is_(None))
_BELOW = _units_in(Unit.parent_id == bindparam("above_id"))
_ABOVE = _units_above()
_IS_MANAGER = Membership.kind == MembershipKind.MANAGER
_MEMBERS = (
    select(
        Person.id,
        Person.name,
        Person.kana,
        Membership.post,
        _IS_MANAGER.label("is_manager"),
        Membership.is_primary,
    )
    .join(Membership, Membership.person_id == Person.id)
    .where(
        Membership.unit_id == bindparam("unit_id"),
        Membership.kind != MembershipKind.DEPUTY,
        org_chart.holds_on(org_chart.ON_DAY),
        is_there(),
    )
    .order_by(_IS_MANAGER.desc(), Person.kana_key, Person.name_key, Person.id)
    .limit(bindparam("at_most"))
    .offset(bindparam("skipped"))
)
