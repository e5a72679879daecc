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
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

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


class Relay:
    """A forked process, and what it says."""

    def __init__(self, pid: int, said: Path) -> None:
        self._pid, self.said = pid, said.open("rb", buffering=0)

    def kill(self) -> None:
        """SIGKILL: nothing of it runs any more."""
        with suppress(ProcessLookupError):
            os.kill(self._pid, signal.SIGKILL)

    def is_gone(self) -> None:
        """Wait until it is, and has closed what it held."""
        while self.said.read(1 << 16):
            pass


Fork = Callable[[str], Relay]


@pytest.fixture
def fork(database_url: str, tmp_path: Path) -> Iterator[Fork]:
    """``fork("counts")``, ``fork("runs")``: one more relay; the second is that of `relay run`.
    Whatever is started here is gone after the test."""
    script = str(ROOT / "tests/app/relay/relay_process.py")
    environment = {**settings_of(database_url, tmp_path), "PYTHONPATH": str(ROOT)}
    pipes: dict[str, Any] = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "bufsize": 0}
    command = [sys.executable, script, database_url, "1"]
    started: list[Relay] = []
    with subprocess.Popen(command, cwd=ROOT, env=environment, **pipes) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None

        def one_more(kind: str) -> Relay:
            said = tmp_path / f"said-by-{len(started)}"
            os.mkfifo(said)
            parent.stdin.write(f"{kind} {said}\n".encode())
            started.append(Relay(int(parent.stdout.readline()), said))
            return started[-1]

        yield one_more
        for relay in started:
            relay.kill()
            relay.said.close()
        parent.kill()


def settings_of(database_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a relay without Slack."""
    settings = {
        **os.environ,
        "DATABASE_URL": database_url,
        "STEPUP_INSTANCE": str(tmp_path),
        "SECRET_KEY": "for tests of relays",
    }
    return {
        name: value
        for name, value in settings.items()
        if name not in {"SLACK_BOT_TOKEN", "SLACK_CHANNEL"}
    }


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
    seed: int, database: Database, fork: Fork
) -> None:
    with database.writing() as session:
        session.execute(text("CREATE TABLE heard (fact INTEGER, subscriber VARCHAR(10))"))
        session.add_all(Fact(kind="tested", about={}, occurred_at=now()) for _ in range(200))

    chance = random.Random(seed)
    running = [fork("counts"), fork("counts")]
    for _ in range(KILLS):
        victim = chance.randrange(2)
        read_some_lines(running[victim], chance.randint(1, 30))
        running[victim].kill()
        running[victim] = fork("counts")
    drain = [
        threading.Thread(target=Relay.is_gone, args=(relay,)) for relay in running
    ]  # else they block
    for thread in drain:
        thread.start()
    try:
        wait_for(lambda: all_done(database, 400), database)
    finally:
        for relay in running:
            relay.kill()
        for thread in drain:
            thread.join()
    with database.reading() as session:
        heard = Counter(session.execute(text("SELECT fact, subscriber FROM heard")))
    assert len(heard) == 400
    assert set(heard.values()) == {1}


def read_some_lines(relay: Relay, count: int) -> None:
    """Let it work until it has told of so many deliveries, or has nothing left to tell."""
    for _ in range(count):
        readable, _, _ = ready.select([relay.said], [], [], 3)
        if not readable or not relay.said.readline():
            return


def all_done(database: Database, count: int) -> bool:
    with database.reading() as session:
        states = session.execute(select(Delivery.state, func.count()).group_by(Delivery.state))
        return dict(states.all()) == {DeliveryState.DONE: count}


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
    fork: Fork,
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
        relay = fork("runs")
        wanted = done_deliveries(database) + chance.randint(1, 8)
        wait_for(
            lambda wanted=wanted: done_deliveries(database) >= wanted or is_quiet(database),
            database,
        )
        relay.kill()
        relay.is_gone()
        leases_end(database)
    fork("runs")
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
    stop: signal.Signals, database_url: str, tmp_path: Path
) -> None:
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "relay", "run"]
    environment = settings_of(database_url, tmp_path)
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE) as relay:
        try:
            assert relay.stderr is not None
            assert "配達係" in relay.stderr.readline().decode()
            relay.send_signal(stop)
            assert relay.wait(timeout=60) == 0, relay.stderr.read().decode()
        finally:
            relay.kill()
