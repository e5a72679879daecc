"""Compares a personnel list with the database: what has to change, and every contradiction.

Writes nothing. applying.py carries the plan out; a dry run shows it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.people.appointments import AppointmentTooEarly, KnownAppointment
from challenges.people.counting import Period, are_told, known_periods
from challenges.people.everybody import everybody
from challenges.people.models import FormerNumber, Person, Unit
from challenges.people.roster.comparing import difference
from challenges.people.roster.numbers import UnlistedPerson, mistaken_numbers, same_names
from challenges.people.roster.reading import ListedPerson
from challenges.people.units import Units
from challenges.storage.sql import PERSONNEL, take_turn
from challenges.tables.files import Problem
from challenges.vocabulary import Site


@dataclass
class ImportReport:
    """What an import does. Everybody on the list is in exactly one of the first five lists."""

    added: list[ListedPerson] = field(default_factory=list)
    reactivated: list[ListedPerson] = field(default_factory=list)
    transferred: list[ListedPerson] = field(default_factory=list)
    changed: list[ListedPerson] = field(default_factory=list)
    unchanged: list[ListedPerson] = field(default_factory=list)
    missing: list[UnlistedPerson] = field(default_factory=list)
    """Active people who are not on the list."""
    deactivated: list[UnlistedPerson] = field(default_factory=list)
    """Those of them who leave."""
    units_created: list[str] = field(default_factory=list)
    """Paths."""
    notices: list[str] = field(default_factory=list)


@dataclass
class Plan:
    """What an import is going to write. Holds nobody's changes, only who has some: a list may move
    a million people."""

    today: date
    units: Units
    report: ImportReport = field(default_factory=ImportReport)
    problems: list[Problem] = field(default_factory=list)
    differing: dict[int, ListedPerson] = field(default_factory=dict)
    """Known people who or whose appointments change, by id."""
    released: list[int] = field(default_factory=list)
    """Ids of people whose address goes to somebody else."""
    periods: dict[int, set[Period]] = field(default_factory=dict)
    """The days that do not count for known people whose days change, by the id of the person."""
    sites: dict[str, Site] = field(default_factory=dict)
    """By the path of the unit."""
    active: int = 0
    """How many people were active before."""
    touched: Counter[str] = field(default_factory=Counter)
    """How many people each kind of change touches. See guards.py."""


def plan_import(
    session: Session,
    people: Mapping[str, ListedPerson],
    *,
    today: date,
    deactivate_missing: bool = False,
    accept_new_numbers: bool = False,
    is_locking: bool = True,
) -> Plan:
    """What has to change for the database to say what the list says; ``problems`` is everything
    that contradicts it. With ``deactivate_missing``, people who are not on the list leave.

    Waits for another import, and locks the rows of the people against other changes, because it
    plans from what it reads. A dry run need not.
    """
    if is_locking:
        take_turn(session, PERSONNEL)
    plan = Plan(today, Units(session))
    _plan_units(plan, session, people)
    rows = everybody(session, plan.units, is_locking=is_locking)
    new, unlisted = _compare(plan, rows, people, known_periods(session), deactivate_missing)
    former = select(FormerNumber.employee_number, Person.employee_number.label("now"))
    report = plan.report
    report.added = new
    report.missing = [one for one in unlisted if one.is_active]
    report.deactivated = report.missing if deactivate_missing else []
    former_rows = session.execute(former.join(Person, Person.id == FormerNumber.person_id))
    plan.problems += mistaken_numbers(
        new, people, unlisted, dict(former_rows.all()), accept=accept_new_numbers
    )
    plan.problems.sort()
    report.notices += same_names(new, unlisted)
    plan.touched.update(
        new=len(new) + len(report.reactivated),
        transferred=len(report.transferred),
        ended=len(report.deactivated),
        uncounted=len(plan.periods),
    )
    return plan


def _compare(
    plan: Plan,
    rows: Iterable[tuple[Any, list[KnownAppointment]]],
    people: Mapping[str, ListedPerson],
    periods: Mapping[int, set[Period]],
    deactivate_missing: bool,
) -> tuple[list[ListedPerson], list[UnlistedPerson]]:
    """Plan for everybody whom the database knows. Returns who is new, and who is not listed."""
    wanted_emails = {one.email: one for one in people.values() if one.email}
    seen: set[str] = set()
    unlisted: list[UnlistedPerson] = []
    for row, known in rows:
        is_active = row.deactivated_at is None
        plan.active += is_active
        if person := people.get(row.employee_number):
            seen.add(row.employee_number)
            keeps_email = person.email == ""
            _plan_known(plan, row, person, known, periods.get(row.person_id, set()))
        else:
            unlisted.append(UnlistedPerson(row.person_id, row.employee_number, row.name, is_active))
            keeps_email = is_active and not deactivate_missing
        other = wanted_emails.get(row.email)
        if other and other is not person:
            _plan_email(plan, row, other, keeps_email=keeps_email)
    return [one for number, one in people.items() if number not in seen], unlisted


def _plan_email(plan: Plan, row: Any, other: ListedPerson, *, keeps_email: bool) -> None:
    """``other`` is whom the list gives the address of this known person."""
    if keeps_email:
        sentence = (
            f"メールアドレス {row.email} は、すでに職員番号 {row.employee_number} の人のものです。"
        )
        plan.problems.append(Problem(other.with_email.line, "email", sentence))
    else:
        # Cleared before anybody gets a new address: the unique key is checked row by row, and
        # people may swap addresses in a circle.
        plan.released.append(row.person_id)


def _plan_known(
    plan: Plan,
    row: Any,
    person: ListedPerson,
    known: list[KnownAppointment],
    periods: set[Period],
) -> None:
    if not person.has_appointments:
        return
    try:
        found = difference(person, row, known, units=plan.units, today=plan.today)
    except AppointmentTooEarly as error:
        plan.problems.append(Problem(error.listed.line, "valid_from", str(error)))
        return
    if not found.is_empty:
        plan.differing[row.person_id] = person
    wanted = person.uncounted
    has_other_days = wanted is not None and not are_told(periods, wanted, today=plan.today)
    if wanted is not None and has_other_days:
        plan.periods[row.person_id] = wanted
    report = plan.report
    if row.deactivated_at:
        report.reactivated.append(person)
    elif found.appointments.is_transfer:
        report.transferred.append(person)
    elif found.is_empty and not has_other_days:
        report.unchanged.append(person)
    else:
        report.changed.append(person)
        plan.touched["managers"] += found.loses_a_unit
    plan.touched["renamed"] += "name" in found.values
    plan.touched["addresses"] += "email" in found.values and row.email is not None


def _plan_units(plan: Plan, session: Session, people: Mapping[str, ListedPerson]) -> None:
    """The units that are new, and those that the list places at the head office or a branch."""
    known = dict(session.execute(select(Unit.path, Unit.site)).all())
    occupied: set[str] = set()
    for row in chain(*people.values()):
        if row.unit:
            path = plan.units.path(row.unit)
            occupied.add(path)
            if row.site and known.get(path) is not row.site:
                plan.sites[path] = row.site
    plan.report.units_created = plan.units.new
    plan.report.notices += [
        f"新しい所属「{path}」には、本人の行がある人がいません。"
        "名前の中の / は、UI\\/UX課 のように \\/ と書いてください。"
        for path in plan.units.new
        if path not in occupied
    ]
