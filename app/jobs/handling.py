"""What a handler of jobs is given, what it may raise, and what a worker needs to call it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Protocol

from sqlalchemy.orm import Session

from app.db.sessions import Database
from app.jobs.models import Job

LEASE = timedelta(seconds=60)
"""After this a worker that has not saved a chunk counts as dead."""
BUDGET = 0.1
"""Seconds after which a chunk should end."""


class CannotFinish(Exception):
    """Trying again would not help. The job is parked, with this text as the reason."""


@dataclass(frozen=True)
class Chunk:
    """What a handler is told: the time, and when the chunk should end."""

    at: datetime
    ends: float
    """By ``time.monotonic``."""

    def is_over(self) -> bool:
        """Whether the time is used up. Ask between two small pieces of work."""
        return monotonic() >= self.ends


DoesChunk = Callable[[Session, Job, Chunk], bool]
"""Does a little, moves the job's cursor, and returns whether there is more. Never commits."""


class WritesKnown(Protocol):
    """Does a chunk with what ``ReadsFirst.read`` returned."""

    def __call__(self, session: Session, job: Job, chunk: Chunk, /, *, known: Any) -> bool: ...


@dataclass(frozen=True)
class ReadsFirst:
    """A handler that has to read for longer than others should wait to write to SQLite.

    It reads before the chunk, while anybody may write. So ``write`` looks whether what was read
    still holds, and returns True to read again if it does not.
    """

    read: Callable[[Session, Job, datetime], Any]
    """Called in a read session that sees one state of the database. Must take less than a lease."""
    write: WritesKnown
    """As a handler without reading, but is handed what was read."""


Handler = DoesChunk | ReadsFirst


def after_reading(read_files: Callable[[], object], does_chunk: DoesChunk) -> ReadsFirst:
    """A handler that needs files which are read once a process. The first chunk would read them
    while others wait to write to SQLite, so they are read before it."""

    def read(_session: Session, _job: Job, _at: datetime) -> None:
        read_files()

    def write(session: Session, job: Job, chunk: Chunk, /, *, known: None) -> bool:  # noqa: ARG001  # there is nothing to know
        return does_chunk(session, job, chunk)

    return ReadsFirst(read, write)


@dataclass(frozen=True, kw_only=True)
class Worker:
    """What every driver needs to do jobs."""

    database: Database
    handlers: Mapping[str, Handler]
    """By kind of job."""
    clock: Callable[[], datetime]
    lease: timedelta = LEASE
