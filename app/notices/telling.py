"""Puts a happening into the lists of people, and takes it out again when it is undone.

The unique key decides that a person has one row for a happening. So whoever delivers twice, or
races with another, ends in the same list.
"""

from collections.abc import Collection, Iterable
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


def tell(session: Session, told: Happening, *, people: Iterable[int], at: datetime) -> int:
    """List it for these people, but for those who want nothing of the kind or were taking a rest
    when it happened; how many there were. Two statements.

    What was withdrawn is listed again, as read or unread as it was. If it happened anew, with a
    later ``happened_at``, it is unread.
    """
    willing = _willing(session, told, people)
    if not willing:
        return 0
    about = {name: getattr(told, name) for name in _ABOUT}
    rows = [
        {"person_id": id_, "listed_at": at, "rises_at": rises_at(at, hours), **about}
        for id_, hours in willing
    ]
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
    return len(rows)


_ABOUT = ("kind", "key", "subject_id", "step_id", "by_id", "happened_at")


def _willing(session: Session, told: Happening, people: Iterable[int]) -> list[tuple[int, Hours]]:
    """Who of them is to be told, with their hours, in the order of ids: whoever writes rows of
    several people does so in that order, and no two wait for each other."""
    wants_none = exists().where(NoticeOff.person_id == Person.id, NoticeOff.kind == told.kind)
    rested = exists().where(
        Rest.person_id == Person.id,
        Rest.begun_at <= told.happened_at,
        or_(Rest.ended_at.is_(None), Rest.ended_at > told.happened_at),
    )
    rows = session.execute(
        select(Person.id, NoticeHours.begins, NoticeHours.ends, NoticeHours.every_day)
        .outerjoin(NoticeHours, NoticeHours.person_id == Person.id)
        .where(Person.id.in_(set(people)), Person.deactivated_at.is_(None))
        .where(~wants_none, ~rested)
        .order_by(Person.id)
    ).all()
    return [
        (
            row.id,
            OF_THE_PREFECTURE if row.begins is None else Hours(row.begins, row.ends, row.every_day),
        )
        for row in rows
    ]


def withdraw(session: Session, key: str, *, at: datetime, but_of: Collection[int] = ()) -> None:
    """Take a happening out of everybody's list, but of those of ``but_of``. One statement."""
    _withdraw(session, and_(Notice.key == key, Notice.person_id.not_in(but_of)), at=at)


def withdraw_from(
    session: Session, person_id: int, kind: NoticeKind, *, subject_id: int, at: datetime
) -> None:
    """Take what a person was told of that subject out of their list. One statement."""
    its = and_(Notice.person_id == person_id, Notice.kind == kind, Notice.subject_id == subject_id)
    _withdraw(session, its, at=at)


def _withdraw(session: Session, which: ColumnElement[bool], *, at: datetime) -> None:
    session.execute(
        update(Notice)
        .where(which, Notice.withdrawn_at.is_(None))
        .values(withdrawn_at=at)
        .execution_options(synchronize_session=False)
    )
