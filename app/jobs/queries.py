"""What the DX office sees of the jobs."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, select
from sqlalchemy.orm import Session

from app.jobs.models import Job, JobState
from challenges.people.models import Person

SHOWN = timedelta(days=7)
"""How long a job that a person asked for is listed."""


@dataclass(frozen=True, slots=True)
class ListedJob:
    """A job as a line of the list."""

    id: int
    kind: str
    state: JobState
    done: int
    total: int | None
    attempts: int
    reason: str | None
    asked_by: str | None
    """Name of the person; None if the schedule started it."""
    is_under_way: bool
    is_cancel_wished: bool


def listed_jobs(session: Session, *, at: datetime, limit: int, offset: int) -> list[ListedJob]:
    """Parked jobs, then waiting ones, then those that people asked for lately. One statement."""
    is_unfinished = Job.state.in_((JobState.WAITING, JobState.PARKED))
    is_lately = Job.asked_by_id.is_not(None) & (Job.created_at >= at - SHOWN)
    rank = case((Job.state == JobState.PARKED, 0), (Job.state == JobState.WAITING, 1), else_=2)
    rows = session.execute(
        select(Job, Person.name.label("asked_by"))
        .outerjoin(Person, Person.id == Job.asked_by_id)
        .where(is_unfinished | is_lately)
        .order_by(rank, Job.created_at.desc(), Job.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [_listed(row.Job, row.asked_by, at) for row in rows]


def _listed(job: Job, asked_by: str | None, at: datetime) -> ListedJob:
    return ListedJob(
        id=job.id,
        kind=job.kind,
        state=job.state,
        done=job.done,
        total=job.total,
        attempts=job.attempts,
        reason=job.last_error,
        asked_by=asked_by,
        is_under_way=job.leased_until is not None and job.leased_until > at,
        is_cancel_wished=job.cancel_wished_at is not None,
    )
