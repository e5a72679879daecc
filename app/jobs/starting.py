"""Begins, cancels and retries jobs, in the transaction of whoever asks: what is rolled back was
never started."""

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
    """Let the handler of ``kind`` work as soon as this is committed.

    ``key`` says what the work is about. While an unfinished job has the same key, that one is
    returned and nothing is started: the unique index decides, also between two who start at once.
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
        # It ended between the two statements, so the key is free again.


def cancel(session: Session, job_id: int, *, at: datetime) -> bool:
    """Let the job stop at its next chunk, a parked one at once. False if it had ended before."""
    mine = update(Job).where(Job.id == job_id).returning(Job.id)
    # The version of a waiting job stays: the chunk that is under way is still saved.
    soon = func.coalesce(Job.cancel_wished_at, at)
    wished = mine.where(Job.state == JobState.WAITING).values(cancel_wished_at=soon, due_at=at)
    if _changes(session, wished):
        wake(session, job_id)
        return True
    ended = {
        "state": JobState.CANCELLED,
        "cancel_wished_at": at,
        "finished_at": at,
        "version": Job.version + 1,
    }
    return _changes(session, mine.where(Job.state == JobState.PARKED).values(ended))


def retry(session: Session, job_id: int, *, at: datetime) -> bool:
    """Give a parked job all its attempts again, from its cursor on. False if it is not parked."""
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
