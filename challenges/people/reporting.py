"""Whose direct manager somebody is.

A manager answers for their own unit and for those below it that have no manager of their own; of
a unit that has one, for that manager alone. Managers of managers see such units in numbers of
people. Who may decide and endorse is another question, see org_chart.py: there every unit below
counts.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Row, Select, bindparam, exists, literal, select
from sqlalchemy.orm import Session, aliased

from challenges.people import org_chart
from challenges.people.counting import is_asked_on
from challenges.people.models import Membership, Person, Unit
from challenges.storage.sql import fetch_rows
from challenges.vocabulary import MembershipKind


@dataclass(frozen=True, slots=True)
class ReportingUnits:
    """Where the direct reports of a manager work."""

    direct: frozenset[int]
    """Units whose people have no nearer manager."""
    led: frozenset[int]
    """Units right below those, with managers of their own: only these managers are reports."""


def reporting_units(session: Session, person_id: int, *, on: date) -> ReportingUnits:
    """Where the direct reports of whoever manages or stands in for a unit work on that day. One
    statement."""
    return reporting_in(
        fetch_rows(session, REPORTING_UNITS, {"person_id": person_id, "on_day": on}).all()
    )


def reporting_in(rows: Sequence[Row[*tuple[Any, ...]]]) -> ReportingUnits:
    """The units in these rows of ``REPORTING_UNITS``."""
    direct = frozenset(row.id for row in rows if not row.is_led)
    return ReportingUnits(direct, frozenset(row.id for row in rows if row.is_led) - direct)


def units_managed_directly() -> CTE:
    """The ids of the units whose people have no nearer manager than ``:person_id`` on
    ``org_chart.ON_DAY``."""
    managed = (
        select(Membership.unit_id.label("id"))
        .where(Membership.person_id == bindparam("person_id"))
        .where(Membership.kind.in_(org_chart.MANAGING), org_chart.holds_on(org_chart.ON_DAY))
        .cte("managed_directly", recursive=True)
    )
    below = select(Unit.id).join(managed, Unit.parent_id == managed.c.id)
    return managed.union(below.where(~_has_a_manager()))


def _has_a_manager() -> ColumnElement[bool]:
    """Whether somebody else manages the ``Unit`` and is asked for something on that day: the same
    whom org_chart.reviewing_unit asks."""
    theirs, manager = aliased(Membership), aliased(Person)
    return exists().where(
        theirs.unit_id == Unit.id,
        theirs.kind == MembershipKind.MANAGER,
        theirs.person_id != bindparam("person_id"),
        org_chart.holds_on(org_chart.ON_DAY, of=theirs),
        manager.id == theirs.person_id,
        manager.deactivated_at.is_(None),
        is_asked_on(org_chart.ON_DAY, person_id=manager.id),
    )


def _reporting_units() -> Select[*tuple[Any, ...]]:
    managed = units_managed_directly()
    led = (
        select(Unit.id, literal(True).label("is_led"))
        .join(managed, Unit.parent_id == managed.c.id)
        .where(_has_a_manager())
    )
    both = select(managed.c.id, literal(False).label("is_led")).union_all(led).subquery()
    return select(both.c.id, both.c.is_led)


REPORTING_UNITS = _reporting_units()
