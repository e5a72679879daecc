"""Who works where on a day, and who manages which unit. Deputies count as managers.

Every question about the tree of units belongs here. Who may see what of a person does not: that is
visibility.py.

Whatever people see asks for memberships of a day with ``holds_on``: what is still to come is a
secret, see coming.py.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Integer,
    Row,
    Select,
    bindparam,
    exists,
    func,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from challenges.people.counting import is_asked_on
from challenges.people.models import Membership, Person, Unit
from challenges.storage.sql import fetch_rows
from challenges.vocabulary import MembershipKind

MANAGING = (MembershipKind.MANAGER, MembershipKind.DEPUTY)
"""The memberships that let a person manage their unit and all units below it."""

ON_DAY: ColumnElement[date] = bindparam("on_day", type_=Date)
"""The day in a statement that is built once and run on many days."""


def holds_on(
    on: date | ColumnElement[date], *, of: type[Membership] = Membership
) -> ColumnElement[bool]:
    """Whether a membership is valid on that day of the Tokyo calendar."""
    return (of.valid_from <= on) & lasts_to(on, of=of)


def lasts_to(
    on: date | ColumnElement[date], *, of: type[Membership] = Membership
) -> ColumnElement[bool]:
    """Whether a membership, begun or not, is not over before that day and was not ended on it."""
    return or_(of.valid_to.is_(None), of.valid_to > on, (of.valid_to == on) & of.ended_at.is_(None))


def unit_on(session: Session, person_id: int, on: date) -> int | None:
    """The id of the unit of the person's primary appointment on that day, or None."""
    unit_id: int | None = fetch_rows(
        session, _UNIT_ON, {"person_id": person_id, "on_day": on}
    ).scalar()
    return unit_id


# Built once: everybody who submits a step waits for it.
_UNIT_ON = (
    select(Membership.unit_id)
    .where(Membership.person_id == bindparam("person_id"), Membership.is_primary, holds_on(ON_DAY))
    .order_by(Membership.valid_from.desc())
    .limit(1)
)


def units_on(session: Session, person_id: int, on: date) -> list[int]:
    """The ids of the units the person works in on that day, by concurrent appointments too.

    Standing in for a manager is not working in the unit.
    """
    return list(
        session.scalars(
            select(Membership.unit_id).where(
                Membership.person_id == person_id,
                Membership.kind != MembershipKind.DEPUTY,
                holds_on(on),
            )
        )
    )


def is_at_or_above(upper: type[Unit], lower: type[Unit]) -> ColumnElement[bool]:
    """Whether ``upper`` is ``lower`` or above it."""
    # Compared with a slash at the end, so that A/B is not above A/BC, and not by LIKE, for which %
    # and _ in a name would be wildcards.
    prefix = upper.path + literal("/")
    return func.substr(lower.path + literal("/"), 1, func.length(prefix)) == prefix


def department_of(unit_id: ColumnElement[int]) -> Select[int]:
    """SQL: the id of the unit on the upper floor at or above that one, no row where there is
    none."""
    top, own = aliased(Unit), aliased(Unit)
    return select(top.id).where(
        own.id == unit_id, top.parent_id.is_(None), is_at_or_above(top, own)
    )


def department_id(session: Session, unit_id: int | None) -> int | None:
    """The same, found. One statement, none without a unit."""
    return None if unit_id is None else session.scalar(department_of(literal(unit_id)))


def manages(session: Session, person_id: int, *, unit_id: int | None, on: date) -> bool:
    """Whether the person manages that unit or one above it on that day."""
    return unit_id is not None and manages_any(session, person_id, unit_ids=[unit_id], on=on)


def manages_any(session: Session, person_id: int, *, unit_ids: Collection[int], on: date) -> bool:
    """Whether the person manages at least one of those units, or a unit above one, on that day."""
    below = aliased(Unit)
    return bool(
        session.scalar(
            select(
                exists()
                .where(
                    Membership.person_id == person_id, Membership.kind.in_(MANAGING), holds_on(on)
                )
                .where(
                    Unit.id == Membership.unit_id,
                    below.id.in_(unit_ids),
                    is_at_or_above(Unit, below),
                )
            )
        )
    )


