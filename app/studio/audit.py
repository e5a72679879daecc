"""The audit log: every act of the DX office, with what was there before and after.

Only the office reads it. Nothing in it is changed or deleted.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, select
from sqlalchemy.orm import Session

from app.studio.models import AuditEntry
from challenges.calendar import TOKYO
from challenges.people.directory import people_called
from challenges.people.models import Person
from challenges.people.names import name_key
from challenges.words.models import WordsReport

LONGEST_NAME = 200
WORDS = "words"
"""The subject of what is done about a text that somebody wrote. The entry has its kind as name."""
LET_STAND, REPORT_REOPENED = "let_stand", "report_reopened"
"""Acts about a text that follow from a report alone, of which its writer never learns."""


@dataclass(frozen=True, slots=True)
class AuditSearch:
    """What to look for. Each is off by default."""

    words: str = ""
    """Employee number, or part of the name, of who did it."""
    act: str = ""
    subject: str = ""
    first_day: date | None = None
    last_day: date | None = None


@dataclass(frozen=True, slots=True)
class AuditLine:
    """An entry, with who did it."""

    id: int
    at: datetime
    act: str
    subject: str
    subject_id: int | None
    subject_name: str
    reason: str
    before: dict[str, Any] | None
    after: dict[str, Any] | None
    by: str | None
    """None: a command or the schedule."""
    by_number: str | None


def note(
    session: Session,
    *,
    act: str,
    subject: str,
    subject_id: int | None,
    subject_name: str = "",
    before: Mapping[str, Any] | None = None,
    after: Mapping[str, Any] | None = None,
    reason: str = "",
    by_id: int | None,
    at: datetime,
) -> None:
    """Write down what somebody of the office did. ``before`` and ``after`` are plain data."""
    session.add(
        AuditEntry(
            at=at,
            by_id=by_id,
            act=act,
            subject=subject,
            subject_id=subject_id,
            subject_name=subject_name[:LONGEST_NAME],
            before=dict(before) if before is not None else None,
            after=dict(after) if after is not None else None,
            reason=reason,
        )
    )
    session.flush()


def search(
    session: Session, wanted: AuditSearch, *, me: int | None = None, limit: int, offset: int = 0
) -> Sequence[AuditLine]:
    """The entries that were looked for, newest first, but for those that would tell a reader that
    somebody reported their own words. One statement."""
    statement = _matching(wanted).order_by(AuditEntry.at.desc(), AuditEntry.id.desc())
    if me is not None:
        statement = statement.where(~_tells_of_a_report(me))
    rows = session.execute(statement.limit(limit).offset(offset))
    return [AuditLine(**row._mapping) for row in rows]


def last_of(
    session: Session,
    *,
    subject: str,
    subject_id: int,
    acts: Collection[str],
    by_id: int | None = None,
) -> AuditLine | None:
    """The newest entry of one of these acts, done to that subject; with ``by_id``, of that person.
    One statement."""
    statement = _matching(AuditSearch(subject=subject)).where(
        AuditEntry.subject_id == subject_id, AuditEntry.act.in_(acts)
    )
    if by_id is not None:
        statement = statement.where(AuditEntry.by_id == by_id)
    row = session.execute(
        statement.order_by(AuditEntry.at.desc(), AuditEntry.id.desc()).limit(1)
    ).one_or_none()
    return None if row is None else AuditLine(**row._mapping)


def known(session: Session) -> tuple[list[str], list[str]]:
    """The acts and the subjects that the log holds, for the choices of the search."""
    acts = session.scalars(select(AuditEntry.act).distinct().order_by(AuditEntry.act)).all()
    subjects = session.scalars(
        select(AuditEntry.subject).distinct().order_by(AuditEntry.subject)
    ).all()
    return list(acts), list(subjects)


def _matching(wanted: AuditSearch) -> Select[*tuple[Any, ...]]:
    names = ("id", "at", "act", "subject", "subject_id", "subject_name", "reason")
    statement: Select[*tuple[Any, ...]] = select(
        *(getattr(AuditEntry, name) for name in (*names, "before", "after")),
        Person.name.label("by"),
        Person.employee_number.label("by_number"),
    ).outerjoin(Person, Person.id == AuditEntry.by_id)
    if name_key(wanted.words):
        statement = statement.where(AuditEntry.by_id.in_(people_called(wanted.words)))
    if wanted.act:
        statement = statement.where(AuditEntry.act == wanted.act)
    if wanted.subject:
        statement = statement.where(AuditEntry.subject == wanted.subject)
    if wanted.first_day:
        statement = statement.where(AuditEntry.at >= _begin(wanted.first_day))
    if wanted.last_day and wanted.last_day < date.max:
        statement = statement.where(AuditEntry.at < _begin(wanted.last_day + timedelta(days=1)))
    return statement


def _tells_of_a_report(me: int) -> ColumnElement[bool]:
    is_mine = exists().where(
        WordsReport.writer_id == me,
        WordsReport.kind == AuditEntry.subject_name,
        WordsReport.text_id == AuditEntry.subject_id,
    )
    return and_(
        AuditEntry.subject == WORDS, AuditEntry.act.in_([LET_STAND, REPORT_REOPENED]), is_mine
    )


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), TOKYO)
