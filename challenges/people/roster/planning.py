"""Compares a personnel list with the database: what has to change, and every contradiction.

Writes nothing. applying.py carries the plan out; a dry run shows it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

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
from challenges.people.names import search_key
from challenges.people.roster import numbers
from challenges.people.roster.ending_roles import EndingRoles
from challenges.people.roster.reading import ListedPerson
from challenges.people.transfers import changes
from challenges.people.units import Units
from challenges.storage.sql import PERSONNEL, take_turn
from challenges.tables import Problem
from challenges.text import comparable
from challenges.vocabulary import MembershipKind, Site


class Named(NamedTuple):
    """A person in the report."""

    employee_number: str
    name: str


@dataclass
class ImportReport:
    """What an import does. Everybody on the list is in exactly one of the first five lists."""

    added: list[Named] = field(default_factory=list)
    reactivated: list[Named] = field(default_factory=list)
    transferred: list[Named] = field(default_factory=list)
    changed: list[Named] = field(default_factory=list)
    unchanged: list[Named] = field(default_factory=list)
    missing: list[Named] = field(default_factory=list)
    """Active people who are not on the list."""
    deactivated: list[Named] = field(default_factory=list)
    units_created: list[str] = field(default_factory=list)
    """Paths."""
    notices: list[str] = field(default_factory=list)


@dataclass
class Plan:
    """What an import is going to write."""

    units: Units
    report: ImportReport = field(default_factory=ImportReport)
    problems: list[Problem] = field(default_factory=list)
    new: list[ListedPerson] = field(default_factory=list)
    people: list[dict[str, Any]] = field(default_factory=list)
    """Columns of known people that change, with ``row_id``."""
    memberships: dict[int, Changes] = field(default_factory=dict)
    """By the id of the person."""
    released: list[int] = field(default_factory=list)
    """Ids of people whose address goes to somebody else."""
    leaving: list[int] = field(default_factory=list)
    """Ids of the people who are not on the list and leave."""
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
    touched: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """How many people each kind of change touches. See guards.py."""

    def appointments_of(
        self, person: ListedPerson, known: Sequence[KnownAppointment] = ()
    ) -> list[ListedAppointment]:
        """Their listed appointments, the main one first."""
        told = [*(row.employment for row in person), *(row.employment for row in reversed(known))]
        employment = next(filter(None, told), None)
        return [
            ListedAppointment(
                unit=self.units.path(row.unit or ""),
                kind=MembershipKind.MANAGER if row.manager else MembershipKind.STAFF,
                post=row.post or "",
                is_primary=number == 0,
                valid_from=row.valid_from or date.max,
                line=row.line,
                employment=employment,
            )
            for number, row in enumerate(person)
        ]


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
    plan = Plan(Units(session))
    _plan_units(plan, session, people)
    check = numbers.Check(people, accept=accept_new_numbers)
    periods = known_periods(session)
    wanted_emails = {one.email: one for one in people.values() if one.email}
    seen: set[str] = set()
    office = EndingRoles(session, plan.units)
    for row, known in everybody(session, plan.units, is_locking=is_locking):
        plan.active += row.deactivated_at is None
        person = people.get(row.employee_number)
        keeps_email = (
            person.email == "" if person else not (row.deactivated_at or deactivate_missing)
        )
        _plan_email(plan, row, wanted_emails.get(row.email), keeps_email=keeps_email)
        if person:
            seen.add(row.employee_number)
            wanted, days = person.uncounted, periods.get(row.person_id, set())
            if wanted is not None and not are_told(days, wanted, today=today):
                plan.periods[row.person_id] = wanted
            _plan_known(plan, row, person, known, today=today)
            office.look_at(row.person_id, person, known, plan.memberships.get(row.person_id))
        else:
            check.unlisted(row)
            _plan_missing(plan, row, deactivate_missing=deactivate_missing)
    plan.new = [person for number, person in people.items() if number not in seen]
    plan.touched["new"] += len(plan.new)
    plan.touched["uncounted"] = len(plan.periods)
    plan.touched["ended"] = len(plan.leaving)
    plan.report.added = [Named(one.employee_number, one.name) for one in plan.new]
    former = select(FormerNumber.employee_number, Person.employee_number.label("now"))
    rows = session.execute(former.join(Person, Person.id == FormerNumber.person_id))
    plan.leaving_the_office = office.ending()
    plan.problems += office.problems(plan.leaving)
    plan.report.notices += office.notices()
    plan.problems += check.problems(plan.new, {row.employee_number: row.now for row in rows})
    plan.report.notices += check.notices(plan.new)
    plan.problems.sort()
    return plan


def _plan_email(plan: Plan, row: Any, other: ListedPerson | None, *, keeps_email: bool) -> None:
    """``other`` is whom the list gives the address of this known person."""
    if other is None or other.employee_number == row.employee_number:
        return
    if keeps_email:
        sentence = (
            f"メールアドレス {row.email} は、すでに職員番号 {row.employee_number} の人のものです。"
        )
        plan.problems.append(Problem(other.with_email.line, "email", sentence))
    else:
        # Cleared before anybody gets a new address: the unique key is checked row by row, and
        # people may swap addresses in a circle.
        plan.released.append(row.person_id)


def _plan_missing(plan: Plan, row: Any, *, deactivate_missing: bool) -> None:
    if row.deactivated_at is None:
        plan.report.missing.append(Named(row.employee_number, row.name))
        if deactivate_missing:
            plan.leaving.append(row.person_id)
            plan.report.deactivated.append(plan.report.missing[-1])


def _plan_known(
    plan: Plan, row: Any, person: ListedPerson, known: list[KnownAppointment], *, today: date
) -> None:
    if not person.has_appointments:
        return
    listed = plan.appointments_of(person, known)
    try:
        found = changes(known, listed, today=today)
    except AppointmentTooEarly as error:
        plan.problems.append(Problem(error.listed.line, "valid_from", str(error)))
        return
    if not found.is_empty:
        plan.memberships[row.person_id] = found
    if found.is_transfer:
        plan.moving.append(row.person_id)
    values = _values(person, row)
    if values:
        plan.people.append({"row_id": row.person_id, **values})
    if row.deactivated_at:
        group = "reactivated"
    elif found.is_transfer:
        group = "transferred"
    else:
        is_changed = values or not found.is_empty or row.person_id in plan.periods
        group = "changed" if is_changed else "unchanged"
    getattr(plan.report, group).append(Named(person.employee_number, person.name))
    plan.touched["new"] += group == "reactivated"
    plan.touched["transferred"] += group == "transferred"
    plan.touched["renamed"] += "name" in values
    plan.touched["addresses"] += "email" in values and row.email is not None
    plan.touched["managers"] += group == "changed" and _loses_a_unit(known, listed, today)


def _loses_a_unit(
    known: list[KnownAppointment], listed: list[ListedAppointment], today: date
) -> bool:
    """Whether the person manages a unit and none by the list."""
    is_manager = MembershipKind.MANAGER
    manages = any(row.kind is is_manager and row.reaches(today) for row in known)
    return manages and not any(one.kind is is_manager for one in listed)


def _values(person: ListedPerson, row: Any) -> dict[str, Any]:
    """The columns of a known person that the list changes. What only looks alike stays as it was
    written first."""
    values: dict[str, Any] = {
        name: listed
        for name, listed in (("name", person.name), ("kana", person.kana))
        if listed and comparable(listed) != comparable(getattr(row, name))
    }
    if values:
        told = {"name": row.name, "kana": row.kana} | values
        values["search_key"] = search_key(**told)
    if person.email and person.email != row.email:
        values["email"] = person.email
    if row.deactivated_at:
        values["deactivated_at"] = None
    return values


def _plan_units(plan: Plan, session: Session, people: Mapping[str, ListedPerson]) -> None:
    """The units that are new, and those that the list places at the head office or a branch."""
    rows = [row for person in people.values() for row in person if row.unit]
    occupied = {plan.units.path(row.unit or "") for row in rows}
    plan.report.units_created = plan.units.new
    known = dict(session.execute(select(Unit.path, Unit.site)).all())
    for row in rows:
        path = plan.units.path(row.unit or "")
        if row.site and known.get(path) is not row.site:
            plan.sites[path] = row.site
    plan.report.notices += [
        f"新しい所属「{path}」には、本人の行がある人がいません。"
        "名前の中の / は、UI\\/UX課 のように \\/ と書いてください。"
        for path in plan.units.new
        if path not in occupied
    ]
