"""Every text of a period, for a request to disclose (情報公開請求): who wrote it, of which unit
they were on that day, and what may have to be masked.

Words that are masked, taken back, reworded or gone are listed and say so. Their text is never read.
Drafts that nobody else was ever to read are not listed.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Row, Select, func, or_, select
from sqlalchemy.orm import Session, aliased

from app.retention.disclosed import STATEMENTS, sealed_before
from app.retention.kinds import WordsKind
from app.retention.personal_data import KnownNames, Mark, marks_in
from challenges.calendar import day_of, midnight_of
from challenges.campaigns.organisation import Organisation
from challenges.errors import InvalidField
from challenges.people.models import Membership, Person, Unit
from challenges.storage.orm import UtcDateTime
from challenges.words.kinds import SealedBecause
from challenges.words.withheld import Withheld, withheld


class TextState(StrEnum):
    """Why a text is not there."""

    MASKED = "MASKED"
    EXPIRED = "EXPIRED"
    TAKEN_BACK = "TAKEN_BACK"
    REWORDED = "REWORDED"


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """One text."""

    kind: WordsKind
    day: date
    writer_id: int | None
    """None: nobody can tell."""
    about_id: int | None
    """Whom it was written to."""
    text: str
    """Empty where ``state`` says why."""
    link: str | None = None
    state: TextState | None = None
    writer: str = ""
    number: str = ""
    unit: str = ""
    """The writer's on that day."""
    about: str = ""
    marks: tuple[Mark, ...] = ()


def disclosed(
    session: Session, first: date, last: date, *, unit_id: int | None = None
) -> list[Disclosed]:
    """The texts of these days, both included, of whoever was in that unit or below it on the day,
    or of everybody, in the order of their days.

    As many statements for a year as for a day, and all texts in memory: whoever needs many asks for
    a few days at a time. Raises InvalidField.
    """
    must_be_period(first, last)
    wanted = _wanted_units(session, unit_id)
    units = _units_by_person(session, first, last)
    found: list[Disclosed] = []
    for one in _texts(session, _Asked(first, last, wanted)):
        unit_now, path = _unit_on(units, one.writer_id, one.day)
        if wanted is None or unit_now in wanted:
            is_told = one.kind is WordsKind.CONCERN
            found.append(_without_reporter(one) if is_told else replace(one, unit=path))
    return _named(session, sorted(found, key=lambda one: one.day))


def _without_reporter(text: Disclosed) -> Disclosed:
    """Who told the office of somebody's words is named to nobody: that person may read the file."""
    return replace(text, writer_id=None, unit="")


def must_be_period(first: date, last: date) -> None:
    """Raises InvalidField if the last day is before the first."""
    if last < first:
        raise InvalidField("終わりの日は、はじめの日より後にしてください。", field="last_day")


def must_be_unit(session: Session, unit_id: int | None) -> None:
    """Raises InvalidField if there is no such unit. None stands for all."""
    if unit_id is not None and session.get(Unit, unit_id) is None:
        raise InvalidField("所属を選んでください。", field="unit")


def first_written(session: Session) -> date | None:
    """The day of the oldest text, or None if there is none. A statement a kind."""
    oldest = [
        session.scalar(select(func.min(one.subquery().c.written)))
        for one in (*STATEMENTS.values(), sealed_before())
    ]
    return min((_day(one) for one in oldest if one is not None), default=None)


def _wanted_units(session: Session, unit_id: int | None) -> set[int] | None:
    must_be_unit(session, unit_id)
    if unit_id is None:
        return None
    return Organisation.read(session).at_and_below([unit_id])


@dataclass(frozen=True, slots=True)
class _Asked:
    first: date
    last: date
    units: Collection[int] | None
    """None: all."""


def _texts(session: Session, asked: _Asked) -> Iterator[Disclosed]:
    for kind, statement in STATEMENTS.items():
        for row in _rows(session, statement, asked):
            yield _of(kind, row)
    for row in _rows(session, sealed_before(), asked):
        state = (
            TextState.REWORDED if row.because is SealedBecause.REWORDED else TextState.TAKEN_BACK
        )
        yield Disclosed(
            kind=WordsKind(row.kind),
            day=day_of(row.written),
            writer_id=row.writer_id,
            about_id=None,
            text="",
            state=state,
        )


def _rows(
    session: Session, statement: Select[*tuple[Any, ...]], asked: _Asked
) -> Sequence[Row[*tuple[Any, ...]]]:
    """What was written on these days, by people who were in the units on any of them."""
    written, writer = (statement.selected_columns[name] for name in ("written", "writer_id"))
    begin: Any = asked.first
    end: Any = asked.last + timedelta(days=1)
    if isinstance(written.type, UtcDateTime):
        begin, end = midnight_of(begin), midnight_of(end)
    statement = statement.where(written >= begin, written < end)
    if asked.units is not None:
        were_there = select(Membership.person_id).where(
            Membership.unit_id.in_(asked.units), *_overlaps(asked.first, asked.last)
        )
        statement = statement.where(writer.in_(were_there))
    return session.execute(statement).all()


def _overlaps(first: date, last: date) -> tuple[Any, ...]:
    """Main appointments on any of these days."""
    return (
        Membership.is_primary,
        Membership.valid_from <= last,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= first),
    )


def _of(kind: WordsKind, row: Any) -> Disclosed:
    parts = [one for one in (row.text, row.more) if one]
    why = next(filter(None, map(withheld, parts)), None)
    return Disclosed(
        kind=kind,
        day=_day(row.written),
        writer_id=row.writer_id,
        about_id=row.about_id,
        # Never the text of a row of which any part is withheld.
        text="" if why else "\n".join(parts),
        link=None if why else row.link,
        state=_STATES[why] if why else None,
    )


def _day(written: date | datetime) -> date:
    return day_of(written) if isinstance(written, datetime) else written


_STATES = {Withheld.MASKED: TextState.MASKED, Withheld.EXPIRED: TextState.EXPIRED}


def _named(session: Session, texts: list[Disclosed]) -> list[Disclosed]:
    """The same with the names of people, and with what may be personal data marked. One
    statement."""
    people = {
        row.id: row
        for row in session.execute(select(Person.id, Person.name, Person.employee_number))
    }
    names = KnownNames.of(row.name for row in people.values())
    return [
        replace(
            one,
            writer=_of_person(people, one.writer_id, "name"),
            number=_of_person(people, one.writer_id, "employee_number"),
            about=_of_person(people, one.about_id, "name"),
            marks=tuple(marks_in(one.text, names)),
        )
        for one in texts
    ]


def _of_person(people: Mapping[int, Any], person_id: int | None, what: str) -> str:
    found = people.get(person_id or 0)
    return "" if found is None else str(getattr(found, what))


_Stay = tuple[date, date | None, int, str]


def _units_by_person(session: Session, first: date, last: date) -> Mapping[int, list[_Stay]]:
    """Where each person belonged on days of the period. One statement."""
    of = aliased(Unit)
    rows = session.execute(
        select(Membership.person_id, Membership.valid_from, Membership.valid_to, of.id, of.path)
        .join(of, of.id == Membership.unit_id)
        .where(*_overlaps(first, last))
    )
    found = defaultdict[int, list[_Stay]](list)
    for row in rows:
        found[row.person_id].append((row.valid_from, row.valid_to, row.id, row.path))
    return found


def _unit_on(
    units: Mapping[int, Collection[_Stay]], person_id: int | None, day: date
) -> tuple[int | None, str]:
    for begin, end, unit_id, path in units.get(person_id or 0, ()):
        if begin <= day and (end is None or day <= end):
            return unit_id, path
    return None, ""
