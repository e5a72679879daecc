"""Writes a personnel list into the database, all or nothing.

Contradictions are found before anything is written. Statements are in bulk: their number does not
grow with the people.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import insert
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.errors import N_, RuleBroken
from challenges.outbox import record
from challenges.people.counting import set_periods
from challenges.people.events import AppointmentsChanged
from challenges.people.everybody import everybody, write_appointments
from challenges.people.held_roles import rest_on_new_posts
from challenges.people.last_of_office import must_leave_somebody
from challenges.people.leaving import deactivate_all
from challenges.people.models import Person, Unit
from challenges.people.roster.guards import must_not_be_too_many
from challenges.people.roster.planning import BATCH, Plan, difference, plan_import
from challenges.people.roster.reading import ListedPerson
from challenges.storage.sql import in_batches, update_by_id
from challenges.tables.files import Problem


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
    if ending := {*plan.leaving, *plan.office.ending()}:
        must_leave_somebody(session, ending, is_locking=not is_dry_run)
    if not is_dry_run:
        _carry_out(session, plan, at=at)
    return plan


def _carry_out(session: Session, plan: Plan, *, at: datetime) -> None:
    plan.units.create(session)
    sites = [{"id": plan.units.id(path), "site": site} for path, site in plan.sites.items()]
    update_by_id(session, Unit, sites)
    update_by_id(session, Person, [{"id": row_id, "email": None} for row_id in plan.released])
    for some in in_batches(plan.differing.items(), BATCH):
        _change(session, plan, dict(some))
    for people in in_batches(plan.added, BATCH):
        _change(session, plan, _add(session, people))
    deactivate_all(session, plan.leaving, at=at)
    if plan.changes_appointments or plan.since <= plan.today:
        record(session, AppointmentsChanged.from_day(plan.since, at=at))
    # Bulk statements go past the objects that the session holds.
    session.expire_all()


def _add(session: Session, people: Sequence[ListedPerson]) -> dict[int, ListedPerson]:
    """Insert people, as yet without appointments. Returns them by their new ids."""
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
    return {ids[one.employee_number]: one for one in people}


def _change(session: Session, plan: Plan, people: Mapping[int, ListedPerson]) -> None:
    """Make the database say what the list says of these people, by their ids."""
    found = {
        row.person_id: difference(plan, people[row.person_id], row, known)
        for row, known in everybody(session, plan.units, only=people)
    }
    update_by_id(
        session, Person, [{"id": i, **values} for i, (values, _) in found.items() if values]
    )
    write_appointments(session, plan.units, {i: moved for i, (_, moved) in found.items()})
    rest_on_new_posts(session, [i for i, (_, moved) in found.items() if moved.is_transfer])
    periods = {i: one.uncounted for i, one in people.items() if one.uncounted is not None}
    set_periods(session, periods, today=plan.today)
