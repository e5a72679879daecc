"""After an outage of Slack, however long, every post is there once."""

from dataclasses import replace
from typing import Any

import pytest

from app.slack.answers import Failed, Posted
from app.slack.client import Slack
from app.slack.posts.models import PostState
from app.slack.posts.sending import Poster, post_next
from tests.app.slack.posts.conftest import Planned, PostOf, work_until_still
from tests.app.slack.server import LOST_REPLY, LOST_REQUEST, OK, Plan, SlackServer, refuses

AWAY = {
    "cut before it was stored": LOST_REQUEST,
    "cut after it was stored": LOST_REPLY,
    "500": Plan(stores=False, status=500, body="oops"),
    "a proxy's page": Plan(stores=False, status=403, body="<html>no</html>"),
    "service_unavailable": refuses("service_unavailable"),
    "fatal_error for everybody": refuses("fatal_error"),
}


@pytest.mark.parametrize("plan", AWAY.values(), ids=AWAY.keys())
def test_everything_is_posted_once_after_twelve_hours_of_outage(
    plan: Plan, worker: Poster, slack: SlackServer, clock: Any, planned: Planned, post_of: PostOf
) -> None:
    keys = planned(5)
    slack.rule = lambda _method, _arguments: plan
    work_until_still(worker, clock, hours=12)
    asked = len(slack.requests)
    assert asked < 12 * 4 + 60, "it is asked every 15 minutes in the end, whoever waits"
    assert {(post_of(key).state, post_of(key).attempts) for key in keys} == {(PostState.WAITING, 0)}
    slack.rule = lambda _method, _arguments: OK
    work_until_still(worker, clock, hours=1)
    assert sorted(slack.keys()) == sorted(keys)
    assert {post_of(key).state for key in keys} == {PostState.POSTED}


def test_an_unreachable_slack_parks_nothing_for_twelve_hours(
    worker: Poster, slack: SlackServer, clock: Any, planned: Planned
) -> None:
    keys = planned(5)
    nowhere = replace(
        worker, slack=Slack(token="xoxb-test", api_url="http://127.0.0.1:9/api/", timeout=0.5)
    )
    assert {type(outcome) for outcome in work_until_still(nowhere, clock, hours=12)} == {Failed}
    work_until_still(worker, clock, hours=1)
    assert sorted(slack.keys()) == sorted(keys)
    assert slack.calls("conversations.history") == []


def test_slack_counts_as_down_when_only_reading_works(
    worker: Poster, slack: SlackServer, clock: Any, planned: Planned, post_of: PostOf
) -> None:
    keys = planned(3)
    slack.rule = lambda method, _arguments: (
        refuses("fatal_error") if method == "chat.postMessage" else OK
    )
    work_until_still(worker, clock, hours=12)
    assert len(slack.calls("chat.postMessage")) < 12 * 4 + 30
    assert {(post_of(key).state, post_of(key).attempts) for key in keys} == {(PostState.WAITING, 0)}
    slack.rule = lambda _method, _arguments: OK
    work_until_still(worker, clock, hours=1)
    assert sorted(slack.keys()) == sorted(keys)


def test_an_outage_uses_no_attempt_of_a_post_that_failed_before(
    worker: Poster, slack: SlackServer, clock: Any, planned: Planned, post_of: PostOf
) -> None:
    first, *others = planned(5)
    slack.plan("chat.postMessage", refuses("fatal_error"))
    for _ in range(10):
        post_next(worker)
        clock.pass_(seconds=5)
    assert sorted(slack.keys()) == sorted(others), "others got through after it had failed"
    slack.rule = lambda _method, _arguments: refuses("fatal_error")
    asked = len(slack.requests)
    work_until_still(worker, clock, hours=12)
    assert (post_of(first).state, post_of(first).attempts) == (PostState.WAITING, 1), (
        "the one before the outage"
    )
    assert len(slack.requests) - asked < 12 * 4 + 20
    slack.rule = lambda _method, _arguments: OK
    work_until_still(worker, clock, hours=1)
    assert sorted(slack.keys()) == sorted([first, *others])


def test_an_unreachable_slack_is_retried_without_a_search(
    worker: Poster, slack: SlackServer, clock: Any, planned: Planned, post_of: PostOf
) -> None:
    (key,) = planned()
    nowhere = Slack(token="xoxb-test", api_url="http://127.0.0.1:9/api/", timeout=0.5)
    assert isinstance(post_next(replace(worker, slack=nowhere)), Failed)
    assert post_of(key).last_error is not None
    assert [type(outcome) for outcome in work_until_still(worker, clock)] == [Posted]
    assert slack.calls("conversations.history") == []
