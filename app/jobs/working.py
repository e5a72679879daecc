"""How a worker does a job: take a lease, do chunks, save each together with what it wrote.

Saving compares the version of the row. A second worker, or one that was only slow, finds another
version, and its transaction is rolled back: each chunk counts once. If a worker dies, its lease
ends by itself.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from threading import Event
from time import monotonic

from sqlalchemy import ColumnElement, or_, select, text, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified
from sqlalchemy.orm.exc import StaleDataError

from app.jobs.driving import wake
from app.jobs.handling import (
    BUDGET,
    CannotFinish,
    Chunk,
    DoesChunk,
    ReadsFirst,
    Worker,
)
from app.jobs.models import Job, JobState
from app.log import log

LONGEST = 0.25
"""Seconds for which a chunk may hold SQLite's write lock. One that takes longer is logged."""
SLICE = 1.0
"""Seconds of work on one job before the worker looks for the next one."""
MOST_ATTEMPTS = 3
DIED = "the worker died each time it did this chunk"
NOBODY = "nobody knows how to do this kind of work"
"""How the reasons begin that are not a handler's. The office page translates them."""


@dataclass(frozen=True)
class Lease:
    """A job that this worker has for a while. Only a worker that knows the version may save."""

    job_id: int
    version: int
    kind: str
    """Of the job."""


class Outcome(StrEnum):
    """How a slice of a job ended."""

    MORE = "MORE"
    DONE = "DONE"
    CANCELLED = "CANCELLED"
    PARKED = "PARKED"
    PUT_OFF = "PUT_OFF"
    """It failed, and is tried again later."""
    LATE = "LATE"
    """Another worker had taken the lease by then. Nothing was written."""


@dataclass(frozen=True)
class Worked:
    """A job and how its slice ended."""

    job_id: int
    outcome: Outcome


def is_due(at: datetime) -> ColumnElement[bool]:
    """Jobs that wait for a worker at that time."""
    return (Job.state == JobState.WAITING) & (Job.due_at <= at) & _is_free(at)


def _is_free(at: datetime) -> ColumnElement[bool]:
    return or_(Job.leased_until.is_(None), Job.leased_until <= at)


def take_lease(
    session: Session, *, at: datetime, lease: timedelta, job_id: int | None = None
) -> Lease | None:
    """Take the job that has been due longest, or the named one. Commit before working on it.

    A named job need not be due: whoever names it was told that it is, perhaps by the clock of
    another machine.
    """
    named = (Job.id == job_id) & (Job.state == JobState.WAITING) & _is_free(at)
    free = (
        select(Job.id)
        .where(is_due(at) if job_id is None else named)
        .order_by(Job.due_at, Job.id)
        .limit(1)
    )
    # The attempt is counted here, so that a chunk which kills its worker is parked in the end.
    values = {"leased_until": at + lease, "attempts": Job.attempts + 1, "version": Job.version + 1}
    taken = (
        update(Job)
        .where(Job.id == free.with_for_update(skip_locked=True).scalar_subquery())
        .values(values)
        .returning(Job.id, Job.version, Job.kind)
    )
    row = session.execute(taken.execution_options(synchronize_session=False)).first()
    return Lease(row.id, row.version, row.kind) if row else None


def work(worker: Worker, *, stop: Event, job_id: int | None = None) -> Worked | None:
    """Do one slice of a due job, or of the named one. None if there is nothing to do."""
    # Look first in a read session: an idle worker should not take the write lock again and again.
    if job_id is None:
        with worker.database.reading() as session:
            if session.scalar(select(Job.id).where(is_due(worker.clock())).limit(1)) is None:
                return None
    with worker.database.writing() as session:
        held = take_lease(session, at=worker.clock(), lease=worker.lease, job_id=job_id)
    if held is None:
        return None
    ends = monotonic() + SLICE
    job_id = held.job_id
    outcome = Outcome.MORE
    while held is not None:
        is_last = stop.is_set() or monotonic() >= ends
        outcome, held = do_chunk(worker, held, keep_lease=not is_last)
    return Worked(job_id, outcome)


