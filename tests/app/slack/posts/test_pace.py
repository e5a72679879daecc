"""Slack is asked no faster than it allows, by however many workers."""

import threading
import time
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import update

from app import clock as real_clock
from app.db.sessions import Database
from app.slack.answers import Posted, RateLimited
from app.slack.posts.models import SlackPost
from app.slack.posts.sending import Poster, post_all, post_next
from tests.app.slack.posts.conftest import Planned, PostOf
from tests.app.slack.server import SlackServer, limits, refuses


def test_retry_after_pauses_the_whole_queue_and_costs_no_attempt(
    worker: Poster, slack: SlackServer, clock: Any, planned: Planned, post_of: PostOf
) -> None:
    first, second = planned(2)
    slack.plan("chat.postMessage", limits(30))
    assert post_next(worker) == RateLimited(30)
    assert post_of(first).attempts == 0
    clock.pass_(seconds=29.9)
    assert post_next(replace(worker, channel="C0OTHER")) is None, "the pause is for every channel"
    clock.pass_(seconds=0.1)
    assert isinstance(post_next(worker), Posted)
    clock.pass_(seconds=1.1)
    assert isinstance(post_next(worker), Posted)
    assert sorted(slack.keys()) == sorted([first, second])


def test_a_limit_without_a_time_is_a_pause_too(
    worker: Poster, slack: SlackServer, clock: Any, planned: Planned
) -> None:
    planned()
    slack.plan("chat.postMessage", refuses("ratelimited"))
    assert post_next(worker) == RateLimited(30)
    clock.pass_(seconds=29)
    assert post_next(worker) is None


@pytest.mark.parametrize(
    ("seconds", "is_open"), [(1.0, False), (1.099, False), (1.1, True), (1.2, True)]
)
def test_a_channel_rests_between_two_posts(
    seconds: float, is_open: bool, worker: Poster, clock: Any, planned: Planned
) -> None:
    planned(2)
    post_next(worker)
    clock.pass_(seconds=seconds)
    assert (post_next(worker) is not None) is is_open


def test_another_channel_does_not_wait_for_the_first(
    database: Database, worker: Poster, planned: Planned, slack: SlackServer
) -> None:
    _, second = planned(2)
    with database.writing() as session:
        session.execute(update(SlackPost).where(SlackPost.key == second).values(channel="C0OTHER"))
    assert isinstance(post_next(worker), Posted)
    assert isinstance(post_next(worker), Posted)
    assert {call["channel"] for call in slack.calls("chat.postMessage")} == {"C0STEPUP", "C0OTHER"}


def test_two_workers_share_one_pace_and_post_everything_once(
    slack: SlackServer, worker: Poster, planned: Planned
) -> None:
    keys = planned(4, due_at=real_clock.now())
    awake = replace(worker, clock=real_clock.now)
    threads = [
        threading.Thread(target=post_all, args=(awake,), kwargs={"wait": time.sleep})
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(slack.keys()) == sorted(keys)
    arrivals = slack.arrivals("chat.postMessage", "C0STEPUP")
    assert len(arrivals) == 4
    assert min(later - sooner for sooner, later in pairwise(arrivals)) >= 1.1
