"""Drives jobs on SQLite: a loop in the relay that looks for due jobs."""

from datetime import datetime
from threading import Event

from sqlalchemy.orm import Session

from app.jobs.handling import Worker
from app.jobs.working import work

IDLE = 0.3
"""Seconds between two looks for a due job."""


def wake(session: Session, job_id: int, *, after: datetime | None = None) -> None:
    """Do nothing: the loop finds the job at its next look."""


def work_until(stop: Event, worker: Worker) -> None:
    """Work on the job that has been due longest, a slice at a time, until ``stop`` is set."""
    while not stop.is_set():
        if work(worker, stop=stop) is None:
            stop.wait(IDLE)
