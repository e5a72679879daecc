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
from challenges.people.models import FormerNumber, Person
from challenges.people.names import person_keys
from challenges.people.roster.ending_roles import EndingRoles
from challenges.people.roster.numbers import mistaken_numbers, same_names
from challenges.people.roster.reading import ListedPerson
from challenges.people.transfers import changes
from challenges.people.units import Units
from challenges.storage.sql import PERSONNEL, in_batches, take_turn
from challenges.tables.files import Problem
from challenges.text import comparable
from challenges.vocabulary import MembershipKind, Site

BATCH = 5000
"""People whose rows are in memory at a time."""


@dataclass
class Plan:
    """What an import does. Everybody on the list is in exactly one of the first five lists.

    Says who changes, not what: a list may move a million people.
    """

    today: date
    units: Units
    office: EndingRoles
    added: list[ListedPerson] = field(default_factory=list)
    reactivated: list[ListedPerson] = field(default_factory=list)
    transferred: list[ListedPerson] = field(default_factory=list)
    changed: list[ListedPerson] = field(default_factory=list)
    unchanged: list[ListedPerson] = field(default_factory=list)
    missing: list[Any] = field(default_factory=list)
    """Active people who are not on the list, as rows of `everybody`."""
    deactivated: list[Any] = field(default_factory=list)
    """Those of them who leave."""
    notices: list[str] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    differing: dict[int, ListedPerson] = field(default_factory=dict)
    """Known people for whom anything changes, by id."""
    changes_appointments: bool = False
    """Whether that is an appointment for any of them."""
    since: date = date.max
    """The first day on which an appointment of anybody, or whether they count, is otherwise."""
    released: list[int] = field(default_factory=list)
    """Ids of people whose address goes to somebody else."""
    sites: dict[str, Site] = field(default_factory=dict)
    """Where the list places units, by their paths."""
    active: int = 0
    """How many people were active before."""
    touched: Counter[str] = field(default_factory=Counter)
    """How many people each kind of change touches. See guards.py."""

    @property
    def leaving(self) -> list[int]:
        """The ids of those who leave."""
        return [one.person_id for one in self.deactivated]

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
    units = Units(session)
    plan = Plan(today, units, EndingRoles(session, units))
    _plan_units(plan, people)
    unlisted = _compare(session, plan, people, is_locking=is_locking)
    plan.missing = [one for one in unlisted if one.deactivated_at is None]
    plan.deactivated = plan.missing if deactivate_missing else []
    plan.problems += plan.office.problems(plan.leaving)
    plan.problems += mistaken_numbers(
        plan.added, people, unlisted, _former_numbers(session), accept=accept_new_numbers
    )
    _plan_emails(session, plan, people)
    plan.problems.sort()
    plan.notices += [*plan.office.notices(), *same_names(plan.added, plan.missing)]
    plan.touched.update(
        new=len(plan.added) + len(plan.reactivated),
        transferred=len(plan.transferred),
        ended=len(plan.deactivated),
    )
    return plan


def _plan_units(plan: Plan, people: Mapping[str, ListedPerson]) -> None:
    """The units that are new, and those that the list places at the head office or a branch."""
    occupied: set[str] = set()
    for row in chain.from_iterable(people.values()):
        if row.unit:
            path = plan.units.path(row.unit)
            occupied.add(path)
            if row.site:
                plan.sites[path] = row.site
    plan.notices += [
        f"新しい所属「{path}」には、本人の行がある人がいません。"
        "名前の中の / は、UI\\/UX課 のように \\/ と書いてください。"
        for path in plan.units.new
        if path not in occupied
    ]


def _compare(
    session: Session, plan: Plan, people: Mapping[str, ListedPerson], *, is_locking: bool
) -> list[Any]:
    """Plan for everybody whom the database knows. Returns the rows of who is not on the list."""
    periods = known_periods(session)
    seen: set[str] = set()
    unlisted: list[Any] = []
    for row, known in everybody(session, plan.units, is_locking=is_locking):
        plan.active += row.deactivated_at is None
        if person := people.get(row.employee_number):
            seen.add(row.employee_number)
            _plan_known(plan, person, row, known, periods.get(row.person_id, set()))
        else:
            unlisted.append(row)
    plan.added = [one for number, one in people.items() if number not in seen]
    begun = (row.valid_from for one in plan.added for row in one if row.valid_from)
    plan.since = min(plan.since, min(begun, default=date.max))
    return unlisted


