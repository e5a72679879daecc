"""Writes a personnel list into the database, all or nothing.

Contradictions are found before anything is written. Statements are in bulk: their number does not
grow with the people.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from sqlalchemy import insert
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.errors import N_, RuleBroken
from challenges.outbox import record
from challenges.people.appointments import Changes
from challenges.people.counting import Period, set_periods
from challenges.people.events import AppointmentsChanged
from challenges.people.everybody import everybody, write_appointments
from challenges.people.held_roles import rest_on_new_posts
from challenges.people.last_of_office import must_leave_somebody
from challenges.people.leaving import deactivate_all
from challenges.people.models import Person, Unit
from challenges.people.roster.guards import must_not_be_too_many
from challenges.people.roster.planning import Plan, appointments_of, difference, plan_import
from challenges.people.roster.reading import ListedPerson
from challenges.people.units import Units
from challenges.storage.sql import update_by_id
from challenges.tables.files import Problem

T = TypeVar("T")

_BATCH = 5000
"""People whose rows are in memory at a time."""


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
) -> Plan:
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
    leaving = [one.id for one in plan.deactivated]
    if ending := {*leaving, *plan.leaving_the_office}:
        must_leave_somebody(session, ending, is_locking=not is_dry_run)
    if not is_dry_run:
        _carry_out(session, plan, at=at)
    return plan


def _carry_out(session: Session, plan: Plan, *, at: datetime) -> None:
    plan.units.create(session)
    update_by_id(
        session,
        Unit,
        [{"id": plan.units.id(path), "site": plan.sites[path]} for path in plan.sites],
    )
    update_by_id(session, Person, [{"id": row_id, "email": None} for row_id in plan.released])
    has_moved = [_change_people(session, plan, ids) for ids in _batches(list(plan.differing))]
    if any(has_moved):
        record(session, AppointmentsChanged(occurred_at=at))
    periods = dict(plan.periods)
    for people in _batches(plan.added):
        periods |= _add_people(session, plan.units, people)
    set_periods(session, periods, today=plan.today)
    rest_on_new_posts(session, plan.moving)
    deactivate_all(session, [one.id for one in plan.deactivated], at=at)
    # Bulk statements go past the objects that the session holds.
    session.expire_all()


def _batches(everything: Sequence[T]) -> Iterator[Sequence[T]]:
    for start in range(0, len(everything), _BATCH):
        yield everything[start : start + _BATCH]


def _change_people(session: Session, plan: Plan, ids: Sequence[int]) -> bool:
    """Write what changes for these known people. Returns whether any appointment does."""
    found = {
        row.person_id: difference(plan, plan.differing[row.person_id], row, known)
        for row, known in everybody(session, plan.units, only=ids)
    }
    update_by_id(
        session, Person, [{"id": i, **values} for i, (values, _) in found.items() if values]
    )
    write_appointments(session, plan.units, {i: moved for i, (_, moved) in found.items()})
    return not all(moved.is_empty for _, moved in found.values())


def _add_people(
    session: Session, units: Units, people: Sequence[ListedPerson]
) -> dict[int, set[Period]]:
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
    appointments = {
        ids[one.employee_number]: Changes(added=appointments_of(one, units)) for one in people
    }
    write_appointments(session, units, appointments)
    return {ids[one.employee_number]: one.uncounted for one in people if one.uncounted}
