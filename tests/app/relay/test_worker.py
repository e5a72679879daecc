"""What the relay does by itself, and what `relay once` and `slack manifest` say of it."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from flask import Flask
from sqlalchemy.orm import Session

from app import clock
from app.config import Config
from app.db.sessions import Database
from app.relay import worker
from app.relay.worker import PeriodicJobs, finish, jobs, run_forever, run_once
from app.slack.posts.models import PostState, SlackPost
from badges.models import Award
from challenges.people.models import ConsentGiven
from challenges.submissions.models import Completion
from challenges.vocabulary import Consent


def test_a_single_run_awards_and_plans_posts_then_finds_nothing(
    database: Database,
    config: Config,
    session: Session,
    cast: Any,
    climb: Callable[..., Completion],
    at: datetime,
) -> None:
    session.add(
        ConsentGiven(
            person_id=cast.staff.id, consent=Consent.SLACK, given_at=at - timedelta(days=1)
        )
    )
    climb(cast.staff, "first-hello")
    session.commit()
    done = run_once(database, config, clock=lambda: at)
    assert done["FACTS"] >= 2
    with database.reading() as reading:
        assert reading.query(Award).count() > 0
        assert {post.state for post in reading.query(SlackPost)} == {PostState.WAITING}
    assert not +run_once(database, config, clock=lambda: at)


def test_without_slacks_settings_no_worker_posts(
    database: Database, config: Config, at: datetime
) -> None:
    assert "slack" not in jobs(database, config, clock=lambda: at)
    half = replace(config, slack_bot_token="xoxb-test")
    assert "slack" not in jobs(database, half, clock=lambda: at)
    assert "slack" in jobs(database, replace(half, slack_channel="C0STEPUP"), clock=lambda: at)


def test_periodic_jobs_run_at_once_and_then_every_ten_minutes(
    database: Database, at: datetime, count_statements: Any
) -> None:
    times = [at, at + timedelta(minutes=9, seconds=59), at + timedelta(minutes=10)]
    asked = []
    chores = PeriodicJobs(database, clock=lambda: times[len(asked)])
    for _ in times:
        with count_statements(database.engine) as statements:
            chores()
        asked.append(len(statements) > 0)
    assert asked == [True, False, True]


def test_a_job_that_fails_is_tried_again_and_the_others_go_on(monkeypatch: Any) -> None:
    stop, went_on = threading.Event(), threading.Event()
    tries: list[int] = []

    def fail() -> bool:
        tries.append(1)
        if len(tries) > 2:
            stop.set()
        raise RuntimeError("the database is away")

    def go_on() -> bool:
        went_on.set()
        return False

    monkeypatch.setattr(worker, "FIRST_REST", 0.01)
    for thread in run_forever({"one": fail, "other": go_on}, stop=stop):
        thread.join(timeout=10)
    assert len(tries) == 3
    assert went_on.is_set()


def test_a_job_that_hangs_does_not_keep_the_relay_from_stopping() -> None:
    hanging = threading.Event()
    stop = threading.Event()
    threads = run_forever({"stuck": lambda: hanging.wait(30), "well": lambda: False}, stop=stop)
    begun = time.monotonic()
    finish(threads, stop=stop, within=1)
    assert time.monotonic() - begun < 10
    assert {thread.name: thread.is_alive() for thread in threads} == {"stuck": True, "well": False}
    assert all(thread.daemon for thread in threads), "or Python itself would wait for it at the end"
    hanging.set()


def test_relay_once_says_what_was_done(
    app: Flask, session: Session, cast: Any, climb: Callable[..., Completion]
) -> None:
    climb(cast.staff, "first-hello", at=clock.now())
    session.commit()
    said = app.test_cli_runner().invoke(args=["relay", "once"])
    assert said.exit_code == 0
    assert "新しい出来事 (FACTS): " in said.output
    assert (
        app.test_cli_runner().invoke(args=["relay", "once"]).output
        == "することはありませんでした。\n"
    )


def test_slack_manifest_asks_for_what_posting_needs_and_no_more(app: Flask) -> None:
    said = app.test_cli_runner().invoke(args=["slack", "manifest"])
    assert json.loads(said.output)["oauth_config"]["scopes"]["bot"] == [
        "chat:write",
        "channels:history",
        "groups:history",
        "metadata.message:read",
    ]