def _plan_known(
    plan: Plan, person: ListedPerson, row: Any, known: list[KnownAppointment], periods: set[Period]
) -> None:
    if not person.has_appointments:
        return
    try:
        values, moved = difference(plan, person, row, known)
    except AppointmentTooEarly as error:
        plan.problems.append(Problem(error.listed.line, "valid_from", str(error)))
        return
    plan.office.look_at(row.person_id, person, known, moved)
    plan.changes_appointments |= not moved.is_empty
    days = person.uncounted
    has_other_days = days is not None and not are_told(periods, days, today=plan.today)
    others = (one.first_day for one in periods.symmetric_difference(days or ()))
    plan.since = min(plan.since, moved.since(known), *(others if has_other_days else ()))
    is_different = bool(values) or not moved.is_empty or has_other_days
    if is_different:
        plan.differing[row.person_id] = person
    if row.deactivated_at:
        plan.reactivated.append(person)
    elif moved.is_transfer:
        plan.transferred.append(person)
    elif is_different:
        plan.changed.append(person)
        plan.touched["managers"] += _manages(known, plan.today) and not any(
            one.manager for one in person
        )
    else:
        plan.unchanged.append(person)
    plan.touched["renamed"] += "name" in values
    plan.touched["addresses"] += "email" in values and row.email is not None
    plan.touched["uncounted"] += has_other_days


def _manages(known: Iterable[KnownAppointment], today: date) -> bool:
    return any(row.kind is MembershipKind.MANAGER and row.reaches(today) for row in known)


def _plan_emails(session: Session, plan: Plan, people: Mapping[str, ListedPerson]) -> None:
    """Find who has the addresses that the list gives to others, and whether they keep them."""
    staying = {one.person_id for one in plan.missing}.difference(plan.leaving)
    holders = select(Person.id, Person.employee_number, Person.email)
    for some in in_batches(people.values(), BATCH):
        wanted = {one.email: one for one in some if one.email}
        for row in session.execute(holders.where(Person.email.in_(wanted))):
            person, holder = wanted[row.email], people.get(row.employee_number)
            if row.id in staying or (holder and holder.email == ""):
                whose = f"すでに職員番号 {row.employee_number} の人のものです。"
                sentence = f"メールアドレス {row.email} は、{whose}"
                plan.problems.append(Problem(person.first("email").line, "email", sentence))
            elif holder is not person:
                # Cleared before anybody gets a new address: the unique key is checked row by row,
                # and people may swap addresses in a circle.
                plan.released.append(row.id)


def _former_numbers(session: Session) -> dict[str, str]:
    """The present number by an earlier one."""
    former = select(FormerNumber.employee_number, Person.employee_number.label("now"))
    rows = session.execute(former.join(Person, Person.id == FormerNumber.person_id))
    return dict(rows.all())


def difference(
    plan: Plan, person: ListedPerson, row: Any, known: Sequence[KnownAppointment]
) -> tuple[dict[str, Any], Changes]:
    """What changes for a person of `everybody`: columns of theirs, and appointments.

    Raises AppointmentTooEarly.
    """
    listed = _appointments(person, plan.units, known)
    return _values(person, row), changes(known, listed, today=plan.today)


def _appointments(
    person: ListedPerson, units: Units, known: Sequence[KnownAppointment]
) -> list[ListedAppointment]:
    """The listed appointments, the main one first. An empty 任用区分 keeps the known one."""
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
    told = {"name": person.name, "kana": person.kana}
    # What only looks alike stays as it was written first.
    values: dict[str, Any] = {
        name: listed
        for name, listed in told.items()
        if listed and comparable(listed) != comparable(getattr(row, name))
    }
    if values:
        values |= person_keys(**{"name": row.name, "kana": row.kana} | values)
    if person.email and person.email != row.email:
        values["email"] = person.email
    if row.deactivated_at:
        values["deactivated_at"] = None
    return values
