"""Drives jobs on SQLite: a loop in the relay that looks for work. No engine, no other process."""

from datetime import datetime
from threading import Event

from sqlalchemy.orm import Session

from app.jobs.handling import Worker
from app.jobs.working import work

IDLE = 0.3
"""Seconds between two looks for something to do."""


def wake(session: Session, job_id: int, *, after: datetime | None = None) -> None:
    """Nothing: the loop finds it at its next look."""


def work_until(stop: Event, worker: Worker) -> None:
    """Work on what is due longest, slice by slice, until ``stop`` is set."""
    while not stop.is_set():
        if work(worker, stop=stop) is None:
            stop.wait(IDLE)
