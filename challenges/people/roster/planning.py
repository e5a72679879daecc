"""Compares a personnel list with the database: what each person's appointments would change, and
every contradiction.

Writes nothing. applying.py carries the plan out; the command asks here first, to report every
problem of the file at once.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.people.models import Membership, Person
from challenges.people.roster.appointments import (
    AppointmentTooEarly,
    Changes,
    KnownAppointment,
    ListedAppointment,
)
from challenges.people.roster.csv_file import Problem
from challenges.people.roster.reading import ListedPerson, differs_only_in_case
from challenges.people.roster.transfers import changes
from challenges.people.units import KnownUnit, known_units, unit_key
from challenges.storage.sql import take_turn
from challenges.vocabulary import MembershipKind


@dataclass
class KnownPersonnel:
    """The part of the database that a personnel list can change."""

    people: dict[str, Any]
    """Rows of id, employee_number, name, kana, email, deactivated_at, by employee number."""
    appointments: dict[int, list[KnownAppointment]]
    """By the id of the person."""
    units: dict[str, KnownUnit]
    """By path and by ``unit_key``."""


def problems_with(
    session: Session,
    people: Iterable[ListedPerson],
    *,
    at: datetime,
    deactivate_missing: bool = False,
) -> list[Problem]:
    """Everything in the list that contradicts the database. Changes nothing.

    ``people`` may include the doubtful ones, so that their other problems are found too.
    """
    known = read_known(session)
    _, problems = plan_for(
        known, list(people), today=day_of(at), deactivate_missing=deactivate_missing
    )
    return problems


def read_known(session: Session) -> KnownPersonnel:
    """People, appointments and units of the database. Locks the rows of the people."""
    columns = (
        Person.id,
        Person.employee_number,
        Person.name,
        Person.kana,
        Person.email,
        Person.deactivated_at,
    )
    # Two imports at once would both plan from the same rows, and add the same people. The lock on
    # the people is against other changes; its key-share kind does not hold up inserts that only
    # refer to a person.
    take_turn(session, "personnel")
    people = session.execute(select(*columns).with_for_update(key_share=True)).all()
    units = known_units(session)
    return KnownPersonnel(
        people={row.employee_number: row for row in people},
        appointments=_known_appointments(session, units),
        units=units,
    )


def _known_appointments(
    session: Session, units: dict[str, KnownUnit]
) -> dict[int, list[KnownAppointment]]:
    # The list names units by their keys, so known appointments must too.
    paths = {unit.id: path for path, unit in units.items()}
    paths |= {unit.id: path for path, unit in units.items() if path == unit_key(path)}
    rows = session.execute(
        select(
            Membership.person_id,
            Membership.id,
            Membership.unit_id,
            Membership.kind,
            Membership.post,
            Membership.is_primary,
            Membership.valid_from,
            Membership.valid_to,
        )
    )
    found: defaultdict[int, list[KnownAppointment]] = defaultdict(list)
    for row in rows:
        found[row.person_id].append(
            KnownAppointment(
                id=row.id,
                unit=paths[row.unit_id],
                kind=row.kind,
                post=row.post,
                is_primary=row.is_primary,
                valid_from=row.valid_from,
                valid_to=row.valid_to,
            )
        )
    return dict(found)


def plan_for(
    known: KnownPersonnel,
    people: list[ListedPerson],
    *,
    today: date,
    deactivate_missing: bool = False,
) -> tuple[dict[str, Changes], list[Problem]]:
    """What has to change for each person, by employee number; and every problem, by line."""
    plans: dict[str, Changes] = {}
    problems = [
        *_taken_emails(known, people, deactivate_missing=deactivate_missing),
        *_known_in_another_case(known, people),
    ]
    for person in people:
        # The appointments of somebody doubtful may be missing.
        if not person.appointments:
            continue
        row = known.people.get(person.employee_number)
        current = known.appointments.get(row.id, []) if row else []
        try:
            plans[person.employee_number] = changes(current, _listed(person), today=today)
        except AppointmentTooEarly as error:
            problems.append(Problem(error.listed.line, "valid_from", str(error)))
    return plans, sorted(problems)


def _listed(person: ListedPerson) -> list[ListedAppointment]:
    return [
        ListedAppointment(
            unit=one.unit,
            kind=MembershipKind.MANAGER if one.is_manager else MembershipKind.STAFF,
            post=one.post,
            is_primary=number == 0,
            valid_from=one.valid_from,
            line=one.line,
        )
        for number, one in enumerate(person.appointments)
    ]


def _known_in_another_case(known: KnownPersonnel, people: list[ListedPerson]) -> Iterator[Problem]:
    """New employee numbers that differ from a known one only in case.

    Two such numbers in one list are found when it is read.
    """
    listed = {person.employee_number for person in people}
    unlisted = {number.casefold(): number for number in known.people if number not in listed}
    for person in people:
        same = unlisted.get(person.employee_number.casefold())
        if same and person.employee_number not in known.people:
            yield Problem(person.line, "employee_number", differs_only_in_case(same))


def _taken_emails(
    known: KnownPersonnel, people: list[ListedPerson], *, deactivate_missing: bool
) -> Iterator[Problem]:
    """Addresses on the list that belong to somebody else who keeps theirs."""
    listed = {person.employee_number: person for person in people}

    def keeps_email(number: str, row: Any) -> bool:
        if number in listed:
            return listed[number].email is None
        return not (row.deactivated_at or deactivate_missing)

    keepers = {
        row.email: number for number, row in known.people.items() if keeps_email(number, row)
    }
    for person in people:
        keeper = keepers.get(person.email, person.employee_number)
        if person.email and keeper != person.employee_number:
            sentence = f"メールアドレス {person.email} は、すでに職員番号 {keeper} の人のものです。"
            yield Problem(person.email_line, "email", sentence)
