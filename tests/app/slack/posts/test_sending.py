"""At most one visible post for each piece of news, whatever Slack, the network or our own workers
do."""

import threading
import time
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from app.db.sessions import Database
from app.slack.answers import Ambiguous, Failed, NotFound, Posted
from app.slack.posts.models import PostState
from app.slack.posts.requests import take_lease
from app.slack.posts.sending import Poster, post_next
from tests.app.slack.posts.conftest import Planned, PostOf, work_until_still
from tests.app.slack.server import LOST_REPLY, LOST_REQUEST, Plan, SlackServer


def test_a_post_is_sent_once_with_its_key_and_text(
    worker: Poster, slack: SlackServer, planned: Planned, post_of: PostOf
) -> None:
    (key,) = planned()
    outcome = post_next(worker)
    assert isinstance(outcome, Posted)
    assert post_next(worker) is None
    (sent,) = slack.calls("chat.postMessage")
    assert sent["channel"] == "C0STEPUP"
    assert sent["metadata"] == {"event_type": "dx_step_up_post", "event_payload": {"key": key}}
    assert "first-step" in sent["text"]
    assert (sent["parse"], sent["link_names"]) == ("none", False), (
        "no @channel in it reaches anybody"
    )
    assert sent["mrkdwn"] is False, "*a* in it stays *a*"
    assert sent["blocks"]
    assert (post_of(key).state, post_of(key).ts) == (PostState.POSTED, outcome.ts)


@pytest.mark.parametrize(
    "plan",
    [
        LOST_REPLY,
        Plan(status=500, body="oops"),
        Plan(status=502, body="<html>bad gateway</html>"),
        Plan(status=200, body="not json"),
        Plan(status=200, body='{"ok": false, "error": "fatal_error"}'),
        Plan(status=200, body='{"ok": false, "error": "internal_error"}'),
    ],
    ids=["cut", "500", "502", "garbage", "fatal_error", "internal_error"],
)
def test_a_post_whose_reply_was_lost_is_found_and_not_sent_again(
    plan: Plan, worker: Poster, slack: SlackServer, clock: Any, planned: Planned, post_of: PostOf
) -> None:
    (key,) = planned()
    slack.plan("chat.postMessage", plan)
    outcomes = work_until_still(worker, clock)
    assert [type(outcome) for outcome in outcomes] == [Ambiguous, Posted]
    assert slack.keys() == [key]
    assert len(slack.calls("chat.postMessage")) == 1
    assert (post_of(key).state, post_of(key).ts) == (PostState.POSTED, slack.visible[0]["ts"])


def test_a_post_slack_never_stored_is_sent_after_a_search(
    worker: Poster, slack: SlackServer, clock: Any, planned: Planned
) -> None:
    (key,) = planned()
    slack.plan("chat.postMessage", LOST_REQUEST)
    outcomes = work_until_still(worker, clock)
    assert [type(outcome) for outcome in outcomes] == [Ambiguous, NotFound, Posted]
    assert slack.keys() == [key]


def test_a_slow_reply_counts_as_lost(
    worker: Poster, impatient: Poster, slack: SlackServer, clock: Any, planned: Planned
) -> None:
    (key,) = planned()
    answer_now = threading.Event()
    slack.plan("chat.postMessage", Plan(reply_after=answer_now))
    assert isinstance(post_next(impatient), Ambiguous)
    answer_now.set()
    work_until_still(worker, clock)
    assert slack.keys() == [key]
    assert len(slack.calls("chat.postMessage")) == 1


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("trickles", ["headers", "body"])
def test_a_trickling_reply_times_out(
    trickles: str,
    status: int,
    worker: Poster,
    impatient: Poster,
    slack: SlackServer,
    clock: Any,
    planned: Planned,
) -> None:
    (key,) = planned()
    slack.plan("chat.postMessage", Plan(status=status, trickles=trickles, body=" " * 300))
    begun = time.monotonic()
    outcome = post_next(impatient)
    assert time.monotonic() - begun < 15, "the answer takes half a minute"
    assert outcome == Ambiguous("TimeoutError: no whole answer within 0.5 s")
    work_until_still(worker, clock)
    assert slack.keys() == [key]
    assert len(slack.calls("chat.postMessage")) == 1


