"""Background work: small jobs a second, their delay, an idle relay, a long job beside pages.

`make bench` measures it on each database. `python -m tests.benchmarks.jobs` measures it alone, in
about two minutes a database. One worker process does the jobs.
"""

import argparse
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median, quantiles

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.clock import now
from app.config import ROOT
from app.db.sessions import Database
from app.factory import create_app
from app.jobs.driving import driver_for
from app.jobs.handling import Chunk, Worker
from app.jobs.models import Job, JobState
from app.jobs.starting import start
from tests.benchmarks import load
from tests.benchmarks.databases import (
    KINDS,
    NewDatabase,
    config,
    engine_of,
    environment,
    put_people,
)
from tests.benchmarks.people import MIX_SLUG, Somebody, people
from tests.benchmarks.servers import cpu_of_process, server

STAFF = 500
SMALL_JOBS, DELAYS = 300, 40
WARM_UP_SECONDS, IDLE_SECONDS = 15, 20
"""Of the idle relay: carrying the demo's facts and the schedule's first jobs, then measuring."""
LONG_SECONDS = 20
SUBMISSIONS_A_SECOND = 4
"""Beside the pages."""
WARM_UP_PAGES, PAGE_SECONDS = 3, 8
"""Seconds of load before the measurement, and of each measurement."""


@dataclass(frozen=True)
class Pages:
    """The home page, and a submission in milliseconds, under the same load."""

    home: load.Run
    submission: float


@dataclass(frozen=True)
class LongJob:
    """What a long job did, and the pages without it and beside it."""

    chunks: int
    longest_chunk: float
    """Milliseconds."""
    progress: int
    """How many different numbers a page would show that looks ten times a second."""
    alone: Pages
    beside: Pages


@dataclass(frozen=True)
class JobFigures:
    """What was measured on one database."""

    small_a_second: float
    delays: list[float]
    """Milliseconds from commit to handler."""
    idle_cpu: float
    """Milliseconds of processor time a second, of a whole relay."""
    long_job: LongJob


def job_lines(kind: str, new_database: NewDatabase) -> list[str]:
    """The section of the report for one database, "SQLite" or "PostgreSQL"."""
    return _lines(kind, measure(new_database, staff=STAFF))


def measure(new_database: NewDatabase, *, staff: int) -> JobFigures:
    """Every figure, over a new database with demo data of so many people."""
    url = new_database("jobs")
    put_people(url, staff)
    database = Database(url)
    with database.writing() as session:
        session.execute(text("CREATE TABLE bench_written (job INTEGER, number INTEGER)"))
    idle_cpu = _idle_cpu(url)
    with _worker_process(url):
        delays = _delays(database)
        rate = _small_jobs_a_second(database)
        long_job = _long_job_beside_pages(database, url)
    database.dispose()
    return JobFigures(rate, delays, idle_cpu, long_job)


