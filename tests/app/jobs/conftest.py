"""Workers in this process with a clock of the test's own, and workers as real processes."""

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from app.db.sessions import Database
from app.jobs.handling import Handler, Worker
from app.jobs.models import Job
from app.jobs.working import Worked, work

ROOT = Path(__file__).resolve().parents[3]
BOUND = 60.0
"""Seconds after which what a test waits for is not coming any more."""


class Clock:
    """Shows the time that the test sets."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def clock(at: datetime) -> Clock:
    return Clock(at)


@pytest.fixture
def worker(database: Database, clock: Clock) -> Callable[..., Worker]:
    """``worker(kind=handler, …)``: a worker that knows these kinds."""

    def make(**handlers: Handler) -> Worker:
        return Worker(database=database, handlers=handlers, clock=clock)

    return make


def do(worker: Worker) -> Worked | None:
    """One slice of what is due, by whichever driver."""
    return work(worker, stop=threading.Event())


def load(database: Database, job_id: int) -> Job:
    with database.reading() as session:
        return session.scalars(select(Job).where(Job.id == job_id)).one()


class Parent:
    """The process whose forks are the workers; what they say comes as lists of words."""

    def __init__(self) -> None:
        command = [sys.executable, str(Path(__file__).with_name("worker_process.py"))]
        pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        self._process = subprocess.Popen(
            command, cwd=ROOT, env=environment, start_new_session=True, **pipes
        )
        self.said: queue.Queue[list[str]] = queue.Queue()
        self._reader = threading.Thread(target=self._read)
        self._reader.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self.said.put(line.decode().split())

    def ask(self, *words: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write((" ".join(words) + "\n").encode())

    def end(self) -> None:
        os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._reader.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                stream.close()


class Workers:
    """Real workers over one database."""

    def __init__(self, parent: Parent, url: str, lease: float) -> None:
        self._parent, self._url, self._lease = parent, url, str(lease)
        self._processes: list[str] = []

    def start(self) -> int:
        """Start one more worker; its process id."""
        self._parent.ask(self._url, self._lease)
        self._processes.append(self.next_line("worker")[1])
        return int(self._processes[-1])

    def next_line(self, *words: str, seconds: float = BOUND) -> list[str]:
        """The next line of these workers that begins so; those before it are dropped. Raises
        queue.Empty."""
        end = time.monotonic() + seconds
        while True:
            line = self._parent.said.get(timeout=max(0.01, end - time.monotonic()))
            is_known = (
                line[1] in self._processes or line[0] == "worker"
            )  # not a last word of an earlier test
            if is_known and line[: len(words)] == list(words):
                return line

    def end(self) -> None:
        for process in self._processes:
            with suppress(ProcessLookupError):
                os.kill(int(process), signal.SIGKILL)


@pytest.fixture(scope="session")
def parent() -> Iterator[Parent]:
    parent = Parent()
    yield parent
    parent.end()


@pytest.fixture
def workers(database: Database, database_url: str, parent: Parent) -> Iterator[Workers]:
    """Workers with a lease of one second, and the table in which they count."""
    with database.writing() as session:
        session.execute(text("CREATE TABLE counted (job INTEGER, number INTEGER)"))
    workers = Workers(parent, database_url, lease=1.0)
    yield workers
    workers.end()


def wait_for(condition: Callable[[], bool], *, progress: Callable[[], object] = bool) -> None:
    """Wait until the condition holds. Fails when ``progress`` has shown the same for too long.

    The time of the whole work is not bounded, because on a slow disk a chunk takes a second.
    """
    pause = threading.Event()
    seen, since = progress(), time.monotonic()
    while not condition():
        if (now := progress()) != seen:
            seen, since = now, time.monotonic()
        assert time.monotonic() - since < BOUND, f"nothing has moved for {BOUND} s"
        pause.wait(0.05)
