"""Compares a personnel list with the database: what each person's posts would change, and
everything that contradicts.

Nothing is written here. Importing.py carries the plan out; a dry run of the command only looks at
it.
"""

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
from challenges.people.roster.reading import Entry, other_case
from challenges.people.roster.transfers import changes
from challenges.people.units import KnownUnit, known_units, unit_key
from challenges.vocabulary import MembershipKind


@dataclass
class Known:
    """The database as far as a list can touch it."""

    persons: dict[str, Any]
    """Rows of id, employee_number, name, kana, email, deactivated_at, by employee number."""
    held: dict[int, list[KnownAppointment]]
    units: dict[str, KnownUnit]


def problems_with(
    session: Session, entries: Iterable[Entry], *, at: datetime, deactivate_missing: bool = False
) -> list[Problem]:
    """Everything in the list, the doubtful people too, that the database contradicts. Changes
    nothing."""
    return plan_for(
        read_known(session), list(entries), today=day_of(at), deactivate_missing=deactivate_missing
    )[1]


def read_known(session: Session) -> Known:
    """People, posts and units. People's rows are locked, so that two imports at once come one after
    the other."""
    columns = (
        Person.id,
        Person.employee_number,
        Person.name,
        Person.kana,
        Person.email,
        Person.deactivated_at,
    )
    persons = session.execute(select(*columns).with_for_update(key_share=True)).all()
    units = known_units(session)
    paths = {unit.id: path for path, unit in units.items()} | {
        unit.id: path for path, unit in units.items() if path == unit_key(path)
    }
    held: dict[int, list[KnownAppointment]] = {}
    for person_id, row_id, unit_id, kind, post, is_primary, start, end in session.execute(
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
    ):
        held.setdefault(person_id, []).append(
            KnownAppointment(row_id, paths[unit_id], kind, post, is_primary, start, end)
        )
    return Known({row.employee_number: row for row in persons}, held, units)


def plan_for(
    known: Known, entries: list[Entry], *, today: date, deactivate_missing: bool = False
) -> tuple[dict[str, Changes], list[Problem]]:
    """What each person's posts change, by employee number; and every problem, by line."""
    plans: dict[str, Changes] = {}
    problems = [
        *_taken_emails(known, entries, deactivate_missing=deactivate_missing),
        *_other_cases(known, entries),
    ]
    for entry in entries:
        if not entry.posts:  # of somebody doubtful
            continue
        person = known.persons.get(entry.employee_number)
        try:
            held = known.held.get(person.id, []) if person else []
            plans[entry.employee_number] = changes(held, _wanted(entry), today=today)
        except AppointmentTooEarly as error:
            problems.append(Problem(error.wanted.line, "valid_from", str(error)))
    return plans, sorted(problems)


def _wanted(entry: Entry) -> list[ListedAppointment]:
    kinds = {True: MembershipKind.MANAGER, False: MembershipKind.STAFF}
    return [
        ListedAppointment(
            post.unit, kinds[post.is_manager], post.post, number == 0, post.valid_from, post.line
        )
        for number, post in enumerate(entry.posts)
    ]


def _other_cases(known: Known, entries: list[Entry]) -> Iterator[Problem]:
    """New numbers that are somebody's already but for the case. (Where both are on the list, the
    reading says so.)"""
    listed = {entry.employee_number for entry in entries}
    spelled = {number.casefold(): number for number in known.persons if number not in listed}
    for entry in entries:
        same = spelled.get(entry.employee_number.casefold())
        if same and entry.employee_number not in known.persons:
            yield Problem(entry.line, "employee_number", other_case(same))


def _taken_emails(known: Known, entries: list[Entry], *, deactivate_missing: bool) -> list[Problem]:
    """Addresses on the list that somebody else keeps, who is there without another on it and does
    not leave by it."""
    listed = {entry.employee_number: entry for entry in entries}
    keepers = {
        row.email: number
        for number, row in known.persons.items()
        if (
            listed[number].email is None
            if number in listed
            else not (row.deactivated_at or deactivate_missing)
        )
    }
    return [
        Problem(
            entry.email_line,
            "email",
            f"メールアドレス {entry.email} は、すでに職員番号 {keepers[entry.email]} の人のものです。",
        )
        for entry in entries
        if entry.email and keepers.get(entry.email, entry.employee_number) != entry.employee_number
    ]