def _idle_cpu(url: str) -> float:
    """Of `relay run` with nothing to do."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "relay", "run"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=ROOT, env=environment(url), **quiet)
    try:
        time.sleep(WARM_UP_SECONDS)
        before = cpu_of_process(process.pid)
        time.sleep(IDLE_SECONDS)
        return (cpu_of_process(process.pid) - before) / IDLE_SECONDS
    finally:
        process.terminate()
        process.wait()


def _delays(database: Database) -> list[float]:
    """Start one job after another, and let each say when its handler was called."""
    found = []
    for number in range(DELAYS):
        with database.writing() as session:
            job = start(session, "small", {}, f"delay-{number}", at=now()).id
        committed = time.time()
        _wait(database, [job])
        with database.reading() as session:
            called = session.scalars(select(Job.result).where(Job.id == job)).one()
        found.append((called - committed) * 1000)
        # Uneven pauses, so that jobs do not start in step with the worker's looks.
        time.sleep(0.0137 * (number % 7))
    return found


def _small_jobs_a_second(database: Database) -> float:
    """Jobs that do nothing, from the commit that starts all of them to the end of the last."""
    with database.writing() as session:
        ids = [
            start(session, "small", {}, f"small-{number}", at=now()).id
            for number in range(SMALL_JOBS)
        ]
    began = time.monotonic()
    _wait(database, ids)
    return SMALL_JOBS / (time.monotonic() - began)


def _long_job_beside_pages(database: Database, url: str) -> LongJob:
    app = create_app(config(url))
    asking = people(app, MIX_SLUG)
    with server(url):
        # Each worker reads its catalogue at its first page.
        load.run(asking.any, ["/"], seconds=WARM_UP_PAGES)
        alone = _pages(asking.any, asking.fresh[1::2])
        with database.writing() as session:
            job = start(session, "long", {"seconds": LONG_SECONDS}, "long", at=now()).id
        shown: set[int] = set()
        watching = threading.Thread(target=_watch, args=(database, job, shown))
        watching.start()
        beside = _pages(asking.any, asking.fresh[::2])
        watching.join()
    app.extensions["stepup_database"].dispose()
    with database.reading() as session:
        cursor = session.scalars(select(Job.cursor).where(Job.id == job)).one()
    return LongJob(
        chunks=cursor["chunks"],
        longest_chunk=cursor["longest"] * 1000,
        progress=len(shown),
        alone=alone,
        beside=beside,
    )


def _pages(readers: list[Somebody], fresh: list[Somebody]) -> Pages:
    with load.trickle(fresh, a_second=SUBMISSIONS_A_SECOND) as submitted:
        home = load.run(readers, ["/"], seconds=PAGE_SECONDS)
    return Pages(home, median(submitted.took))


def _watch(database: Database, job: int, shown: set[int]) -> None:
    """Note every number of progress until the job is done, as a page would that looks again."""
    while True:
        with database.reading() as session:
            row = session.execute(select(Job.done, Job.state).where(Job.id == job)).one()
        shown.add(row.done)
        if row.state is JobState.DONE:
            return
        time.sleep(0.1)


def _wait(database: Database, ids: list[int]) -> None:
    done = select(func.count()).where(Job.id.in_(ids), Job.state == JobState.DONE)
    while True:
        with database.reading() as session:
            if session.scalar(done) == len(ids):
                return
        time.sleep(0.02)


def _lines(kind: str, figures: JobFigures) -> list[str]:
    p95 = quantiles(figures.delays, n=20)[18]
    job, alone, beside = figures.long_job, figures.long_job.alone, figures.long_job.beside
    return [
        f"## Background work on {kind}",
        "",
        f"- {figures.small_a_second:.0f} small jobs a second.",
        f"- From commit to handler: p50 {median(figures.delays):.0f} ms, p95 {p95:.0f} ms.",
        f"- An idle relay uses {figures.idle_cpu:.1f} ms of processor time a second.",
        f"- A job of {LONG_SECONDS} s: {job.chunks} chunks, the longest "
        f"{job.longest_chunk:.0f} ms; its progress shows {job.progress} different numbers.",
        f"- Home without and beside that job: p95 {alone.home.p95:.0f} and "
        f"{beside.home.p95:.0f} ms, {alone.home.rate:.0f} and {beside.home.rate:.0f} requests a "
        f"second, {alone.home.errors} and {beside.home.errors} errors.",
        f"- A submission without and beside it: p50 {alone.submission:.0f} and "
        f"{beside.submission:.0f} ms.",
    ]


# The worker process, and the two kinds of job that it knows.


@contextmanager
def _worker_process(url: str) -> Iterator[None]:
    command = [sys.executable, "-m", "tests.benchmarks.jobs", "--work-on", url]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        process.stdout.readline()
        # It says "ready" before it listens for calls.
        time.sleep(2)
        yield
    finally:
        process.terminate()
        process.wait()
        process.stdout.close()


def work_on(url: str) -> None:
    """Work until killed."""
    database = Database(url)
    worker = Worker(database=database, handlers={"small": small, "long": long}, clock=now)
    print("ready", flush=True)
    driver_for(database.engine.dialect.name).work_until(threading.Event(), worker)


def small(session: Session, job: Job, chunk: Chunk) -> bool:
    """Note when the handler was called."""
    job.result = time.time()
    return False


def long(session: Session, job: Job, chunk: Chunk) -> bool:
    """Write rows for as many seconds as the arguments say."""
    began = time.monotonic()
    so_far = job.cursor or {"seconds": 0.0, "longest": 0.0, "chunks": 0}
    while not chunk.is_over():
        rows = [{"job": job.id, "number": number} for number in range(50)]
        session.execute(text("INSERT INTO bench_written VALUES (:job, :number)"), rows)
        job.done += len(rows)
    took = time.monotonic() - began
    job.cursor = {
        "seconds": so_far["seconds"] + took,
        "longest": max(so_far["longest"], took),
        "chunks": so_far["chunks"] + 1,
    }
    return bool(job.cursor["seconds"] < job.arguments["seconds"])


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.jobs")
    parser.add_argument("--databases", nargs="*", choices=KINDS, default=KINDS)
    parser.add_argument("--staff", type=int, default=STAFF, help="people, at least 150")
    parser.add_argument("--work-on", metavar="URL", help="be the worker of another run")
    asked = parser.parse_args()
    if asked.work_on:
        work_on(asked.work_on)
        return 0
    for kind in asked.databases:
        with engine_of(kind) as new_database:
            figures = measure(new_database, staff=asked.staff)
        print(*_lines(kind, figures), "", sep="\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
