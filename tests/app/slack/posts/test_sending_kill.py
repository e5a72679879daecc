"""kill -9 between sending and writing down: the post is there once, whatever Slack had made of
it."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.clock import now
from app.db.sessions import Database
from app.slack.posts.models import PostState, SlackPace, SlackPost
from tests.app.slack.server import Plan, SlackServer

ROOT = Path(__file__).resolve().parents[4]
pytestmark = pytest.mark.kill


@pytest.fixture
def start(database_url: str, slack: SlackServer) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """``start()``: a worker in a process of its own, gone after the test."""
    started: list[subprocess.Popen[bytes]] = []

    def begin() -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            str(ROOT / "tests/app/slack/posts/worker_process.py"),
            database_url,
            slack.url,
        ]
        started.append(
            subprocess.Popen(command, cwd=ROOT, env={**os.environ, "PYTHONPATH": str(ROOT)})
        )
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.wait()


def leases_end(database: Database) -> None:
    """As if the time had passed after which the dead are taken for dead."""
    with database.writing() as session:
        session.execute(
            update(SlackPost).where(SlackPost.state == PostState.SENDING).values(due_at=now())
        )
        session.execute(update(SlackPace).values(opens_at=now()))


def states(database: Database) -> set[PostState]:
    with database.reading() as session:
        return set(session.scalars(select(SlackPost.state)))


def test_workers_killed_while_waiting_for_slack_post_once(
    database: Database,
    slack: SlackServer,
    planned: Callable[..., list[str]],
    start: Callable[[], subprocess.Popen[bytes]],
) -> None:
    keys = planned(4, due_at=now())
    slack.clock = time.time
    for stores in (True, False, True):
        never = threading.Event()
        slack.plan("chat.postMessage", Plan(stores=stores, reply_after=never))
        sent = slack.count("chat.postMessage")
        worker = start()
        slack.wait_until(lambda sent=sent: slack.count("chat.postMessage") > sent, seconds=60)
        worker.kill()
        worker.wait()
        never.set()
        leases_end(database)
    start()
    deadline = time.monotonic() + 60
    pause = threading.Event()
    while states(database) != {PostState.POSTED}:
        assert time.monotonic() < deadline, states(database)
        pause.wait(0.05)
    assert sorted(slack.keys()) == sorted(keys)
    assert len(slack.calls("chat.postMessage")) == 5, (
        "four, and the one that never arrived once more"
    )
