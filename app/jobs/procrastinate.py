"""Drives jobs on PostgreSQL: procrastinate tells any number of relays of a job without delay.

The only module that uses procrastinate. Its rows are wake-up calls that name a job. If one is lost
or doubled, only the time changes, because app/jobs/working.py decides by our own rows.
"""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from functools import cache
from threading import BoundedSemaphore, Event, Lock
from typing import Any

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued, ConnectorException
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs.handling import Worker
from app.jobs.models import Job
from app.jobs.working import is_due, work

QUEUE, TASK = "jobs", "work_on_job"
AT_ONCE = 4
"""Jobs that one relay works on side by side."""
OVERDUE = timedelta(seconds=10)
"""If nobody has taken a job so long after it was due, its call was lost."""
LOOK_FOR_STOP = 0.5
"""Seconds between two looks whether to stop."""


def wake(session: Session, job_id: int, *, after: datetime | None = None) -> None:
    """Call for a worker in the session's own transaction: no commit, no call."""
    connection = session.connection()
    driver = connection.connection.driver_connection
    call = _caller().configure_task(
        TASK, queue=QUEUE, queueing_lock=str(job_id), schedule_at=after, connection=driver
    )
    # One waiting call is enough. The savepoint keeps the caller's transaction alive if the unique
    # index of the queueing lock refuses a second.
    with suppress(AlreadyEnqueued), connection.begin_nested():
        call.defer(job_id=job_id)


@cache
def _caller() -> App:
    """An app that only defers, on connections of ours, and so is never opened."""
    return App(connector=PsycopgConnector())


def work_until(stop: Event, worker: Worker) -> None:
    """Answer calls, beside any number of other relays, until ``stop`` is set."""
    asyncio.run(_work_until(stop, worker))


async def _work_until(stop: Event, worker: Worker) -> None:
    lease = worker.lease.total_seconds()
    async with _answering(stop, worker).open_async() as app:
        answering = asyncio.create_task(
            app.run_worker_async(
                concurrency=AT_ONCE,
                # What became of a job is in our own row.
                delete_jobs="always",
                install_signal_handlers=False,
                update_heartbeat_interval=lease / 6,
                stalled_worker_timeout=lease,
            )
        )
        while not (stop.is_set() or answering.done()):
            await asyncio.wait([answering], timeout=LOOK_FOR_STOP)
        # procrastinate takes this as a request to stop, and finishes the calls under way.
        answering.cancel()
        with suppress(asyncio.CancelledError):
            await answering


def _answering(stop: Event, worker: Worker) -> App:
    # A call that a crash of the server loses is repeated, so nothing waits until it is on disk.
    unhurried = {"options": "-c synchronous_commit=off"}
    pool: dict[str, Any] = {"min_size": 1, "max_size": AT_ONCE + 2, "kwargs": unhurried}
    app = App(connector=PsycopgConnector(conninfo=worker.database.address, **pool))
    lease = worker.lease.total_seconds()
    places = Places()

    @app.task(name=TASK, queue=QUEUE)
    def answer(job_id: int) -> None:
        with places.taken(all_of_them=was_cut_short(worker, job_id)):
            work(worker, stop=stop, job_id=job_id)

    @app.periodic(cron=f"* * * * * */{max(1, round(lease / 6))}")
    @app.task(name="wake_stalled", queue=QUEUE, queueing_lock="wake_stalled")
    async def wake_stalled(timestamp: int) -> None:  # noqa: ARG001  # its API
        """Repeat the calls of dead workers, which procrastinate finds but leaves to us."""
        for call in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=lease):
            # Another relay may have answered or repeated it meanwhile.
            with suppress(ConnectorException):
                await app.job_manager.retry_job(call)
        await asyncio.to_thread(wake_overdue, worker)

    return app


class Places:
    """The places for jobs in one process. A job that killed its process takes all of them when it
    is tried again: beside others it would kill them too, and they would be parked for it."""

    def __init__(self) -> None:
        self._free = BoundedSemaphore(AT_ONCE)
        self._turn = Lock()

    @contextmanager
    def taken(self, *, all_of_them: bool) -> Iterator[None]:
        """Take one place, or all."""
        wanted = AT_ONCE if all_of_them else 1
        # Who waits for all keeps the turn meanwhile, so that others do not slip in before.
        with self._turn:
            for _ in range(wanted):
                self._free.acquire()
        try:
            yield
        finally:
            self._free.release(wanted)


def was_cut_short(worker: Worker, job_id: int) -> bool:
    """Whether the last who tried the job's next chunk failed, or died."""
    with worker.database.reading() as session:
        return bool(session.scalar(select(Job.attempts).where(Job.id == job_id)))


def wake_overdue(worker: Worker) -> None:
    """Call again for due jobs that nobody has taken: the call was lost, or the worker died."""
    is_overdue = is_due(worker.clock() - min(OVERDUE, worker.lease))
    overdue = select(Job.id).where(is_overdue).order_by(Job.due_at).limit(100)
    with worker.database.writing() as session:
        for job_id in session.scalars(overdue).all():
            wake(session, job_id)