def reviewing_unit(
    session: Session, *, person_id: int, unit_id: int | None, on: date
) -> int | None:
    """The nearest unit at or above ``unit_id`` that has a manager other than the person.

    Returns its id, or None if there is no such unit. A unit with only a deputy does not count, nor
    does a manager who is asked for nothing on that day.
    """
    if unit_id is None:
        return None
    here = select(Unit.id, Unit.parent_id, literal(0).label("height")).where(Unit.id == unit_id)
    upward = here.cte("upward", recursive=True)
    upward = upward.union_all(
        select(Unit.id, Unit.parent_id, upward.c.height + 1).join(
            upward, Unit.id == upward.c.parent_id
        )
    )
    return session.scalar(
        select(upward.c.id)
        .join(Membership, Membership.unit_id == upward.c.id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.kind == MembershipKind.MANAGER, Membership.person_id != person_id)
        .where(holds_on(on), Person.deactivated_at.is_(None), is_asked_on(on))
        .order_by(upward.c.height)
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Deputy:
    """Somebody who stands in for a unit's manager, now or later. Both days are included.

    ``last_day`` is the one that was named, even where a transfer to come ends it earlier.
    """

    membership_id: int
    person_id: int
    name: str
    first_day: date
    last_day: date | None


@dataclass(slots=True)
class ManagedUnit:
    """A unit that a person manages or stands in for."""

    unit_id: int
    name: str
    is_own: bool = False
    """The person is its manager, not only a deputy."""
    unit_ids: set[int] = field(default_factory=set)
    """The ids of this unit and of all units below it."""
    deputies: dict[int, Deputy] = field(default_factory=dict)
    """By the id of their membership, in the order of their first days."""


def managed_units(session: Session, person_id: int, *, on: date) -> list[ManagedUnit]:
    """The units the person manages or stands in for on that day, by path, with their deputies.

    One statement.
    """
    return managed_in(fetch_rows(session, MANAGED_UNITS, {"person_id": person_id, "on_day": on}))


def managed_in(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[ManagedUnit]:
    """The units of the rows of ``MANAGED_UNITS``."""
    units: dict[int, ManagedUnit] = {}
    for row in sorted(rows, key=lambda row: row.place):
        unit = units.setdefault(row.unit_id, ManagedUnit(row.unit_id, row.unit_name))
        unit.unit_ids.add(row.unit_below_id)
        unit.is_own = unit.is_own or row.kind is MembershipKind.MANAGER
        if row.deputy_membership_id is not None:
            unit.deputies[row.deputy_membership_id] = Deputy(
                membership_id=row.deputy_membership_id,
                person_id=row.deputy_id,
                name=row.deputy_name,
                first_day=row.first_day,
                last_day=row.last_day,
            )
    return list(units.values())


def _managed_units_statement() -> Select[*tuple[Any, ...]]:
    """One row for each managed unit, each unit below it, and each of its deputies."""
    is_mine = (
        Membership.person_id == bindparam("person_id"),
        Membership.kind.in_(MANAGING),
        holds_on(ON_DAY),
    )
    below = _units_below(
        select(Membership.unit_id.label("top"), Membership.unit_id.label("id")).where(*is_mine)
    )
    deputy = aliased(Membership)
    is_its_deputy = (
        (deputy.unit_id == Unit.id)
        & (deputy.kind == MembershipKind.DEPUTY)
        & lasts_to(ON_DAY, of=deputy)
    )
    return (
        select(
            Unit.id.label("unit_id"),
            Unit.name.label("unit_name"),
            Membership.kind,
            below.c.id.label("unit_below_id"),
            deputy.id.label("deputy_membership_id"),
            Person.id.label("deputy_id"),
            Person.name.label("deputy_name"),
            deputy.valid_from.label("first_day"),
            deputy.named_to.label("last_day"),
            # The database sorts, so that paths stand as they do elsewhere.
            func.row_number(type_=Integer)
            .over(order_by=(Unit.path, deputy.valid_from, deputy.id))
            .label("place"),
        )
        .join(Membership, Membership.unit_id == Unit.id)
        .join(below, below.c.top == Unit.id)
        .outerjoin(deputy, is_its_deputy)
        .outerjoin(Person, Person.id == deputy.person_id)
        .where(*is_mine)
    )


def _units_below(tops: Select[int, int]) -> CTE:
    """``tops`` (twice the id of a unit) and, for each, the ids of all units below it."""
    below = tops.cte("below", recursive=True)
    return below.union(select(below.c.top, Unit.id).join(below, Unit.parent_id == below.c.id))


MANAGED_UNITS = _managed_units_statement()
"""Takes the parameters person_id and on_day."""
