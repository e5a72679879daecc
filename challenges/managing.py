"""Who looks after whom: the offices of a day, and whether somebody manages one. Deputies count as managers."""

from datetime import date

from sqlalchemy import ColumnElement, exists, func, literal, or_, select
from sqlalchemy.orm import Session, aliased

from challenges.models import Membership, MembershipKind, Person, Unit

MANAGING = (MembershipKind.MANAGER, MembershipKind.DEPUTY)


def holds_on(on: date) -> ColumnElement[bool]:
    """Memberships that hold on that day of the Tokyo calendar."""
    return (Membership.valid_from <= on) & or_(Membership.valid_to.is_(None), Membership.valid_to >= on)


def unit_on(session: Session, person_id: int, on: date) -> int | None:
    """The office of the person's primary post on that day, or None."""
    return session.scalar(
        select(Membership.unit_id)
        .where(Membership.person_id == person_id, Membership.is_primary, holds_on(on))
        .order_by(Membership.valid_from.desc())
        .limit(1)
    )


def managed_units(session: Session, person_id: int, on: date) -> list[int]:
    """Offices that the person manages, or stands in for, on that day."""
    return list(
        session.scalars(
            select(Membership.unit_id).where(
                Membership.person_id == person_id, Membership.kind.in_(MANAGING), holds_on(on)
            )
        )
    )


def manages(session: Session, person_id: int, *, unit_id: int | None, on: date) -> bool:
    """Whether the person manages that office or one above it on that day."""
    if unit_id is None:
        return False
    below = aliased(Unit)
    return bool(
        session.scalar(
            select(
                exists()
                .where(Membership.person_id == person_id, Membership.kind.in_(MANAGING), holds_on(on))
                .where(Unit.id == Membership.unit_id, below.id == unit_id, _is_at_or_above(Unit, below))
            )
        )
    )


def reviewing_unit(session: Session, *, person_id: int, unit_id: int | None, on: date) -> int | None:
    """The nearest office at or above ``unit_id`` with a manager other than the person; None where there is nobody."""
    if unit_id is None:
        return None
    below = aliased(Unit)
    return session.scalar(
        select(Unit.id)
        .join(below, _is_at_or_above(Unit, below))
        .join(Membership, Membership.unit_id == Unit.id)
        .join(Person, Person.id == Membership.person_id)
        .where(below.id == unit_id, Membership.kind == MembershipKind.MANAGER, Membership.person_id != person_id)
        .where(holds_on(on), Person.deactivated_at.is_(None))
        .order_by(func.length(Unit.path).desc())
        .limit(1)
    )


def _is_at_or_above(upper: type[Unit], lower: type[Unit]) -> ColumnElement[bool]:
    """Compared as text with a slash at the end, so that a name with % or _ in it is only a name."""
    prefix = upper.path + literal("/")
    return func.substr(lower.path + literal("/"), 1, func.length(prefix)) == prefix
