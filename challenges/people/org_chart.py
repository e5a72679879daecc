"""Who looks after whom: the units of a day, and whether somebody manages one. Deputies count as
managers."""

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Date, Select, bindparam, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from challenges.people import org_chart
from challenges.people.models import Membership, Person, Unit
from challenges.storage.sql import fetch_rows
from challenges.vocabulary import MembershipKind

MANAGING = (MembershipKind.MANAGER, MembershipKind.DEPUTY)


ON_DAY: ColumnElement[date] = bindparam("on_day", type_=Date)
"""The day of a statement that is built once and asked on many days."""


def holds_on(
    on: date | ColumnElement[date], *, of: type[Membership] = Membership
) -> ColumnElement[bool]:
    """Memberships that hold on that day of the Tokyo calendar."""
    return (of.valid_from <= on) & lasts_to(on, of=of)


def lasts_to(
    on: date | ColumnElement[date], *, of: type[Membership] = Membership
) -> ColumnElement[bool]:
    """Memberships that are not over before that day, nor were ended on it."""
    return or_(of.valid_to.is_(None), of.valid_to > on, (of.valid_to == on) & of.ended_at.is_(None))


def unit_on(session: Session, person_id: int, on: date) -> int | None:
    """The unit of the person's primary post on that day, or None."""
    unit_id: int | None = fetch_rows(
        session, _UNIT_ON, {"person_id": person_id, "on_day": on}
    ).scalar()
    return unit_id


_UNIT_ON = (  # put together once: whoever submits waits for it
    select(Membership.unit_id)
    .where(Membership.person_id == bindparam("person_id"), Membership.is_primary, holds_on(ON_DAY))
    .order_by(Membership.valid_from.desc())
    .limit(1)
)


def units_on(session: Session, person_id: int, on: date) -> list[int]:
    """Every unit the person works in on that day, concurrent posts too; standing in for a manager
    is not a post."""
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
    """Compared as text with a slash at the end, so that a name with % or _ in it is only a name."""
    prefix = upper.path + literal("/")
    return func.substr(lower.path + literal("/"), 1, func.length(prefix)) == prefix


def manages(session: Session, person_id: int, *, unit_id: int | None, on: date) -> bool:
    """Whether the person manages that unit or one above it on that day."""
    return unit_id is not None and manages_any(session, person_id, unit_ids=[unit_id], on=on)


def manages_any(session: Session, person_id: int, *, unit_ids: Collection[int], on: date) -> bool:
    """Whether the person manages at least one of those units, or one above it, on that day."""
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
    """The nearest unit at or above ``unit_id`` with a manager other than the person; None where
    there is nobody."""
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
        .where(holds_on(on), Person.deactivated_at.is_(None))
        .order_by(upward.c.height)
        .limit(1)
    )


@dataclass(frozen=True, slots=True)
class Deputy:
    """Somebody who stands in for a unit's manager, now or from a day to come; both days
    included."""

    membership_id: int
    person_id: int
    name: str
    first_day: date
    last_day: date | None


@dataclass(slots=True)
class ManagedUnit:
    """A unit I look after. ``is_own`` where I am its manager, not only standing in."""

    unit_id: int
    name: str
    is_own: bool = False
    unit_ids: set[int] = field(default_factory=set)
    """Of it and of all units below it."""
    deputies: dict[int, Deputy] = field(default_factory=dict)


def managed_units(session: Session, person_id: int, *, on: date) -> list[ManagedUnit]:
    """The units the person manages or stands in for on that day, with their deputies. One
    statement."""
    found: dict[int, ManagedUnit] = {}
    for unit_id, name, kind, below, *values in fetch_rows(
        session, _MANAGED_UNITS, {"person_id": person_id, "on_day": on}
    ):
        unit = found.setdefault(unit_id, ManagedUnit(unit_id, name))
        unit.unit_ids.add(below)
        unit.is_own = unit.is_own or kind is MembershipKind.MANAGER
        if values[0] is not None:
            unit.deputies[values[0]] = Deputy(*values)
    return list(found.values())


def _managed_units() -> Select[*tuple[Any, ...]]:
    deputy = aliased(Membership)
    lasting = org_chart.lasts_to(org_chart.ON_DAY, of=deputy)
    standing_in = (deputy.id, Person.id, Person.name, deputy.valid_from, deputy.valid_to)
    mine = (
        Membership.person_id == bindparam("person_id"),
        Membership.kind.in_(org_chart.MANAGING),
        org_chart.holds_on(org_chart.ON_DAY),
    )
    managed = select(Membership.unit_id.label("top"), Membership.unit_id.label("id")).where(*mine)
    below = managed.cte("below", recursive=True)
    below = below.union(select(below.c.top, Unit.id).join(below, Unit.parent_id == below.c.id))
    return (
        select(Unit.id, Unit.name, Membership.kind, below.c.id, *standing_in)
        .join(Membership, Membership.unit_id == Unit.id)
        .join(below, below.c.top == Unit.id)
        .outerjoin(
            deputy, (deputy.unit_id == Unit.id) & (deputy.kind == MembershipKind.DEPUTY) & lasting
        )
        .outerjoin(Person, Person.id == deputy.person_id)
        .where(*mine)
        .order_by(Unit.path, deputy.valid_from, deputy.id)
    )


_MANAGED_UNITS = _managed_units()
