"""No chunk is done twice and none is lost, whatever happens to the workers. Real processes, real
signals."""

import fcntl
import os
import queue
import random
import signal
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from app.clock import now
from app.db.sessions import Database
from app.jobs.models import Job, JobState
from app.jobs.starting import cancel, retry, start
from tests.app.jobs.conftest import Workers, load, wait_for

pytestmark = pytest.mark.kill


def begin(
    database: Database, kind: str = "count", *, jobs: int = 1, numbers: int = 50
) -> list[int]:
    with database.writing() as session:
        return [
            start(session, kind, {"numbers": numbers}, f"{kind}-{n}", at=now()).id
            for n in range(jobs)
        ]


def counted(database: Database) -> Counter[Any]:
    with database.reading() as session:
        return Counter(
            tuple(row) for row in session.execute(text("SELECT job, number FROM counted"))
        )


def once_each(jobs: list[int], numbers: int) -> Counter[Any]:
    return Counter((job, number) for job in jobs for number in range(numbers))


def all_done(database: Database) -> bool:
    """A job whose chunk was hit too often in a row is parked; the office would retry it, and so
    does this."""
    with database.writing() as session:
        for job in session.scalars(select(Job.id).where(Job.state == JobState.PARKED)).all():
            retry(session, job, at=now())
        return set(session.scalars(select(Job.state))) == {JobState.DONE}


@pytest.mark.parametrize(
    ("kind", "seed", "kills"),
    [
        ("count", 20260715, 10),
        ("look", 20260716, 10),
        *(pytest.param("count", seed, 50, marks=pytest.mark.soak) for seed in range(6)),
        *(pytest.param("look", seed, 50, marks=pytest.mark.soak) for seed in range(2)),
    ],
)
def test_workers_killed_at_random_points(
    database: Database, workers: Workers, kind: str, seed: int, kills: int
) -> None:
    numbers, chance = 4 * kills, random.Random(seed)
    jobs = begin(database, kind, jobs=8, numbers=numbers)
    running = [workers.start(), workers.start()]
    for _ in range(kills):
        read_some(workers, chance.randint(1, 30))
        victim = running.pop(chance.randrange(2))
        os.kill(victim, signal.SIGKILL)
        running.append(workers.start())
    wait_for(lambda: all_done(database), progress=lambda: counted(database).total())
    assert counted(database) == once_each(jobs, numbers)


def read_some(workers: Workers, count: int) -> None:
    """Let them work until they have told of so many chunks, or have nothing to do until a lease
    ends."""
    for _ in range(count):
        try:
            workers.next_line("chunk", seconds=3)
        except queue.Empty:
            return


def test_two_workers_share_the_work(database: Database, workers: Workers) -> None:
    jobs = begin(database, jobs=6, numbers=40)
    running = {workers.start(), workers.start()}
    at_work: set[int] = set()
    while at_work != running:
        at_work.add(int(workers.next_line("chunk")[1]))
    wait_for(lambda: all_done(database), progress=lambda: counted(database).total())
    assert counted(database) == once_each(jobs, 40)


@pytest.mark.parametrize("kind", ["count", "look"])
def test_worker_stopped_past_its_lease_writes_nothing_more(
    database: Database, database_url: str, workers: Workers, kind: str
) -> None:
    (job,) = begin(database, kind, numbers=60)
    slow = workers.start()
    workers.next_line("chunk", str(slow))
    stop(slow, database_url)
    quick = workers.start()
    wait_for(
        lambda: load(database, job).state is JobState.DONE,
        progress=lambda: load(database, job).done,
    )
    os.kill(quick, signal.SIGKILL)
    os.kill(slow, signal.SIGCONT)
    with database.writing() as session:
        other = start(session, "count", {"numbers": 3}, "other", at=now()).id
    workers.next_line("chunk", str(slow), str(other))  # so it has left behind what it was at
    wait_for(lambda: load(database, other).state is JobState.DONE)
    assert counted(database) == once_each([job], 60) + once_each([other], 3)


def stop(process: int, url: str) -> None:
    """Stop a worker; over SQLite when it is not its turn to write, since all others would stand
    still with it."""
    while True:
        os.kill(process, signal.SIGSTOP)
        wait_for(lambda: is_stopped(process))
        if not url.startswith("sqlite") or is_nobodys_turn(url.removeprefix("sqlite:///")):
            return
        os.kill(process, signal.SIGCONT)


def is_stopped(process: int) -> bool:
    """A signal is not heard before the end of a system call, which may be the one that locks."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "T"


def is_nobodys_turn(path: str) -> bool:
    for name in (f"{path}-next", f"{path}-turn"):
        with Path(name).open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return False
    return True


def test_cancelled_job_stops_at_its_next_chunk(database: Database, workers: Workers) -> None:
    (job,) = begin(database, numbers=1_000_000)
    workers.start()
    workers.next_line("chunk")
    with database.writing() as session:
        assert cancel(session, job, at=now())
    wait_for(lambda: load(database, job).state is JobState.CANCELLED)
    kept = load(database, job)
    assert counted(database) == once_each([job], kept.done)


def test_chunk_that_kills_its_worker_is_parked_and_no_job_beside_it(
    database: Database, workers: Workers
) -> None:
    (deadly,) = begin(database, "poison")
    harmless = begin(database, jobs=3, numbers=200)
    workers.start()

    def is_over() -> bool:
        try:
            workers.next_line("poison", seconds=0.01)
            workers.start()  # as whoever watches over the relay would
        except queue.Empty:
            pass
        return load(database, deadly).state is JobState.PARKED and all(
            load(database, each).state is JobState.DONE for each in harmless
        )

    wait_for(is_over, progress=lambda: load(database, deadly).attempts)
    assert (
        load(database, deadly).last_error
        == "the worker died each time it did this chunk; see its log"
    )
    assert counted(database) == once_each(harmless, 200)
