"""Workers as processes of their own, to be killed and stopped by the tests of this folder.

Each line on standard input, DATABASE_URL LEASE_IN_SECONDS, forks one worker: imports are paid once
for all tests. Whatever happens is a line on standard output.
"""

import os
import signal
import sys
import threading
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.clock import now
from app.db.sessions import Database
from app.jobs import embedded, procrastinate
from app.jobs.handling import Chunk, ReadsFirst, Worker
from app.jobs.models import Job
from app.relay.worker import run_forever

DRIVERS = {"sqlite": embedded, "postgresql": procrastinate}


def say(*words: object) -> None:
    os.write(
        1, (" ".join(map(str, words)) + "\n").encode()
    )  # one write, so that lines of two workers stay whole


def count(session: Session, job: Job, chunk: Chunk) -> bool:
    """Write the next number down. The test may kill from the moment it is told, before the
    commit."""
    number = job.cursor or 0
    session.execute(
        text("INSERT INTO counted VALUES (:job, :number)"), {"job": job.id, "number": number}
    )
    say("chunk", os.getpid(), job.id, number)
    job.cursor, job.done = number + 1, number + 1
    return number + 1 < job.arguments["numbers"]


def look(session: Session, job: Job, _at: datetime) -> int:
    """Read the next number. The test may kill from the moment it is told, before it is written."""
    number = job.cursor or 0
    say("chunk", os.getpid(), job.id, number)
    return number


def write_down(session: Session, job: Job, _chunk: Chunk, /, *, known: int) -> bool:
    session.execute(
        text("INSERT INTO counted VALUES (:job, :number)"), {"job": job.id, "number": known}
    )
    job.cursor, job.done = known + 1, known + 1
    return bool(known + 1 < job.arguments["numbers"])


def poison(session: Session, job: Job, chunk: Chunk) -> bool:
    say("poison", os.getpid())
    os.kill(os.getpid(), signal.SIGKILL)
    return True


def main() -> None:
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    for line in sys.stdin:
        url, lease = line.split()
        if os.fork() == 0:
            serve(url, float(lease))


def serve(url: str, lease: float) -> None:
    database, stop = Database(url), threading.Event()
    handlers = {"count": count, "poison": poison, "look": ReadsFirst(look, write_down)}
    worker = Worker(database=database, handlers=handlers, clock=now, lease=timedelta(seconds=lease))
    driver = DRIVERS[database.engine.dialect.name]
    say("worker", os.getpid())
    for thread in run_forever({"jobs": lambda: driver.work_until(stop, worker)}, stop=stop):
        thread.join()


if __name__ == "__main__":
    main()
