"""Puts a happening into the lists of people, and takes it out again when it is undone.

The unique key decides that a person has one row for a happening. So whoever delivers twice, or
races with another, ends in the same list.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, or_, select, update
from sqlalchemy.orm import Session

from app.notices.hours import OF_THE_PREFECTURE, Hours, rises_at
from app.notices.kinds import NoticeKind
from app.notices.models import Notice, NoticeHours, NoticeOff
from challenges.people.models import Person, Rest
from challenges.storage.sql import upsert


@dataclass(frozen=True, kw_only=True)
class Happening:
    """What people are told. ``key`` is the same whenever the same thing is told."""

    kind: NoticeKind
    key: str
    subject_id: int
    happened_at: datetime
    step_id: int | None = None
    by_id: int | None = None


HOURS = (NoticeHours.begins, NoticeHours.ends, NoticeHours.every_day)
"""Columns that ``hours_of`` reads, of a ``NoticeHours`` joined outwards."""


def tell(session: Session, told: Happening, *, people: Iterable[int], at: datetime) -> int:
    """List it for these people, but for those who do not hear of it; how many there were. Two
    statements.

    What was withdrawn is listed again, as read or unread as it was. If it happened anew, with a
    later ``happened_at``, it is unread.
    """
    # In the order of ids: whoever writes rows of several people does so in that order, and no two
    # wait for each other.
    rows = session.execute(
        select(Person.id, *HOURS)
        .outerjoin(NoticeHours, NoticeHours.person_id == Person.id)
        .where(Person.id.in_(set(people)), hears(told.kind, told.happened_at))
        .order_by(Person.id)
    ).all()
    put(session, [(told, row.id, hours_of(row)) for row in rows], at=at)
    return len(rows)


def hears(kind: NoticeKind, happened_at: datetime | Any) -> ColumnElement[bool]:
    """SQL: whether a ``Person`` of the statement hears of what happened then: they have not left,
    want to hear of the kind, and were taking no rest. ``happened_at`` may be a column."""
    wants_none = exists().where(NoticeOff.person_id == Person.id, NoticeOff.kind == kind)
    rested = exists().where(
        Rest.person_id == Person.id,
        Rest.begun_at <= happened_at,
        or_(Rest.ended_at.is_(None), Rest.ended_at > happened_at),
    )
    hears_all = and_(~wants_none.correlate_except(NoticeOff), ~rested.correlate_except(Rest))
    return Person.deactivated_at.is_(None) & hears_all


def hours_of(row: Any) -> Hours:
    """The hours of somebody by a row that has ``HOURS``."""
    if row.begins is None:
        return OF_THE_PREFECTURE
    return Hours(row.begins, row.ends, row.every_day)


def put(session: Session, heard: Iterable[tuple[Happening, int, Hours]], *, at: datetime) -> None:
    """List each happening for the person with that id and those hours, as ``tell`` does. One
    statement, in the order given."""
    rows = [
        {
            "person_id": person_id,
            "listed_at": at,
            "rises_at": rises_at(at, hours),
            **{name: getattr(told, name) for name in _ABOUT},
        }
        for told, person_id, hours in heard
    ]
    if not rows:
        return
    insert = upsert(session, Notice)
    new: Any = insert.excluded
    is_newer = new.happened_at > Notice.happened_at
    is_back = or_(Notice.withdrawn_at.is_not(None), is_newer)
    session.execute(
        insert.on_conflict_do_update(
            index_elements=["key", "person_id"],
            set_={
                **{name: new[name] for name in ("subject_id", "by_id", "listed_at", "rises_at")},
                "happened_at": case((is_newer, new.happened_at), else_=Notice.happened_at),
                "read_at": case((is_newer, None), else_=Notice.read_at),
                "withdrawn_at": None,
            },
            where=is_back,
        ),
        rows,
    )


_ABOUT = ("kind", "key", "subject_id", "step_id", "by_id", "happened_at")


def keep(session: Session, told: Happening, *, stands: bool, person_id: int, at: datetime) -> None:
    """List what stands for one person, and withdraw what does not."""
    if stands:
        tell(session, told, people=[person_id], at=at)
    else:
        withdraw(session, told.key, at=at)


def withdraw(session: Session, key: str, *, at: datetime) -> None:
    """Take a happening out of everybody's list. One statement."""
    withdraw_where(session, Notice.key == key, at=at)


def withdraw_from(
    session: Session, person_id: int, kind: NoticeKind, *, subject_id: int, at: datetime
) -> None:
    """Take what a person was told of that subject out of their list. One statement."""
    its = and_(Notice.person_id == person_id, Notice.kind == kind, Notice.subject_id == subject_id)
    withdraw_where(session, its, at=at)


def withdraw_where(session: Session, which: ColumnElement[bool], *, at: datetime) -> None:
    """Take these notices out of the lists that they are in. One statement."""
    session.execute(
        update(Notice)
        .where(which, Notice.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
        .execution_options(synchronize_session=False)
    )