def test_a_search_with_slow_pages_ends_in_time(
    impatient: Poster, slack: SlackServer, clock: Any
) -> None:
    slack.page = 1
    for _ in range(200):
        slack.store({"channel": "C0STEPUP", "text": "ほかの人の投稿"})
    slack.rule = lambda _method, _arguments: Plan(reply_after=threading.Event(), waits=0.2)
    begun = time.monotonic()
    day = timedelta(days=1)
    outcome = impatient.slack.find(
        "badge:1:x", channel="C0STEPUP", oldest=clock() - day, latest=clock() + day
    )
    assert not isinstance(outcome, NotFound | Posted)
    assert time.monotonic() - begun < 20, "all the pages take forty seconds"


def test_a_request_slack_handles_after_our_timeout_is_not_doubled(
    worker: Poster, impatient: Poster, slack: SlackServer, clock: Any, planned: Planned
) -> None:
    (key,) = planned()
    store_now = threading.Event()
    slack.plan("chat.postMessage", Plan(store_after=store_now))
    assert isinstance(post_next(impatient), Ambiguous)
    clock.pass_(seconds=59)
    assert post_next(worker) is None, (
        "it must not be looked up before the request had time to settle"
    )
    store_now.set()
    slack.wait_until(lambda: len(slack.visible) == 1)
    work_until_still(worker, clock)
    assert slack.keys() == [key]


def test_a_worker_killed_after_sending_causes_no_second_post(
    database: Database,
    worker: Poster,
    slack: SlackServer,
    clock: Any,
    planned: Planned,
    post_of: PostOf,
) -> None:
    (key,) = planned()
    with database.writing() as session:
        request = take_lease(
            session, channel=worker.channel, retry_policy=worker.retry_policy, at=clock()
        )
    assert request is not None
    slack.store(
        {
            "channel": request.channel,
            "metadata": {"event_type": "dx_step_up_post", "event_payload": {"key": key}},
        }
    )
    clock.pass_(seconds=59)
    assert post_next(worker) is None
    work_until_still(worker, clock)
    assert slack.keys() == [key]
    assert slack.calls("chat.postMessage") == []
    assert post_of(key).state is PostState.POSTED


def test_the_next_worker_sends_the_post_of_one_killed_before_sending(
    database: Database, worker: Poster, slack: SlackServer, clock: Any, planned: Planned
) -> None:
    (key,) = planned()
    with database.writing() as session:
        take_lease(session, channel=worker.channel, retry_policy=worker.retry_policy, at=clock())
    assert [type(outcome) for outcome in work_until_still(worker, clock)] == [NotFound, Posted]
    assert slack.keys() == [key]


def test_a_worker_past_its_lease_does_not_send(
    worker: Poster, slack: SlackServer, clock: Any, planned: Planned
) -> None:
    planned()
    times = iter([clock(), clock(), clock() + timedelta(seconds=50)])
    outcome = post_next(replace(worker, clock=lambda: next(times)))
    assert isinstance(outcome, Failed)
    assert slack.requests == []


def test_the_search_reads_every_page_of_the_channel(
    worker: Poster, slack: SlackServer, clock: Any, planned: Planned
) -> None:
    (key,) = planned()
    slack.page = 2
    slack.plan("chat.postMessage", LOST_REPLY)
    post_next(worker)
    for _ in range(5):
        slack.store({"channel": "C0STEPUP", "text": "ほかの人の投稿"})
    work_until_still(worker, clock)
    assert slack.keys() == [key]
    assert len(slack.calls("conversations.history")) == 3


def test_nothing_is_sent_while_the_search_fails(
    worker: Poster, slack: SlackServer, clock: Any, planned: Planned, post_of: PostOf
) -> None:
    (key,) = planned()
    slack.plan("chat.postMessage", LOST_REPLY)
    slack.plan("conversations.history", *[Plan(status=500, body="")] * 20)
    work_until_still(worker, clock, hours=2)
    waiting = post_of(key)
    assert (waiting.state, waiting.is_unsure, waiting.attempts) == (PostState.WAITING, True, 0)
    work_until_still(worker, clock)
    assert len(slack.calls("chat.postMessage")) == 1
    assert post_of(key).state is PostState.POSTED


def test_many_workers_at_once_send_a_post_once(
    worker: Poster, slack: SlackServer, planned: Planned
) -> None:
    (key,) = planned()
    start = threading.Barrier(8)

    def race() -> None:
        start.wait()
        post_next(worker)

    threads = [threading.Thread(target=race) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert slack.keys() == [key]
