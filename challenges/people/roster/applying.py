"""Writes a personnel list into the database, all or nothing.

Contradictions are found before anything is written. Statements are in bulk: their number does not
grow with the people.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import chain
from typing import Any

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.errors import N_, RuleBroken
from challenges.outbox import record
from challenges.people.appointments import KnownAppointment, ListedAppointment
from challenges.people.counting import Period, set_periods
from challenges.people.events import AppointmentsChanged
from challenges.people.held_roles import rest_on_new_posts
from challenges.people.last_of_office import must_leave_somebody
from challenges.people.leaving import deactivate_all
from challenges.people.models import Membership, Person, Unit
from challenges.people.roster.guards import must_not_be_too_many
from challenges.people.roster.planning import ImportReport, Plan, plan_import
from challenges.people.roster.reading import ListedPerson
from challenges.people.units import Units
from challenges.tables import Problem

_BATCH = 5000
"""New people whose rows are in memory at a time."""


class PersonnelListWrong(RuleBroken):
    """The list contradicts the database. ``problems`` are all of them."""

    sentence = N_("職員名簿に、今の記録と合わない行があります。")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__()


def import_people(
    session: Session,
    people: Mapping[str, ListedPerson],
    *,
    at: datetime,
    at_most: Mapping[str, int] | None = None,
    is_wrong: bool = False,
    is_dry_run: bool = False,
    **choices: bool,
) -> ImportReport:
    """Make the database say what the list says. Returns what that changes.

    ``choices`` are those of ``plan_import``. ``at_most`` says how many people a kind of change may
    touch (guards.GUARDS). Raises PersonnelListWrong, always if the file ``is_wrong`` by itself, and
    TooManyChanges or LastOfTheOffice before anything is written. A dry run writes nothing and locks
    nothing.
    """
    plan = plan_import(session, people, today=day_of(at), is_locking=not is_dry_run, **choices)
    if plan.problems or is_wrong:
        raise PersonnelListWrong(plan.problems)
    must_not_be_too_many(plan, at_most or {})
    if ending := {*plan.leaving, *plan.leaving_the_office}:
        must_leave_somebody(session, ending, is_locking=not is_dry_run)
    if not is_dry_run:
        _carry_out(session, plan, at=at)
    return plan.report


def _carry_out(session: Session, plan: Plan, *, at: datetime) -> None:
    plan.units.create(session)
    _update(
        session,
        Unit,
        [{"row_id": plan.units.id(path), "site": site} for path, site in plan.sites.items()],
    )
    _update(session, Person, [{"row_id": row_id, "email": None} for row_id in plan.released])
    _update(session, Person, plan.people)
    _write_memberships(session, plan)
    if plan.memberships:
        record(session, AppointmentsChanged(occurred_at=at))
    periods = dict(plan.periods)
    for start in range(0, len(plan.new), _BATCH):
        periods |= _add_people(session, plan, plan.new[start : start + _BATCH])
    set_periods(session, periods, today=day_of(at))
    rest_on_new_posts(session, plan.moving)
    deactivate_all(session, plan.leaving, at=at)
    # Bulk statements go past the objects that the session holds.
    session.expire_all()


def _add_people(session: Session, plan: Plan, people: list[ListedPerson]) -> dict[int, set[Period]]:
    """Insert people with their appointments. Returns the days that do not count, by their ids."""
    rows = [
        {
            "employee_number": one.employee_number,
            "name": one.name,
            "kana": one.kana,
            "email": one.email or None,
        }
        for one in people
    ]
    made = session.execute(insert(Person).returning(Person.employee_number, Person.id), rows)
    ids = {row.employee_number: row.id for row in made}
    session.execute(
        insert(Membership),
        [
            {"person_id": ids[one.employee_number], **_columns(appointment, plan.units)}
            for one in people
            for appointment in plan.appointments_of(one)
        ],
    )
    return {ids[one.employee_number]: one.uncounted for one in people if one.uncounted}


def _write_memberships(session: Session, plan: Plan) -> None:
    """Remove, end and add, in this order, so that no two appointments overlap for a moment."""
    changes = plan.memberships.values()
    if removed := [{"row_id": row_id} for one in changes for row_id in one.removed]:
        table: Any = Membership.__table__
        statement = delete(table).where(table.c.id == bindparam("row_id"))
        session.connection().execute(statement, removed)
    updated = [
        {"row_id": row.id, **_columns(row, plan.units), "valid_to": row.valid_to}
        for row in chain(*(one.updated for one in changes))
    ]
    _update(session, Membership, updated)
    added = [
        {"person_id": person_id, **_columns(listed, plan.units)}
        for person_id, one in plan.memberships.items()
        for listed in one.added
    ]
    if added:
        session.execute(insert(Membership), added)


def _columns(appointment: ListedAppointment | KnownAppointment, units: Units) -> dict[str, Any]:
    names = ("kind", "post", "is_primary", "employment", "valid_from")
    values = {name: getattr(appointment, name) for name in names}
    return {"unit_id": units.id(appointment.unit), **values}


def _update(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    """Set the columns that each of ``rows`` names, on the row whose id is ``row_id``."""
    table = model.__table__
    by_columns: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for row in rows:
        by_columns.setdefault(tuple(row), []).append(row)
    for alike in by_columns.values():
        # On the connection: one prepared statement for all rows. The ORM would group them and
        # refuse a WHERE of its own.
        statement = update(table).where(table.c.id == bindparam("row_id"))
        session.connection().execute(statement, alike)
