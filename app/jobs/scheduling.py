"""Starts jobs by the clock, each slot once however many relays run.

A relay takes a slot by moving the line's row forward, in the transaction that starts the job. After
a time without any relay, the newest slot of each line is made up for.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from croniter import croniter
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.sessions import Database
from app.jobs.models import SCHEDULED, Job, JobState, ScheduleSlot
from app.jobs.starting import retry, start
from challenges.calendar import TOKYO
from challenges.storage.sql import upsert


@dataclass(frozen=True)
class Line:
    """A kind of job and when it is started.

    The handler asks the database what is due, and not which slot this is. So one job is enough
    after a night without a relay, and a parked job of an earlier slot is tried again instead of
    starting another.
    """

    kind: str
    cron: str
    """Minute, hour, day, month, weekday in Asia/Tokyo."""

    def newest_slot(self, at: datetime) -> datetime:
        """The last slot that is not later than ``at``."""
        # ``get_prev`` leaves out the very moment it is given, so ask a minute later.
        next_minute = at.astimezone(TOKYO).replace(second=0, microsecond=0) + timedelta(minutes=1)
        slot: datetime = croniter(self.cron, next_minute).get_prev(datetime)
        return slot

    def next_slot(self, at: datetime) -> datetime:
        """The first slot later than ``at``."""
        slot: datetime = croniter(self.cron, at.astimezone(TOKYO)).get_next(datetime)
        return slot


@dataclass
class PeriodicJobs:
    """Looks at the schedule whenever a slot comes. Every relay has one."""

    database: Database
    clock: Callable[[], datetime]
    schedule: Sequence[Line]
    due_at: datetime | None = None

    def __call__(self) -> bool:
        at = self.clock()
        if self.due_at is None or at >= self.due_at:
            with self.database.writing() as session:
                start_due(session, self.schedule, at=at)
            self.due_at = min(
                (line.next_slot(at) for line in self.schedule), default=at + timedelta(days=1)
            )
        return False


def start_due(session: Session, schedule: Sequence[Line], *, at: datetime) -> int:
    """Start a job for each line whose newest slot nobody has taken. Returns how many."""
    slots = [(line, line.newest_slot(at)) for line in schedule]
    due = [(line, slot) for line, slot in slots if _take(session, line, slot)]
    for line, slot in due:
        is_parked = (Job.state == JobState.PARKED) & Job.key.startswith(f"{SCHEDULED}{line.kind}:")
        again = session.scalar(select(Job.id).where(is_parked).order_by(Job.id).limit(1))
        if again is None or not retry(session, again, at=at):
            start(session, line.kind, {}, f"{SCHEDULED}{line.kind}:{slot:%Y-%m-%dT%H:%M}", at=at)
    return len(due)


def _take(session: Session, line: Line, slot: datetime) -> bool:
    """Move the line forward to the slot. Only one relay can; the others find it moved already."""
    moved = upsert(session, ScheduleSlot).values(name=line.kind, slot_at=slot)
    moved = moved.on_conflict_do_update(
        index_elements=[ScheduleSlot.name],
        set_={"slot_at": moved.excluded.slot_at},
        where=ScheduleSlot.slot_at < moved.excluded.slot_at,
    )
    return session.execute(moved.returning(ScheduleSlot.name)).first() is not None
