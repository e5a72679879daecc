"""Brings a personnel list into the database, all or nothing: bulk statements, whose number does not
grow with people.

What the list contradicts is found before anything is written. An empty cell for kana or e-mail
leaves what is known.
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
from challenges.people.roster.planning import Known, plan_for, read_known
from challenges.people.roster.reading import Entry
from challenges.people.units import make_units
from challenges.storage.orm import Base

FEW = 20
"""So many people may leave with one list, however few there are, without being asked about."""


class Named(NamedTuple):
    """A person in the report."""

    employee_number: str
    name: str


@dataclass
class ImportReport:
    """What an import did. Everybody on the list is in exactly one of the first five; ``missing``
    are not on it."""

    added: list[Named] = field(default_factory=list)
    reactivated: list[Named] = field(default_factory=list)
    transferred: list[Named] = field(default_factory=list)
    changed: list[Named] = field(default_factory=list)
    unchanged: list[Named] = field(default_factory=list)
    missing: list[Named] = field(default_factory=list)
    deactivated: list[Named] = field(default_factory=list)
    units_created: list[str] = field(default_factory=list)


class PersonnelListWrong(RuleBroken):
    """The list contradicts the database. Carries every problem, not the first."""

    sentence = N_("職員名簿に、今の記録と合わない行があります。")

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__()


class TooManyWouldLeave(RuleBroken):
    """The list lacks so many people that it is more likely a part of one."""


def import_people(
    session: Session,
    entries: Iterable[Entry],
    *,
    at: datetime,
    deactivate_missing: bool = False,
    at_most: int | None = None,
) -> ImportReport:
    """Make the database say what the list says, and tell what that changed.

    Of those who are missing ``at_most`` are deactivated; if nothing is said, a tenth of the active
    people, or 20. Raises PersonnelListWrong, TooManyWouldLeave; then nothing was written.
    """
    listed, known = list(entries), read_known(session)
    plans, problems = plan_for(
        known, listed, today=day_of(at), deactivate_missing=deactivate_missing
    )
    if problems:
        raise PersonnelListWrong(problems)
    if deactivate_missing:
        _must_not_be_too_many(known, listed, at_most=at_most)
    report = ImportReport()
    for entry in listed:
        _tell(report, entry, known.persons.get(entry.employee_number), plans[entry.employee_number])
    report.units_created = make_units(
        session, (post.unit for one in listed for post in one.posts), known=known.units
    )
    ids = _write_persons(session, known, listed)
    _write_memberships(session, known, ids, plans)
    _see_to_missing(session, known, ids, report, at=at, deactivate=deactivate_missing)
    session.expire_all()
    return report


def _tell(report: ImportReport, entry: Entry, person: Any, plan: Changes) -> None:
    if person is None:
        group = report.added
    elif person.deactivated_at:
        group = report.reactivated
    elif plan.is_transfer:
        group = report.transferred
    elif not plan.is_empty or _differs(entry, person):
        group = report.changed
    else:
        group = report.unchanged
    group.append(Named(entry.employee_number, entry.name))


def _differs(entry: Entry, person: Any) -> bool:
    told = (entry.name, entry.kana or person.kana, entry.email or person.email, None)
    return told != (person.name, person.kana, person.email, person.deactivated_at)


def _write_persons(session: Session, known: Known, entries: list[Entry]) -> dict[str, int]:
    """Insert and update people; returns the id of everybody on the list by employee number."""
    there = [(entry, row) for entry in entries if (row := known.persons.get(entry.employee_number))]
    ids = {entry.employee_number: row.id for entry, row in there}
    changed = [(entry, row) for entry, row in there if _differs(entry, row)]
    _let_go_of_emails(
        session,
        changed,
        [row for number, row in known.persons.items() if number not in ids],
        entries,
    )
    rows = [
        {"employee_number": e.employee_number, **_told(e)}
        for e in entries
        if e.employee_number not in ids
    ]
    if rows:
        made = session.execute(insert(Person).returning(Person.employee_number, Person.id), rows)
        ids |= dict(made.all())
    _update(session, Person, [_changed(entry, row) for entry, row in changed])
    return ids


def _told(entry: Entry) -> dict[str, Any]:
    return {"name": entry.name, "kana": entry.kana, "email": entry.email}


def _changed(entry: Entry, person: Any) -> dict[str, Any]:
    told = {
        "name": entry.name,
        "kana": entry.kana or person.kana,
        "email": entry.email or person.email,
    }
    return {"row": person.id, **told, "deactivated_at": None}


def _let_go_of_emails(
    session: Session, changed: list[tuple[Entry, Any]], unlisted: list[Any], entries: list[Entry]
) -> None:
    """Whoever gets another address, or has left it to others, gives it up before anybody, new
    people too, gets theirs.

    A unique key looks at every single row, and addresses may go around in a circle.
    """
    moving = [
        row.id for entry, row in changed if row.email and entry.email not in (None, row.email)
    ]
    given = {entry.email for entry in entries if entry.email}
    moving += [row.id for row in unlisted if row.email in given]
    _update(session, Person, [{"row": row, "email": None} for row in moving])


def _write_memberships(
    session: Session, known: Known, ids: dict[str, int], plans: dict[str, Changes]
) -> None:
    opened = [(ids[number], post) for number, plan in plans.items() for post in plan.opened]
    changed = [row for plan in plans.values() for row in plan.changed]
    removed = [row for plan in plans.values() for row in plan.removed]
    _update(
        session,
        Membership,
        [{"row": row.id, **_row(row, known), "valid_to": row.valid_to} for row in changed],
    )
    if opened:
        session.execute(
            insert(Membership), [{"person_id": one, **_row(post, known)} for one, post in opened]
        )
    if removed:
        statement = delete(_table(Membership)).where(_table(Membership).c.id == bindparam("row"))
        session.connection().execute(statement, [{"row": row} for row in removed])


def _row(post: ListedAppointment | KnownAppointment, known: Known) -> dict[str, Any]:
    return {
        "unit_id": known.units[post.unit].id,
        "kind": post.kind,
        "post": post.post,
        "is_primary": post.is_primary,
        "valid_from": post.valid_from,
    }


def _must_not_be_too_many(known: Known, entries: list[Entry], *, at_most: int | None) -> None:
    active = sum(row.deactivated_at is None for row in known.persons.values())
    missing = len(_missing(known, {entry.employee_number for entry in entries}))
    if missing > (max(FEW, active // 10) if at_most is None else at_most):
        raise TooManyWouldLeave(
            f"名簿にない{missing}人（在籍{active}人のうち）の在籍を終えることになります。名簿が一部だけではないか、"
            f"確かめてください。まちがいなければ --at-most {missing} を付けてください。何も変えていません。"
        )


def _missing(known: Known, numbers: Collection[str]) -> list[Any]:
    return [
        row
        for number, row in known.persons.items()
        if number not in numbers and row.deactivated_at is None
    ]


def _see_to_missing(
    session: Session,
    known: Known,
    ids: dict[str, int],
    report: ImportReport,
    *,
    at: datetime,
    deactivate: bool,
) -> None:
    missing = _missing(known, ids)
    report.missing = [Named(row.employee_number, row.name) for row in missing]
    if deactivate:
        deactivate_all(session, [row.id for row in missing], at=at)
        report.deactivated = report.missing


def _update(session: Session, model: type[Base], rows: list[dict[str, Any]]) -> None:
    """Set the columns that the rows name, on the rows whose id is ``row``: one statement, executed
    many times."""
    if rows:
        table = _table(model)
        session.connection().execute(update(table).where(table.c.id == bindparam("row")), rows)


def _table(model: type[Base]) -> Any:
    return model.__table__
