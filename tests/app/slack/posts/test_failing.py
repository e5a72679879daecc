"""A post that Slack does not take is parked for the office, and holds up no other."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from app.db.sessions import Database
from app.slack.answers import Ambiguous, Posted, Refused
from app.slack.posts.models import PostState, SlackPost
from app.slack.posts.sending import Poster, post_next
from tests.app.slack.posts.conftest import Planned, PostOf, post_with, work_until_still
from tests.app.slack.server import LOST_REPLY, LOST_REQUEST, OK, Plan, SlackServer, refuses


def test_a_failing_post_is_parked_and_does_not_hold_up_others(
    database: Database,
    worker: Poster,
    slack: SlackServer,
    clock: Any,
    planned: Planned,
    post_of: PostOf,
) -> None:
    poison, *others = planned(14)
    later = {
        key: clock() + timedelta(minutes=30 * number)
        for number, key in enumerate(others[3:], start=1)
    }
    with database.writing() as session:
        for key, due_at in later.items():
            session.execute(update(SlackPost).where(SlackPost.key == key).values(due_at=due_at))

    def rule(method: str, arguments: dict[str, Any]) -> Plan:
        is_poison = (
            method == "chat.postMessage" and arguments["metadata"]["event_payload"]["key"] == poison
        )
        return refuses("fatal_error") if is_poison else OK

    slack.rule = rule
    for _ in range(60):
        post_next(worker)
        clock.pass_(seconds=1.2)
    assert sorted(slack.keys()) == sorted(set(others) - later.keys()), "within a minute"
    work_until_still(worker, clock, hours=12)
    assert (post_of(poison).state, post_of(poison).last_error) == (PostState.PARKED, "fatal_error")
    assert post_of(poison).attempts == worker.retry_policy.most_attempts
    assert sorted(slack.keys()) == sorted(others)
    assert all(
        len([call for call in slack.calls("chat.postMessage") if key in str(call)]) == 1
        for key in others
    )
    waits = [(post_of(key).posted_at or clock()) - due_at for key, due_at in later.items()]
    assert max(waits) < timedelta(minutes=20), "however many hours the one has failed"


@pytest.mark.parametrize("is_visible", [False, True])
def test_a_timeout_of_an_old_post_delays_others_only_seconds(
    is_visible: bool,
    database: Database,
    worker: Poster,
    slack: SlackServer,
    clock: Any,
    planned: Planned,
    post_of: PostOf,
) -> None:
    first, second = planned(2)
    hold_back = update(SlackPost).where(SlackPost.key == second)
    with database.writing() as session:
        session.execute(hold_back.values(due_at=clock() + timedelta(days=8)))
    if is_visible:
        post_next(worker)
        with database.writing() as session:
            post_with(session, first).cancel(reason="元が取り消されました。", at=clock())
        clock.pass_(seconds=5)
    method = "chat.delete" if is_visible else "chat.postMessage"
    slack.plan(
        method, Plan(stores=False, status=500, body="oops"), refuses("invalid_auth"), LOST_REQUEST
    )
    work_until_still(worker, clock)
    assert post_of(first).state is PostState.PARKED
    clock.pass_(days=7)
    with database.writing() as session:
        post_with(session, first).retry(at=clock())
    assert isinstance(post_next(worker), Ambiguous)
    with database.writing() as session:
        session.execute(hold_back.values(due_at=clock()))
    clock.pass_(seconds=5)
    assert isinstance(post_next(worker), Posted)
    assert post_of(second).state is PostState.POSTED


def test_a_refused_search_parks_the_post_and_a_retry_searches_again(
    database: Database,
    worker: Poster,
    slack: SlackServer,
    clock: Any,
    planned: Planned,
    post_of: PostOf,
) -> None:
    (key,) = planned()
    slack.plan("chat.postMessage", LOST_REPLY)
    slack.plan("conversations.history", refuses("missing_scope"))
    work_until_still(worker, clock)
    assert (post_of(key).state, post_of(key).last_error) == (PostState.PARKED, "missing_scope")
    with database.writing() as session:
        session.query(SlackPost).one().retry(at=clock())
    work_until_still(worker, clock)
    assert post_of(key).state is PostState.POSTED
    assert slack.keys() == [key]


@pytest.mark.parametrize(
    "error", ["invalid_auth", "channel_not_found", "not_in_channel", "is_archived", "msg_too_long"]
)
def test_a_permanent_error_parks_the_post_with_its_reason(
    error: str, worker: Poster, slack: SlackServer, clock: Any, planned: Planned, post_of: PostOf
) -> None:
    (key,) = planned()
    slack.plan("chat.postMessage", refuses(error))
    assert work_until_still(worker, clock) == [Refused(error)]
    assert (post_of(key).state, post_of(key).last_error) == (PostState.PARKED, error)


def test_a_retry_goes_to_the_corrected_channel(
    database: Database, worker: Poster, slack: SlackServer, clock: Any, planned: Planned
) -> None:
    planned()
    slack.plan("chat.postMessage", refuses("channel_not_found"))
    post_next(worker)
    with database.writing() as session:
        session.query(SlackPost).one().retry(at=clock())
    clock.pass_(seconds=2)
    assert isinstance(post_next(replace(worker, channel="C0OTHER")), Posted)
    assert [call["channel"] for call in slack.calls("chat.postMessage")] == ["C0STEPUP", "C0OTHER"]


def test_a_message_that_cannot_be_built_is_parked(
    database: Database, worker: Poster, slack: SlackServer, planned: Planned, post_of: PostOf
) -> None:
    (key,) = planned()
    with database.writing() as session:
        session.execute(update(SlackPost).values(message={"kind": "poem"}))
    assert isinstance(post_next(worker), Refused)
    assert post_of(key).state is PostState.PARKED
    assert slack.requests == []
