"""Compares a personnel list with the database: what has to change, and every contradiction.

Writes nothing. applying.py carries the plan out; a dry run shows it.
"""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import chain
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.people.appointments import (
    AppointmentTooEarly,
    Changes,
    KnownAppointment,
    ListedAppointment,
)
from challenges.people.counting import Period, are_told, known_periods
from challenges.people.everybody import everybody
from challenges.people.models import FormerNumber, Person, Unit
from challenges.people.names import person_keys
from challenges.people.roster.ending_roles import EndingRoles
from challenges.people.roster.numbers import UnlistedPerson, mistaken_numbers, same_names
from challenges.people.roster.reading import ListedPerson
from challenges.people.transfers import changes
from challenges.people.units import Units
from challenges.storage.sql import PERSONNEL, take_turn
from challenges.tables.files import Problem
from challenges.text import comparable
from challenges.vocabulary import MembershipKind, Site


@dataclass
class Plan:
    """What an import does. Everybody on the list is in exactly one of the first five lists.

    Says who changes, not what: a list may move a million people.
    """

    today: date
    units: Units
    added: list[ListedPerson] = field(default_factory=list)
    reactivated: list[ListedPerson] = field(default_factory=list)
    transferred: list[ListedPerson] = field(default_factory=list)
    changed: list[ListedPerson] = field(default_factory=list)
    unchanged: list[ListedPerson] = field(default_factory=list)
    missing: list[UnlistedPerson] = field(default_factory=list)
    """Active people who are not on the list."""
    deactivated: list[UnlistedPerson] = field(default_factory=list)
    """Those of them who leave."""
    notices: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    differing: dict[int, ListedPerson] = field(default_factory=dict)
    """Known people who or whose appointments change, by id."""
    released: list[int] = field(default_factory=list)
    """Ids of people whose address goes to somebody else."""
    moving: list[int] = field(default_factory=list)
    """Ids of the people whose main appointment moves to another unit."""
    leaving_the_office: list[int] = field(default_factory=list)
    """Ids of the people of the DX office whose post ends, and their role with it."""
    periods: dict[int, set[Period]] = field(default_factory=dict)
    """The days that do not count for known people whose days change, by the id of the person."""
    sites: dict[str, Site] = field(default_factory=dict)
    """By the path of the unit."""
    active: int = 0
    """How many people were active before."""
    touched: Counter[str] = field(default_factory=Counter)
    """How many people each kind of change touches. See guards.py."""

    @property
    def units_created(self) -> list[str]:
        """Paths."""
        return self.units.new


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
    office = EndingRoles(session, plan.units)
    plan.added, unlisted = _compare(
        plan, rows, people, known_periods(session), office, deactivate_missing
    )
    former = select(FormerNumber.employee_number, Person.employee_number.label("now"))
    plan.missing = [one for one in unlisted if one.is_active]
    plan.deactivated = plan.missing if deactivate_missing else []
    plan.leaving_the_office = office.ending()
    plan.problems += office.problems([one.id for one in plan.deactivated])
    plan.notices += office.notices()
    former_rows = session.execute(former.join(Person, Person.id == FormerNumber.person_id))
    plan.problems += mistaken_numbers(
        plan.added, people, unlisted, dict(former_rows.all()), accept=accept_new_numbers
    )
    plan.problems.sort()
    plan.notices += same_names(plan.added, unlisted)
    plan.touched.update(
        new=len(plan.added) + len(plan.reactivated),
        transferred=len(plan.transferred),
        ended=len(plan.deactivated),
        uncounted=len(plan.periods),
    )
    return plan


def _compare(
    plan: Plan,
    rows: Iterable[tuple[Any, list[KnownAppointment]]],
    people: Mapping[str, ListedPerson],
    periods: Mapping[int, set[Period]],
    office: EndingRoles,
    deactivate_missing: bool,
) -> tuple[list[ListedPerson], list[UnlistedPerson]]:
    """Plan for everybody whom the database knows. Returns who is new, and who is not listed."""
    kept: dict[str, str] = {}
    given_up: dict[str, int] = {}
    seen: set[str] = set()
    unlisted: list[UnlistedPerson] = []
    for row, known in rows:
        is_active = row.deactivated_at is None
        plan.active += is_active
        if person := people.get(row.employee_number):
            seen.add(row.employee_number)
            keeps_email = person.email == ""
            moved = _plan_known(plan, row, person, known, periods.get(row.person_id, set()))
            office.look_at(row.person_id, person, known, moved)
            if moved and moved.is_transfer:
                plan.moving.append(row.person_id)
        else:
            unlisted.append(UnlistedPerson(row.person_id, row.employee_number, row.name, is_active))
            keeps_email = is_active and not deactivate_missing
        if row.email and not (person and person.email == row.email):
            if keeps_email:
                kept[row.email] = row.employee_number
            else:
                given_up[row.email] = row.person_id
    _plan_emails(plan, people.values(), kept, given_up)
    return [one for number, one in people.items() if number not in seen], unlisted


