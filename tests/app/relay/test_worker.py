"""What the relay does by itself, and what `relay once` and `slack manifest` say of it."""

import json
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from app import clock
from app.config import Config
from app.db.sessions import Database
from app.relay import worker
from app.relay.outbox import dispatch
from app.relay.worker import FactsByListening, duties, finish, run_forever, run_once
from app.slack.posts.models import PostState, SlackPost
from app.subscriptions import SUBSCRIPTIONS
from badges.models import Award
from challenges.catalogue.models import Step
from challenges.outbox import Fact
from challenges.people.models import ConsentGiven
from challenges.submissions import submitting
from challenges.submissions.models import Completion
from challenges.submissions.submitting import Evidence
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
    given = {"clock": lambda: at, "stop": threading.Event()}
    assert "slack" not in duties(database, config, **given)
    half = replace(config, slack_bot_token="xoxb-test")
    assert "slack" not in duties(database, half, **given)
    assert "slack" in duties(database, replace(half, slack_channel="C0STEPUP"), **given)


def test_overdue_submissions_are_accepted_by_the_schedule(
    database: Database,
    config: Config,
    session: Session,
    cast: Any,
    step_of: Callable[..., Step],
    at: datetime,
) -> None:
    step = step_of("meeting-as-post")
    evidence, version = Evidence(reflection="会議を投稿に替えました"), step.challenge.version
    submitting.submit(
        session, person_id=cast.staff.id, step=step, version=version, evidence=evidence, at=at
    )
    session.commit()
    assert run_once(database, config, clock=lambda: at)["OVERDUE_ACCEPTED"] == 0
    assert (
        run_once(database, config, clock=lambda: at + timedelta(days=30))["OVERDUE_ACCEPTED"] == 1
    )


def test_a_duty_that_fails_is_tried_again_and_the_others_go_on(monkeypatch: Any) -> None:
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
        thread.join(timeout=60)
    assert len(tries) == 3
    assert went_on.is_set()


def test_a_duty_that_hangs_does_not_keep_the_relay_from_stopping() -> None:
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


def test_new_fact_wakes_the_relay_at_once_on_postgresql(
    database: Database, session: Session, at: datetime, monkeypatch: Any
) -> None:
    if database.is_sqlite:
        pytest.skip("SQLite tells nobody; the relay looks three times a second.")
    monkeypatch.setattr(worker, "LONGEST_WAIT", 60.0)
    facts = FactsByListening(database, clock=lambda: at)
    with database.reading() as reading:
        assert not reading.scalar(select(Fact.id))

    def wait_and_carry() -> None:
        facts()  # which finds nothing, and waits for a minute unless it is told
        dispatch(database, clock=lambda: at, subscriptions=SUBSCRIPTIONS)

    waiting = threading.Thread(target=wait_and_carry)
    waiting.start()
    wait_until_it_listens(database)
    session.add(Fact(kind="nobody hears this", about={}, occurred_at=at))
    session.commit()
    waiting.join(timeout=30)
    assert not waiting.is_alive()
    with database.reading() as reading:
        assert reading.scalars(select(Fact.fanned_out_at)).all() == [at]


def wait_until_it_listens(database: Database) -> None:
    listening = text(
        "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        " AND query LIKE 'LISTEN%' AND state = 'idle'"
    )
    deadline, pause = time.monotonic() + 30, threading.Event()
    while True:
        with database.reading() as session:
            if session.scalar(listening):
                return
        assert time.monotonic() < deadline
        pause.wait(0.05)
