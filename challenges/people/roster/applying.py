"""Writes a personnel list into the database, all or nothing.

Contradictions are found before anything is written. An empty cell for kana or e-mail leaves what is
known. Statements are in bulk: their number does not grow with the people.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import bindparam, delete, insert, update
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.errors import N_, RuleBroken
from challenges.people.leaving import deactivate_all
from challenges.people.models import Membership, Person
from challenges.people.roster.appointments import Changes, KnownAppointment, ListedAppointment
from challenges.people.roster.csv_file import Problem
from challenges.people.roster.planning import KnownPersonnel, plan_for, read_known
from challenges.people.roster.reading import ListedPerson
from challenges.people.units import make_units
from challenges.storage.orm import Base

FEW = 20
"""Number of people who may leave by one list without a question, however small the prefecture."""


class Named(NamedTuple):
    """A person in the report."""

    employee_number: str
    name: str


@dataclass
class ImportReport:
    """What an import did. Everybody on the list is in exactly one of the first five lists."""

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


class PersonnelListWrong(RuleBroken):
    """The list contradicts the database. ``problems`` are all of them."""

    sentence = N_("職員名簿に、今の記録と合わない行があります。")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__()


class TooManyWouldLeave(RuleBroken):
    """So many people are missing from the list that it is probably only a part of one."""


def import_people(
    session: Session,
    people: Iterable[ListedPerson],
    *,
    at: datetime,
    deactivate_missing: bool = False,
    at_most: int | None = None,
) -> ImportReport:
    """Make the database say what the list says. Returns what that changed.

    With ``deactivate_missing``, people who are not on the list leave: at most ``at_most``, by
    default a tenth of the active people or 20. Raises PersonnelListWrong and TooManyWouldLeave
    before anything is written.
    """
    listed, known = list(people), read_known(session)
    plans, problems = plan_for(
        known, listed, today=day_of(at), deactivate_missing=deactivate_missing
    )
    if problems:
        raise PersonnelListWrong(problems)
    if deactivate_missing:
        _must_not_be_too_many(known, listed, at_most=at_most)
    report = ImportReport()
    for person in listed:
        _add_to(report, person, known.people.get(person.employee_number), plans)
    report.units_created = make_units(
        session, (one.unit for person in listed for one in person.appointments), known=known.units
    )
    ids = _write_people(session, known, listed)
    _write_memberships(session, known, ids, plans)
    missing = _missing(known, ids)
    report.missing = [Named(row.employee_number, row.name) for row in missing]
    if deactivate_missing:
        deactivate_all(session, [row.id for row in missing], at=at)
        report.deactivated = report.missing
    # Bulk statements go past the objects that the session holds.
    session.expire_all()
    return report


def _add_to(
    report: ImportReport, person: ListedPerson, row: Any, plans: dict[str, Changes]
) -> None:
    plan = plans[person.employee_number]
    if row is None:
        group = report.added
    elif row.deactivated_at:
        group = report.reactivated
    elif plan.is_transfer:
        group = report.transferred
    elif not plan.is_empty or _differs(person, row):
        group = report.changed
    else:
        group = report.unchanged
    group.append(Named(person.employee_number, person.name))


def _must_not_be_too_many(
    known: KnownPersonnel, people: list[ListedPerson], *, at_most: int | None
) -> None:
    active = sum(row.deactivated_at is None for row in known.people.values())
    missing = len(_missing(known, {person.employee_number for person in people}))
    if missing > (max(FEW, active // 10) if at_most is None else at_most):
        # Only the console shows this, in Japanese alone. In a call of the error it would be taken
        # for a sentence to translate.
        sentence = (
            f"名簿にない{missing}人（在籍{active}人のうち）の在籍を終えることになります。"
            "名簿が一部だけではないか、確かめてください。"
            f"まちがいなければ --at-most {missing} を付けてください。何も変えていません。"
        )
        raise TooManyWouldLeave(sentence)


def _missing(known: KnownPersonnel, listed_numbers: Collection[str]) -> list[Any]:
    """The rows of active people who are not on the list."""
    return [
        row
        for number, row in known.people.items()
        if number not in listed_numbers and row.deactivated_at is None
    ]


def _write_people(
    session: Session, known: KnownPersonnel, people: list[ListedPerson]
) -> dict[str, int]:
    """Insert and update people. Returns the id of everybody on the list by employee number."""
    there = [
        (person, row) for person in people if (row := known.people.get(person.employee_number))
    ]
    ids = {person.employee_number: row.id for person, row in there}
    changed = [(person, row) for person, row in there if _differs(person, row)]
    unlisted = [row for number, row in known.people.items() if number not in ids]
    _release_emails(session, changed, unlisted, people)
    new = [
        {
            "employee_number": person.employee_number,
            "name": person.name,
            "kana": person.kana,
            "email": person.email,
        }
        for person in people
        if person.employee_number not in ids
    ]
    if new:
        made = session.execute(insert(Person).returning(Person.employee_number, Person.id), new)
        ids |= dict(made.all())
    _update(
        session,
        Person,
        [{"row_id": row.id, **_values(person, row)} for person, row in changed],
    )
    return ids


def _differs(person: ListedPerson, row: Any) -> bool:
    return any(getattr(row, name) != value for name, value in _values(person, row).items())


def _values(person: ListedPerson, row: Any) -> dict[str, Any]:
    """The columns of a known person as the list has them."""
    return {
        "name": person.name,
        "kana": person.kana or row.kana,
        "email": person.email or row.email,
        "deactivated_at": None,
    }


def _release_emails(
    session: Session,
    changed: list[tuple[ListedPerson, Any]],
    unlisted: list[Any],
    people: list[ListedPerson],
) -> None:
    """Clear every address that changes hands, before anybody gets a new one."""
    # The unique key is checked row by row, and people may swap addresses in a circle.
    row_ids = [
        row.id for person, row in changed if row.email and person.email not in (None, row.email)
    ]
    wanted = {person.email for person in people if person.email}
    row_ids += [row.id for row in unlisted if row.email in wanted]
    _update(session, Person, [{"row_id": row_id, "email": None} for row_id in row_ids])


def _write_memberships(
    session: Session, known: KnownPersonnel, ids: dict[str, int], plans: dict[str, Changes]
) -> None:
    # The database lets no two rows overlap, not even for a moment. So what goes or ends comes
    # first, and a main appointment after the one that it replaces.
    ends_first = sorted(
        (row for plan in plans.values() for row in plan.updated),
        key=lambda row: (row.valid_to is None, row.is_primary),
    )
    updated = [
        {"row_id": row.id, **_columns(row, known), "valid_to": row.valid_to} for row in ends_first
    ]
    added = [
        {"person_id": ids[number], **_columns(listed, known)}
        for number, plan in plans.items()
        for listed in plan.added
    ]
    removed = [{"row_id": row_id} for plan in plans.values() for row_id in plan.removed]
    if removed:
        table = _table(Membership)
        statement = delete(table).where(table.c.id == bindparam("row_id"))
        session.connection().execute(statement, removed)
    _update(session, Membership, updated)
    if added:
        session.execute(insert(Membership), added)


def _columns(
    appointment: ListedAppointment | KnownAppointment, known: KnownPersonnel
) -> dict[str, Any]:
    return {
        "unit_id": known.units[appointment.unit].id,
        "kind": appointment.kind,
        "post": appointment.post,
        "is_primary": appointment.is_primary,
        "valid_from": appointment.valid_from,
    }


def _update(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Set the columns that each of ``rows`` names, on the row whose id is ``row_id``."""
    if rows:
        table = _table(model)
        # On the connection: one prepared statement for all rows. The ORM would group them and
        # refuse a WHERE of its own.
        statement = update(table).where(table.c.id == bindparam("row_id"))
        session.connection().execute(statement, rows)


def _table(model: type[Base]) -> Any:
    return model.__table__