def _plan_emails(
    plan: Plan,
    people: Iterable[ListedPerson],
    kept: Mapping[str, str],
    given_up: Mapping[str, int],
) -> None:
    """Look for people whose address is that of somebody known: ``kept`` has the employee number of
    the holder by address, ``given_up`` the id."""
    for person in people:
        email = person.email or ""
        if email in kept:
            whose = f"すでに職員番号 {kept[email]} の人のものです。"
            line = person.first("email").line
            plan.problems.append(Problem(line, "email", f"メールアドレス {email} は、{whose}"))
        elif email in given_up:
            # Cleared before anybody gets a new address: the unique key is checked row by row, and
            # people may swap addresses in a circle.
            plan.released.append(given_up[email])


def _plan_known(
    plan: Plan,
    row: Any,
    person: ListedPerson,
    known: list[KnownAppointment],
    periods: set[Period],
) -> Changes | None:
    """Returns what changes of the person's appointments; None if that is not known."""
    if not person.has_appointments:
        return None
    try:
        values, moved = difference(plan, person, row, known)
    except AppointmentTooEarly as error:
        plan.problems.append(Problem(error.listed.line, "valid_from", str(error)))
        return None
    if is_different := bool(values) or not moved.is_empty:
        plan.differing[row.person_id] = person
    wanted = person.uncounted
    if wanted is not None and not are_told(periods, wanted, today=plan.today):
        plan.periods[row.person_id] = wanted
        is_different = True
    if row.deactivated_at:
        plan.reactivated.append(person)
    elif moved.is_transfer:
        plan.transferred.append(person)
    elif is_different:
        plan.changed.append(person)
        plan.touched["managers"] += _manages(known, plan.today) and not any(
            row.manager for row in person
        )
    else:
        plan.unchanged.append(person)
    plan.touched["renamed"] += "name" in values
    plan.touched["addresses"] += "email" in values and row.email is not None
    return moved


def _manages(known: Iterable[KnownAppointment], today: date) -> bool:
    return any(row.kind is MembershipKind.MANAGER and row.reaches(today) for row in known)


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
    plan.notices += [
        f"新しい所属「{path}」には、本人の行がある人がいません。"
        "名前の中の / は、UI\\/UX課 のように \\/ と書いてください。"
        for path in plan.units.new
        if path not in occupied
    ]


def difference(
    plan: Plan, person: ListedPerson, row: Any, known: Sequence[KnownAppointment]
) -> tuple[dict[str, Any], Changes]:
    """What changes for a person of `everybody`: columns of theirs, and appointments.

    Raises AppointmentTooEarly.
    """
    listed = appointments_of(person, plan.units, known)
    return _values(person, row), changes(known, listed, today=plan.today)


def appointments_of(
    person: ListedPerson, units: Units, known: Sequence[KnownAppointment] = ()
) -> list[ListedAppointment]:
    """Their listed appointments, the main one first. An empty 任用区分 keeps the known one."""
    told = [*(row.employment for row in person), *(one.employment for one in reversed(known))]
    employment = next(filter(None, told), None)
    return [
        ListedAppointment(
            unit=units.path(row.unit or ""),
            kind=MembershipKind.MANAGER if row.manager else MembershipKind.STAFF,
            post=row.post or "",
            is_primary=number == 0,
            valid_from=row.valid_from or date.max,
            line=row.line,
            employment=employment,
        )
        for number, row in enumerate(person)
    ]


def _values(person: ListedPerson, row: Any) -> dict[str, Any]:
    # What only looks alike stays as it was written first.
    values: dict[str, Any] = {
        name: listed
        for name, listed in (("name", person.name), ("kana", person.kana))
        if listed and comparable(listed) != comparable(getattr(row, name))
    }
    if values:
        told = {"name": row.name, "kana": row.kana} | values
        values |= person_keys(**told)
    if person.email and person.email != row.email:
        values["email"] = person.email
    if row.deactivated_at:
        values["deactivated_at"] = None
    return values
