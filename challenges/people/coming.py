"""Who and what is still to come. The list of 1 April is a secret until that day (内示).

Whatever people see or count leaves these out, as long as their day has not begun in Tokyo.
"""

from datetime import date

from sqlalchemy import CTE, ColumnElement, Select, exists, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from challenges.people.models import Membership, Person, Unit
from challenges.people.org_chart import holds_on
from challenges.vocabulary import MembershipKind


def is_to_come(
    on: date | ColumnElement[date],
    *,
    person_id: ColumnElement[int] | InstrumentedAttribute[int] = Person.id,
) -> ColumnElement[bool]:
    """Whether the person has appointments after that day and none on it: they join later, or
    return. Until then they are nobody."""
    later = aliased(Membership)
    return exists().where(
        later.person_id == person_id,
        _is_appointment_after(on, of=later),
        _has_none_on(on, later.person_id),
    )


def people_to_come(on: date) -> Select[int]:
    """The ids of all of whom ``is_to_come`` is true."""
    return (
        select(Membership.person_id)
        .where(_is_appointment_after(on, of=Membership), _has_none_on(on, Membership.person_id))
        .distinct()
    )


def _is_appointment_after(
    on: date | ColumnElement[date], *, of: type[Membership]
) -> ColumnElement[bool]:
    # Deputies are named by managers, in the open.
    return (of.valid_from > on) & (of.kind != MembershipKind.DEPUTY)


def _has_none_on(
    on: date | ColumnElement[date], person_id: InstrumentedAttribute[int]
) -> ColumnElement[bool]:
    present = aliased(Membership)
    return ~exists().where(
        present.person_id == person_id,
        present.kind != MembershipKind.DEPUTY,
        holds_on(on, of=present),
    )


def units_to_come(on: date | ColumnElement[date]) -> Select[int]:
    """The ids of the units that have appointments after that day, in them or below, and had none
    until then."""
    later = _with_those_above(
        select(Membership.unit_id).where(_is_appointment_after(on, of=Membership)), name="later"
    )
    has_begun = exists().where(Membership.unit_id == Unit.id, Membership.valid_from <= on)
    begun = _with_those_above(select(Unit.id.label("unit_id")).where(has_begun), name="begun")
    return select(later.c.unit_id).where(later.c.unit_id.not_in(select(begun.c.unit_id)))


def shown_unit(session: Session, unit_id: int, *, on: date) -> Unit | None:
    """The unit with that id, or None if there is none or it is still to come."""
    # Beyond 2**31 PostgreSQL would refuse the query instead of finding nothing.
    if not 0 < unit_id < 2**31:
        return None
    return session.scalar(select(Unit).where(Unit.id == unit_id, Unit.id.not_in(units_to_come(on))))


def _with_those_above(units: Select[int], *, name: str) -> CTE:
    upward = units.cte(name, recursive=True)
    return upward.union(
        select(Unit.parent_id)
        .join(upward, Unit.id == upward.c.unit_id)
        .where(Unit.parent_id.is_not(None))
    )
