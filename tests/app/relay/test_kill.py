"""kill -9 at any moment loses nothing and does nothing twice. Real relays, a real database, real
signals."""

import os
import random
import select as ready
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update

from app.clock import now
from app.db.sessions import Database
from badges.models import Award
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.people.models import ConsentGiven
from challenges.vocabulary import Consent

ROOT = Path(__file__).resolve().parents[3]
KILLS = 10
BOUND = 120.0
"""Seconds after which what a test waits for is not coming any more. A relay takes a while to start
on a busy machine."""
pytestmark = pytest.mark.kill


def seeds(first: int, *, more: int) -> list[object]:
    """``first`` in every run, and ``more`` seeds in `make soak`."""
    return [first, *(pytest.param(first + n, marks=pytest.mark.soak) for n in range(1, more + 1))]


@pytest.fixture
def processes() -> Iterator[list[subprocess.Popen[bytes]]]:
    """Whatever is started here is gone after the test."""
    started: list[subprocess.Popen[bytes]] = []
    yield started
    for process in started:
        process.kill()
        process.wait()
        for stream in (process.stdin, process.stdout, process.stderr):
            if stream is not None:
                stream.close()


def wait_for(condition: Callable[[], bool], database: Database) -> None:
    """Wait until the condition holds. Fails when nothing has been delivered for too long.

    The time of the whole work is not bounded: a busy machine may take minutes.
    """
    pause = threading.Event()
    seen, since = done_deliveries(database), time.monotonic()
    while not condition():
        if (now_done := done_deliveries(database)) != seen:
            seen, since = now_done, time.monotonic()
        assert time.monotonic() - since < BOUND, f"nothing has moved for {BOUND} s"
        pause.wait(0.05)


@pytest.mark.parametrize("seed", seeds(20260715, more=30))
def test_relays_killed_at_random_deliver_everything_once(
    seed: int, database: Database, database_url: str, processes: list[subprocess.Popen[bytes]]
) -> None:
    with database.writing() as session:
        session.execute(text("CREATE TABLE heard (fact INTEGER, subscriber VARCHAR(10))"))
        session.add_all(Fact(kind="tested", about={}, occurred_at=now()) for _ in range(200))

    def start() -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            str(ROOT / "tests/app/relay/relay_process.py"),
            database_url,
            "1",
        ]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
        processes.append(subprocess.Popen(command, cwd=ROOT, env=environment, **pipes))
        return processes[-1]

    fresh = [start() for _ in range(KILLS + 2)]
    for process in fresh:
        assert process.stdout.readline() == b"ready\n"
    chance = random.Random(seed)
    running = [begin(fresh.pop()), begin(fresh.pop())]
    for _ in range(KILLS):
        victim = chance.randrange(2)
        read_some_lines(running[victim], chance.randint(1, 30))
        running[victim].kill()  # SIGKILL: nothing of it runs any more
        running[victim] = begin(fresh.pop())
    drain = [
        threading.Thread(target=read_to_the_end, args=(process,)) for process in running
    ]  # else they block
    for thread in drain:
        thread.start()
    try:
        wait_for(lambda: all_done(database, 400), database)
    finally:
        for process in running:
            process.kill()
        for thread in drain:
            thread.join()
    with database.reading() as session:
        heard = Counter(session.execute(text("SELECT fact, subscriber FROM heard")))
    assert len(heard) == 400
    assert set(heard.values()) == {1}


def begin(process: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    process.stdin.write(b"go\n")
    return process


def read_some_lines(process: subprocess.Popen[bytes], count: int) -> None:
    """Let it work until it has told of so many deliveries, or has nothing left to tell."""
    for _ in range(count):
        readable, _, _ = ready.select([process.stdout], [], [], 3)
        if not readable or not process.stdout.readline():
            return


def read_to_the_end(process: subprocess.Popen[bytes]) -> None:
    process.stdout.read()


def all_done(database: Database, count: int) -> bool:
    with database.reading() as session:
        states = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
        return dict(states.all()) == {DeliveryState.DONE: count}


def start_relay(
    database_url: str, processes: list[subprocess.Popen[bytes]], tmp_path: Path
) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "relay", "run"]
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "STEPUP_INSTANCE": str(tmp_path),
        "SECRET_KEY": "for tests of relays",
    }
    for name in ("SLACK_BOT_TOKEN", "SLACK_CHANNEL"):
        environment.pop(name, None)
    processes.append(subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE))
    return processes[-1]


def is_quiet(database: Database) -> bool:
    with database.reading() as session:
        new = session.scalar(select(func.count()).where(Fact.fanned_out_at.is_(None)))
        waiting = session.scalar(
            select(func.count()).where(Delivery.state == DeliveryState.WAITING)
        )
        return not new and not waiting


@pytest.mark.parametrize("seed", seeds(7, more=30))
def test_a_relay_killed_while_awarding_gives_each_badge_once(
    seed: int,
    database: Database,
    database_url: str,
    processes,
    tmp_path: Path,
    session,
    cast,
    climb,
) -> None:
    people = [cast.staff, cast.colleague, cast.manager, cast.deputy, cast.outsider, cast.dx]
    for person in people:
        session.add(
            ConsentGiven(
                person_id=person.id, consent=Consent.SLACK, given_at=now() - timedelta(days=999)
            )
        )
        for slug in (
            "first-hello",
            "fifteen-minutes",
            "ask-a-question",
            "three-lines-before",
            "emoji-promise",
        ):
            climb(person, slug)
    session.commit()
    chance = random.Random(seed)
    for _ in range(3):
        relay = start_relay(database_url, processes, tmp_path)
        wanted = done_deliveries(database) + chance.randint(1, 8)
        wait_for(
            lambda wanted=wanted: done_deliveries(database) >= wanted or is_quiet(database),
            database,
        )
        relay.kill()
        relay.wait()
        leases_end(database)
    start_relay(database_url, processes, tmp_path)
    wait_for(lambda: is_quiet(database), database)
    with database.reading() as reading:
        held = reading.execute(select(Award.person_id, Award.badge_slug)).all()
        posts = reading.execute(text("SELECT key FROM slack_post")).scalars().all()
        assert reading.scalar(select(func.count()).where(Delivery.state != DeliveryState.DONE)) == 0
    assert len(held) == len(set(held)) >= len(people)
    assert sorted(posts) == sorted(f"badge:{person}:{badge}" for person, badge in held)


def leases_end(database: Database) -> None:
    """As if the time had passed after which the dead are taken for dead."""
    with database.writing() as session:
        session.execute(
            update(Delivery).where(Delivery.state == DeliveryState.WAITING).values(due_at=now())
        )


def done_deliveries(database: Database) -> int:
    with database.reading() as session:
        return session.scalar(select(func.count()).where(Delivery.state == DeliveryState.DONE)) or 0


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_relay_told_to_stop_exits_cleanly(
    stop: signal.Signals, database_url: str, processes, tmp_path: Path
) -> None:
    relay = start_relay(database_url, processes, tmp_path)
    assert relay.stderr is not None
    assert "配達係" in relay.stderr.readline().decode()
    relay.send_signal(stop)
    assert relay.wait(timeout=60) == 0, relay.stderr.read().decode()
