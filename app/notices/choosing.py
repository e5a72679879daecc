"""What a person chooses about their notices: the kinds, and the hours in which the number rises."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.notices.hours import OF_THE_PREFECTURE, Hours, rises_at
from app.notices.kinds import NoticeKind
from app.notices.models import Notice, NoticeHours, NoticeOff
from app.notices.reading import read_kinds
from challenges.errors import InvalidField
from challenges.storage.sql import upsert


@dataclass(frozen=True, slots=True)
class Choices:
    """What a person chose."""

    off: frozenset[NoticeKind]
    hours: Hours | None
    """None: those of the prefecture."""


def choices(session: Session, person_id: int) -> Choices:
    """What that person chose. Two statements."""
    off = session.scalars(select(NoticeOff.kind).where(NoticeOff.person_id == person_id))
    own = session.get(NoticeHours, person_id)
    hours = None if own is None else Hours(own.begins, own.ends, own.every_day)
    return Choices(frozenset(off), hours)


def choose_kinds(
    session: Session, person_id: int, *, off: Collection[NoticeKind], at: datetime
) -> None:
    """Tell the person nothing of the kinds ``off``, and of all others again. What they have not
    read of those counts as read."""
    session.execute(
        delete(NoticeOff).where(NoticeOff.person_id == person_id, NoticeOff.kind.not_in(off))
    )
    if not off:
        return
    rows = [{"person_id": person_id, "kind": kind, "since": at} for kind in sorted(off)]
    session.execute(upsert(session, NoticeOff).on_conflict_do_nothing(), rows)
    read_kinds(session, person_id, set(off), at=at)


def choose_hours(session: Session, person_id: int, hours: Hours | None, *, at: datetime) -> None:
    """Let the number rise in those hours; None: in those of the prefecture. Also for what waits to
    be counted.

    Raises InvalidField if they begin and end at the same time.
    """
    if hours is not None and hours.begins == hours.ends:
        raise InvalidField("始まりと終わりは、違う時刻にしてください。", field="ends")
    session.execute(delete(NoticeHours).where(NoticeHours.person_id == person_id))
    if hours is not None:
        own = {"begins": hours.begins, "ends": hours.ends, "every_day": hours.every_day}
        put = upsert(session, NoticeHours).values(person_id=person_id, **own)
        session.execute(put.on_conflict_do_update(index_elements=["person_id"], set_=own))
    session.execute(
        update(Notice)
        .where(Notice.person_id == person_id, Notice.read_at.is_(None))
        .where(Notice.rises_at > at)
        .values(rises_at=rises_at(at, hours or OF_THE_PREFECTURE))
        .execution_options(synchronize_session=False)
    )


def time_written(text: str) -> time | None:
    """A time of day as browsers send it, "08:30", or None."""
    try:
        return time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None)
    except ValueError:
        return None
