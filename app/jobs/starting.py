"""Starts, cancels and retries jobs in the caller's transaction, so a rollback undoes that too."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.jobs.driving import wake
from app.jobs.models import Job, JobState
from challenges.storage.sql import insert_once

UNFINISHED = (JobState.WAITING, JobState.PARKED)


def start(
    session: Session,
    kind: str,
    arguments: dict[str, Any],
    key: str,
    *,
    at: datetime,
    asked_by_id: int | None = None,
    total: int | None = None,
) -> Job:
    """Let the handler of ``kind`` work as soon as this transaction is committed.

    ``key`` says what the work is about. If an unfinished job has the same key, that job is returned
    and none is started. The unique index decides this, also between two callers at once.
    """
    values = {
        "kind": kind,
        "arguments": arguments,
        "key": key,
        "asked_by_id": asked_by_id,
        "total": total,
        "state": JobState.WAITING,
        "due_at": at,
        "created_at": at,
    }
    while True:
        id_ = insert_once(session, Job, **values)
        if id_ is not None:
            wake(session, id_)
            return session.get_one(Job, id_)
        same = select(Job).where(Job.key == key, Job.state.in_(UNFINISHED))
        found = session.scalar(same.execution_options(populate_existing=True))
        if found is not None:
            return found
        # The other job has ended between the two statements, so the key is free again.


def cancel(session: Session, job_id: int, *, at: datetime) -> bool:
    """Let the job stop before its next chunk, or at once if it is parked. False if it has ended."""
    this_job = update(Job).where(Job.id == job_id).returning(Job.id)
    # The version of a waiting job stays as it is, so that the chunk under way is still saved.
    first_wish = func.coalesce(Job.cancel_wished_at, at)
    is_waiting = this_job.where(Job.state == JobState.WAITING)
    if _changes(session, is_waiting.values(cancel_wished_at=first_wish, due_at=at)):
        wake(session, job_id)
        return True
    ended = {
        "state": JobState.CANCELLED,
        "cancel_wished_at": at,
        "finished_at": at,
        "version": Job.version + 1,
    }
    return _changes(session, this_job.where(Job.state == JobState.PARKED).values(ended))


def retry(session: Session, job_id: int, *, at: datetime) -> bool:
    """Let a parked job go on from its cursor, with all its attempts. False if it is not parked."""
    again = {
        "state": JobState.WAITING,
        "attempts": 0,
        "due_at": at,
        "leased_until": None,
        "version": Job.version + 1,
    }
    parked = (
        update(Job)
        .where(Job.id == job_id, Job.state == JobState.PARKED)
        .values(again)
        .returning(Job.id)
    )
    if not _changes(session, parked):
        return False
    wake(session, job_id)
    return True


def _changes(session: Session, statement: Any) -> bool:
    return (
        session.execute(statement.execution_options(synchronize_session=False)).first() is not None
    )
