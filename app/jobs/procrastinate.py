"""Drives jobs on PostgreSQL: procrastinate tells any number of relays at once of a job.

The only module that knows procrastinate. Its rows are wake-up calls that name a job; losing or
doubling one changes nothing but the time, because app/jobs/working.py decides by our own rows.
"""

import asyncio
from contextlib import suppress
from datetime import datetime, timedelta
from functools import cache
from threading import Event
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
"""A job that nobody has taken for so long after it was due has lost its call."""
LOOK_FOR_STOP = 0.5


def wake(session: Session, job_id: int, *, after: datetime | None = None) -> None:
    """Call for a worker in the session's own transaction: no commit, no call."""
    connection = session.connection()
    driver = connection.connection.driver_connection
    call = _caller().configure_task(
        TASK, queue=QUEUE, queueing_lock=str(job_id), schedule_at=after, connection=driver
    )
    with suppress(AlreadyEnqueued), connection.begin_nested():  # one waiting call is enough
        call.defer(job_id=job_id)


@cache
def _caller() -> App:
    """It writes on the connection it is handed, so it is never opened."""
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
                delete_jobs="always",  # what became of a job is in its own row
                install_signal_handlers=False,
                update_heartbeat_interval=lease / 6,
                stalled_worker_timeout=lease,
            )
        )
        while not (stop.is_set() or answering.done()):
            await asyncio.wait([answering], timeout=LOOK_FOR_STOP)
        answering.cancel()  # which lets it finish the chunks under way
        with suppress(asyncio.CancelledError):
            await answering


def _answering(stop: Event, worker: Worker) -> App:
    # A call that a crash of the server loses is made again, so nobody waits until it is on disk.
    unhurried = {"options": "-c synchronous_commit=off"}
    pool: dict[str, Any] = {"min_size": 1, "max_size": AT_ONCE + 2, "kwargs": unhurried}
    app = App(connector=PsycopgConnector(conninfo=worker.database.address, **pool))
    lease = worker.lease.total_seconds()

    @app.task(name=TASK, queue=QUEUE)
    def answer(job_id: int) -> None:
        work(worker, stop=stop, job_id=job_id)

    @app.periodic(cron=f"* * * * * */{max(1, round(lease / 6))}")
    @app.task(name="wake_stalled", queue=QUEUE, queueing_lock="wake_stalled")
    async def wake_stalled(timestamp: int) -> None:  # noqa: ARG001  # its API
        """procrastinate finds the calls of dead workers, but leaves it to us to repeat them."""
        for call in await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=lease):
            with suppress(ConnectorException):  # it was answered, or repeated, meanwhile
                await app.job_manager.retry_job(call)
        await asyncio.to_thread(wake_overdue, worker)

    return app


def wake_overdue(worker: Worker) -> None:
    """Call for what is due and was not taken: its call was lost, or its worker died."""
    with worker.database.writing() as session:
        due = is_due(worker.clock() - min(OVERDUE, worker.lease))
        for job_id in session.scalars(
            select(Job.id).where(due).order_by(Job.due_at).limit(100)
        ).all():
            wake(session, job_id)
