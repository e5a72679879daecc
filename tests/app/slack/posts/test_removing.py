"""A post that shall not be seen any more is deleted from Slack, whatever became of it there."""

from typing import Any

import pytest

from app.db.sessions import Database
from app.slack.answers import (
    Ambiguous,
    Failed,
    NotFound,
    Outcome,
    Posted,
    RateLimited,
    Refused,
    Removed,
)
from app.slack.posts.models import PostState, SlackPost
from app.slack.posts.outcomes import write_down
from app.slack.posts.requests import take_lease
from app.slack.posts.sending import Poster, post_next
from tests.app.slack.posts.conftest import Planned, PostOf, cancel, work_until_still
from tests.app.slack.server import LOST_REPLY, LOST_REQUEST, SlackServer


def test_an_undone_post_is_removed_from_slack(
    database: Database,
    worker: Poster,
    slack: SlackServer,
    planned: Planned,
    post_of: PostOf,
    clock: Any,
) -> None:
    (key,) = planned()
    post_next(worker)
    cancel(database, clock)
    assert [type(outcome) for outcome in work_until_still(worker, clock)] == [Removed]
    assert slack.visible == []
    assert post_of(key).state is PostState.REMOVED


def test_a_removal_whose_reply_was_lost_is_repeated(
    database: Database,
    worker: Poster,
    slack: SlackServer,
    planned: Planned,
    post_of: PostOf,
    clock: Any,
) -> None:
    (key,) = planned()
    post_next(worker)
    cancel(database, clock)
    slack.plan("chat.delete", LOST_REPLY)
    assert [type(outcome) for outcome in work_until_still(worker, clock)] == [Ambiguous, Removed]
    assert post_of(key).state is PostState.REMOVED


def test_an_undone_post_of_unknown_fate_is_found_and_removed(
    database: Database,
    worker: Poster,
    slack: SlackServer,
    planned: Planned,
    post_of: PostOf,
    clock: Any,
) -> None:
    (key,) = planned()
    slack.plan("chat.postMessage", LOST_REPLY)
    post_next(worker)
    cancel(database, clock)
    assert [type(outcome) for outcome in work_until_still(worker, clock)] == [Posted, Removed]
    assert slack.visible == []
    assert post_of(key).state is PostState.REMOVED


def test_an_undone_post_that_never_arrived_is_not_sent(
    database: Database,
    worker: Poster,
    slack: SlackServer,
    planned: Planned,
    post_of: PostOf,
    clock: Any,
) -> None:
    (key,) = planned()
    slack.plan("chat.postMessage", LOST_REQUEST)
    post_next(worker)
    cancel(database, clock)
    assert [type(outcome) for outcome in work_until_still(worker, clock)] == [NotFound]
    assert slack.visible == []
    assert post_of(key).state is PostState.CANCELLED


@pytest.mark.parametrize(
    ("outcome", "state"),
    [
        (Removed(), PostState.REMOVED),
        (Refused("cant_delete_message"), PostState.POSTED),
        (Failed("service_unavailable"), PostState.POSTED),
        (Ambiguous("fatal_error", is_said_by_slack=True), PostState.POSTED),
        (RateLimited(30), PostState.POSTED),
    ],
)
def test_restored_post_survives_a_pending_removal(
    outcome: Outcome,
    state: PostState,
    database: Database,
    worker: Poster,
    slack: SlackServer,
    planned: Planned,
    post_of: PostOf,
    clock: Any,
) -> None:
    (key,) = planned()
    post_next(worker)
    clock.pass_(seconds=2)
    cancel(database, clock)
    with database.writing() as session:
        request = take_lease(
            session, channel=worker.channel, retry_policy=worker.retry_policy, at=clock()
        )
    assert request is not None
    with database.writing() as session:
        session.query(SlackPost).one().plan_again(message=request.message, at=clock())
    with database.writing() as session:
        write_down(session, request, outcome, retry_policy=worker.retry_policy, at=clock())
    assert work_until_still(worker, clock) == []
    assert (post_of(key).state, post_of(key).last_error) == (state, None)
