"""The seam between jobs and what calls workers to them: two functions for each database."""

from datetime import datetime
from importlib import import_module
from threading import Event
from typing import Protocol, cast

from sqlalchemy.orm import Session

from app.jobs.handling import Worker


class Driver(Protocol):
    """Calls a worker to a job, and decides nothing: a job that is called twice is done once."""

    def wake(self, session: Session, job_id: int, *, after: datetime | None = None) -> None:
        """Call a worker when this transaction is committed, or at the time ``after``."""

    def work_until(self, stop: Event, worker: Worker) -> None:
        """Let the worker do due jobs, until ``stop`` is set and the last chunk is saved."""


MODULES = {"sqlite": "app.jobs.embedded", "postgresql": "app.jobs.procrastinate"}


def driver_for(dialect: str) -> Driver:
    """The driver for "sqlite" or "postgresql".

    Imported by name, so that an installation on SQLite needs no procrastinate.
    """
    return cast(Driver, import_module(MODULES[dialect]))


def wake(session: Session, job_id: int, *, after: datetime | None = None) -> None:
    """Tell the driver of this session's database that a job is due."""
    driver_for(session.get_bind().dialect.name).wake(session, job_id, after=after)
