"""Background work measured: small jobs a second, delay from commit to handler, an idle relay, a
long job beside pages.

python -m tests.benchmarks.jobs prints the figures of both databases. Each is measured with one
worker process.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

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
from tests.benchmarks import load, stage

SMALL, DELAYS, IDLE_SECONDS, LONG_SECONDS = 300, 40, 20, 20
A_SECOND = 4
"""Submissions beside the pages."""
PAGE_SECONDS = 8


@dataclass(frozen=True)
class JobFigures:
    """What was measured over one database. Times in milliseconds."""

    database: str
    small_a_second: float
    delay_p50: float
    delay_p95: float
    idle_cpu: float
    """Of a whole relay: processor time a second."""
    home_alone: load.Run
    home_beside: load.Run
    submission_alone: float
    submission_beside: float
    chunks: int
    progress: int
    """How many different numbers a page that looks ten times a second would have shown."""
    longest_chunk: float


def small(session: Session, job: Job, chunk: Chunk) -> bool:  # a handler's parameters
    """Notes when it came to be called."""
    job.result = time.time()
    return False


def long(session: Session, job: Job, chunk: Chunk) -> bool:
    """Writes rows for so many seconds in all, a chunk at a time."""
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


def measure(kind: str, *, staff: int = 500) -> JobFigures:
    """Every figure over one database, "SQLite" or "PostgreSQL", with demo data of so many
    people."""
    with stage.engine_of(kind) as new_database:
        url = new_database("jobs")
        stage.load_demo(url, staff)
        database = Database(url)
        with database.writing() as session:
            session.execute(text("CREATE TABLE bench_written (job INTEGER, number INTEGER)"))
        idle = idle_cpu(url)
        with worker_process(url):
            delays = delays_of(database)
            rate = small_jobs_a_second(database)
            pages = long_job_beside_pages(database, url)
        database.dispose()
    p95 = quantiles(delays, n=20)[18]
    return JobFigures(kind, rate, median(delays), p95, idle, *pages)


def small_jobs_a_second(database: Database) -> float:
    """Jobs that do nothing, from the commit that starts all of them to the last one's end."""
    with database.writing() as session:
        ids = [
            start(session, "small", {}, f"small-{number}", at=now()).id for number in range(SMALL)
        ]
    began = time.monotonic()
    _wait(database, ids)
    return SMALL / (time.monotonic() - began)


def delays_of(database: Database) -> list[float]:
    """Milliseconds from commit to handler, one job after another, at moments that fit no clock of
    the worker."""
    found = []
    for number in range(DELAYS):
        with database.writing() as session:
            job = start(session, "small", {}, f"delay-{number}", at=now()).id
        committed = time.time()
        _wait(database, [job])
        with database.reading() as session:
            found.append(
                (session.scalars(select(Job.result).where(Job.id == job)).one() - committed) * 1000
            )
        time.sleep(0.0137 * (number % 7))
    return found


def idle_cpu(url: str) -> float:
    """Milliseconds of processor time a second of `relay run` with nothing to do."""
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "relay", "run"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen(command, cwd=ROOT, env=stage.environment(url), **quiet)
    try:
        time.sleep(15)  # the demo's facts are carried, and the schedule's first jobs done
        before = _cpu_of(process.pid)
        time.sleep(IDLE_SECONDS)
        return (_cpu_of(process.pid) - before) / IDLE_SECONDS
    finally:
        process.terminate()
        process.wait()


def _cpu_of(process: int) -> float:
    """Milliseconds of processor time that a process has used."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return sum(map(int, fields[11:13])) * 1000 / os.sysconf("SC_CLK_TCK")


def long_job_beside_pages(database: Database, url: str) -> tuple[Any, ...]:
    """Home and submissions without and with a job of 20 seconds beside them; chunks, numbers shown,
    longest chunk."""
    app = create_app(stage.config(url))
    people, others = stage.people(app), stage.people(app, stage.MIX_SLUG)
    with stage.server(url):
        load.run(people.any, ["/"], seconds=1)
        alone, submitted = _pages(people.any, others.fresh[1::2])
        with database.writing() as session:
            job = start(session, "long", {"seconds": LONG_SECONDS}, "long", at=now()).id
        shown: set[int] = set()
        watching = threading.Thread(
            target=_wait, args=(database, [job], shown), kwargs={"pause": 0.1}
        )
        watching.start()
        beside, submitted_beside = _pages(people.any, others.fresh[::2])
        watching.join()
    app.extensions["stepup_database"].dispose()
    with database.reading() as session:
        cursor = session.scalars(select(Job.cursor).where(Job.id == job)).one()
    return (
        alone,
        beside,
        submitted,
        submitted_beside,
        cursor["chunks"],
        len(shown),
        cursor["longest"] * 1000,
    )


def _pages(readers: list[stage.Somebody], fresh: list[stage.Somebody]) -> tuple[load.Run, float]:
    with load.trickle(fresh, a_second=A_SECOND) as submitted:
        run = load.run(readers, ["/"], seconds=PAGE_SECONDS)
    return run, median(submitted.took)


def _wait(
    database: Database, ids: list[int], shown: set[int] | None = None, *, pause: float = 0.02
) -> None:
    done = select(func.count()).where(Job.id.in_(ids), Job.state == JobState.DONE)
    while True:
        with database.reading() as session:
            if shown is not None:
                shown.add(session.scalars(select(Job.done).where(Job.id.in_(ids))).one())
            if session.scalar(done) == len(ids):
                return
        time.sleep(pause)


@contextmanager
def worker_process(url: str) -> Iterator[None]:
    """One worker with the kinds of this module, as a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.jobs", "--work-on", url]
    process = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE)
    assert process.stdout is not None
    try:
        process.stdout.readline()
        time.sleep(2)  # until it listens
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


def lines(figures: JobFigures) -> list[str]:
    """The figures as lines of a report."""
    alone, beside = figures.home_alone, figures.home_beside
    return [
        f"### Jobs on {figures.database}",
        f"- small jobs a second: {figures.small_a_second:.0f}",
        f"- delay from commit to handler: p50 {figures.delay_p50:.0f} ms, p95 {figures.delay_p95:.0f} ms",
        f"- idle relay: {figures.idle_cpu:.1f} ms of processor time a second",
        f"- a job of {LONG_SECONDS} s in {figures.chunks} chunks, the longest {figures.longest_chunk:.0f} ms,"
        f" {figures.progress} different numbers of progress",
        f"- Home without and beside it: p95 {alone.p95:.0f} and {beside.p95:.0f} ms,"
        f" {alone.rate:.0f} and {beside.rate:.0f} a second, errors {alone.errors} and {beside.errors}",
        f"- a submission without and beside it: {figures.submission_alone:.0f} and {figures.submission_beside:.0f} ms",
    ]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.jobs")
    parser.add_argument(
        "--databases", nargs="*", choices=["SQLite", "PostgreSQL"], default=["SQLite", "PostgreSQL"]
    )
    parser.add_argument("--staff", type=int, default=500)
    parser.add_argument("--work-on", metavar="URL", help="be the worker of another run")
    asked = parser.parse_args()
    if asked.work_on:
        work_on(asked.work_on)
        return 0
    for kind in asked.databases:
        print(*lines(measure(kind, staff=asked.staff)), sep="\n", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