def do_chunk(worker: Worker, held: Lease, *, keep_lease: bool) -> tuple[Outcome, Lease | None]:
    """Do the next chunk. Returns the outcome, and a lease if there is more to do at once."""
    began = monotonic()
    try:
        handler = _ready(worker, held)
        at = worker.clock()
        with worker.database.writing() as session:
            # Counted from here, because waiting for the write lock holds up nobody.
            began = monotonic()
            job = _load(session, held, worker.lease)
            if job is None:
                return Outcome.LATE, None
            lease = worker.lease if keep_lease else None
            outcome = _advance(session, job, handler, Chunk(at, began + BUDGET), lease=lease)
    except StaleDataError:
        # The version has changed: another worker has taken the lease meanwhile.
        return Outcome.LATE, None
    # Whatever a handler raises is kept as the job's last error.
    except Exception as error:
        return _put_off(worker, held, error), None
    if (took := monotonic() - began) > LONGEST:
        log.warning(
            "job", job=held.job_id, kind=held.kind, chunk_took=round(took, 3), longest=LONGEST
        )
    return outcome, Lease(job.id, job.version, job.kind) if job.leased_until else None


def _ready(worker: Worker, held: Lease) -> DoesChunk:
    """The handler of the job, with whatever it reads before its chunk."""
    handler = worker.handlers.get(held.kind, _nobody_knows)
    if not isinstance(handler, ReadsFirst):
        return handler
    known = None
    with worker.database.snapshot_session() as session:
        job = _held(session, held)
        # A job that ends before its chunk is not read for: reading may be what kills its worker.
        if job is not None and _end_before_chunk(job) is None:
            known = handler.read(session, job, worker.clock())
    return partial(handler.write, known=known)


def _nobody_knows(_session: Session, job: Job, _chunk: Chunk) -> bool:
    raise CannotFinish(f"{NOBODY}: {job.kind}")


def _load(session: Session, held: Lease, lease: timedelta) -> Job | None:
    if session.get_bind().dialect.name == "postgresql":
        # A worker that is stopped within a chunk may hold locks that the next worker needs, so the
        # server ends its transaction after the time of a lease.
        milliseconds = int(lease.total_seconds() * 1000)
        session.execute(text(f"SET LOCAL idle_in_transaction_session_timeout = {milliseconds}"))
    return _held(session, held)


def _held(session: Session, held: Lease) -> Job | None:
    return session.scalar(select(Job).where(Job.id == held.job_id, Job.version == held.version))


def _advance(
    session: Session,
    job: Job,
    handler: DoesChunk,
    chunk: Chunk,
    *,
    lease: timedelta | None,
) -> Outcome:
    """Do the chunk, unless the job ends before it, and flush, which compares the version.

    Where there is more to do, the worker keeps the job for ``lease``, or leaves it if that is None.
    """
    ended = _end_before_chunk(job)
    if ended is None:
        ended = Outcome.MORE if handler(session, job, chunk) else Outcome.DONE, None
    outcome, job.last_error = ended
    if outcome is Outcome.MORE and lease is not None:
        job.attempts, job.leased_until = 1, chunk.at + lease
    elif outcome is Outcome.MORE:
        job.attempts, job.leased_until, job.due_at = 0, None, chunk.at
        wake(session, job.id)
    else:
        _end(job, JobState(outcome), at=chunk.at)
    # The version is compared only by an UPDATE, so there has to be one even if nothing changed.
    flag_modified(job, "leased_until")
    session.flush()
    return outcome


def _end_before_chunk(job: Job) -> tuple[Outcome, str | None] | None:
    """How the job ends before its next chunk, and why; None if it goes on."""
    if job.cancel_wished_at is not None:
        return Outcome.CANCELLED, None
    if job.attempts > MOST_ATTEMPTS:
        return Outcome.PARKED, f"{DIED}; see its log"
    return None


def _end(job: Job, state: JobState, *, at: datetime) -> None:
    job.state, job.leased_until = state, None
    job.finished_at = None if state is JobState.PARKED else at


def _put_off(worker: Worker, held: Lease, error: Exception) -> Outcome:
    """Try the job again later, or park it, unless another worker has it by now."""
    at = worker.clock()
    try:
        with worker.database.writing() as session:
            job = _load(session, held, worker.lease)
            if job is None:
                return Outcome.LATE
            is_hopeless = isinstance(error, CannotFinish)
            reason = str(error) if is_hopeless else f"{type(error).__name__}: {error}"
            job.last_error = reason[:2000]
            if is_hopeless or job.attempts >= MOST_ATTEMPTS:
                _end(job, JobState.PARKED, at=at)
                return Outcome.PARKED
            job.leased_until, job.due_at = None, at + back_off(job.attempts)
            wake(session, job.id, after=job.due_at)
            return Outcome.PUT_OFF
    except StaleDataError:
        return Outcome.LATE


def back_off(attempts: int) -> timedelta:
    """The wait after so many failed attempts: 2 s, doubled each time."""
    return timedelta(seconds=2**attempts)
