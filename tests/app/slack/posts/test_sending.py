"""At most one visible post for each piece of news, whatever Slack, the network or our own workers
do."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import update

from app import clock as real_clock
from app.db.sessions import Database
from app.queries.deliveries import undelivered
from app.queries.settings import sharing
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
from app.slack.client import Slack
from app.slack.posts.models import PostState, RetryPolicy, SlackPost
from app.slack.posts.outcomes import write_down
from app.slack.posts.planning import take_away
from app.slack.posts.requests import take_lease
from app.slack.posts.sending import Poster, post_all, post_next
from challenges.people.models import ConsentGiven, Person
from tests.app.slack.server import LOST_REPLY, LOST_REQUEST, OK, Plan, SlackServer, limits, refuses

Planned = Callable[..., list[str]]
PostOf = Callable[[str], SlackPost]


def work_until_still(worker: Poster, clock: Any, *, hours: int = 6) -> list[Outcome]:
    """Let one worker work on, its clock running, until there is nothing more to do in that time."""
    outcomes = []
    end = clock.at + timedelta(hours=hours)
    while clock.at < end:
        outcome = post_next(worker)
        if outcome is not None:
            outcomes.append(outcome)
        clock.pass_(seconds=1.2 if outcome is not None else 120)
    return outcomes


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
    worker: Poster, slack: SlackServer, clock: Any, planned: Planned
) -> None:
    (key,) = planned()
    answer_now = threading.Event()
    slack.plan("chat.postMessage", Plan(reply_after=answer_now))
    assert isinstance(post_next(worker), Ambiguous)
    answer_now.set()
    work_until_still(worker, clock)
    assert slack.keys() == [key]
    assert len(slack.calls("chat.postMessage")) == 1


@pytest.mark.parametrize("status", [200, 500])
@pytest.mark.parametrize("trickles", ["headers", "body"])
def test_a_trickling_reply_times_out(
    trickles: str, status: int, worker: Poster, slack: SlackServer, clock: Any, planned: Planned
) -> None:
    (key,) = planned()
    slack.plan("chat.postMessage", Plan(status=status, trickles=trickles, body=" " * 300))
    begun = time.monotonic()
    outcome = post_next(worker)
    assert time.monotonic() - begun < 5, "the answer takes half a minute"
    assert outcome == Ambiguous("TimeoutError: no whole answer within 1.0 s")
    work_until_still(worker, clock)
    assert slack.keys() == [key]
    assert len(slack.calls("chat.postMessage")) == 1


def test_a_search_with_slow_pages_ends_in_time(slack: SlackServer, clock: Any) -> None:
    slack.page = 1
    for _ in range(30):
        slack.store({"channel": "C0STEPUP", "text": "ほかの人の投稿"})
    impatient = Slack(token="xoxb-test", api_url=slack.url, timeout=0.5)
    slack.rule = lambda _method, _arguments: Plan(reply_after=threading.Event(), waits=0.2)
    begun = time.monotonic()
    day = timedelta(days=1)
    outcome = impatient.find(
        "badge:1:x", channel="C0STEPUP", oldest=clock() - day, latest=clock() + day
    )
    assert not isinstance(outcome, NotFound | Posted)
    assert time.monotonic() - begun < 5, "all the pages take six seconds"


def test_a_request_slack_handles_after_our_timeout_is_not_doubled(
    worker: Poster, slack: SlackServer, clock: Any, planned: Planned
) -> None:
    (key,) = planned()
    store_now = threading.Event()
    slack.plan("chat.postMessage", Plan(store_after=store_now))
    assert isinstance(post_next(worker), Ambiguous)
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
    times = iter([clock(), clock(), clock() + timedelta(seconds=59.6)])
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
            session.query(SlackPost).filter_by(key=first).one().cancel(
                reason="元が取り消されました。", at=clock()
            )
        clock.pass_(seconds=5)
    method = "chat.delete" if is_visible else "chat.postMessage"
    slack.plan(
        method, Plan(stores=False, status=500, body="oops"), refuses("invalid_auth"), LOST_REQUEST
    )
    work_until_still(worker, clock)
    assert post_of(first).state is PostState.PARKED
    clock.pass_(days=7)
    with database.writing() as session:
        session.query(SlackPost).filter_by(key=first).one().retry(at=clock())
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


def test_an_unreachable_slack_is_retried_without_a_search(
    worker: Poster, slack: SlackServer, clock: Any, planned: Planned, post_of: PostOf
) -> None:
    (key,) = planned()
    nowhere = Slack(token="xoxb-test", api_url="http://127.0.0.1:9/api/", timeout=0.5)
    assert isinstance(post_next(replace(worker, slack=nowhere)), Failed)
    assert post_of(key).last_error is not None
    assert [type(outcome) for outcome in work_until_still(worker, clock)] == [Posted]
    assert slack.calls("conversations.history") == []


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
    retry_policy = RetryPolicy(timeout=5)
    awake = replace(
        worker,
        clock=real_clock.now,
        retry_policy=retry_policy,
        slack=Slack(token="x", api_url=slack.url, timeout=5),
    )
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


def test_withdrawing_consent_cancels_a_waiting_post(
    database: Database,
    worker: Poster,
    slack: SlackServer,
    planned: Planned,
    post_of: PostOf,
    clock: Any,
) -> None:
    (key,) = planned()
    with database.writing() as session:
        session.execute(update(ConsentGiven).values(withdrawn_at=clock()))
    assert post_next(worker) is None
    assert post_of(key).state is PostState.CANCELLED
    assert slack.requests == []


def test_renewed_consent_does_not_cover_older_events(
    database: Database,
    worker: Poster,
    slack: SlackServer,
    planned: Planned,
    consents: Callable[..., None],
    post_of: PostOf,
    clock: Any,
) -> None:
    (key,) = planned()
    with database.writing() as session:
        session.execute(update(ConsentGiven).values(withdrawn_at=clock()))
    clock.pass_(days=89)
    consents("staff", since=clock())
    assert post_next(worker) is None
    assert post_of(key).state is PostState.CANCELLED
    assert slack.requests == []


def test_a_person_who_has_left_is_not_posted_about(
    database: Database, worker: Poster, planned: Planned, post_of: PostOf, clock: Any
) -> None:
    (key,) = planned()
    with database.writing() as session:
        session.execute(
            update(Person).where(Person.employee_number == "staff").values(deactivated_at=clock())
        )
    assert post_next(worker) is None
    assert post_of(key).state is PostState.CANCELLED


def cancel(database: Database, clock: Any) -> None:
    with database.writing() as session:
        session.query(SlackPost).one().cancel(reason="元が取り消されました。", at=clock())


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


def test_a_message_that_cannot_be_built_is_parked(
    database: Database, worker: Poster, slack: SlackServer, planned: Planned, post_of: PostOf
) -> None:
    (key,) = planned()
    with database.writing() as session:
        session.execute(update(SlackPost).values(message={"kind": "poem"}))
    assert isinstance(post_next(worker), Refused)
    assert post_of(key).state is PostState.PARKED
    assert slack.requests == []


def test_posts_that_a_person_takes_away_are_deleted_once(
    worker: Poster,
    slack: SlackServer,
    clock: Any,
    planned: Planned,
    post_of: PostOf,
    database: Database,
    race: Callable[..., list[Any]],
) -> None:
    keys = planned(3)
    work_until_still(worker, clock, hours=1)
    assert sorted(slack.keys()) == sorted(keys)
    person_id = post_of(keys[0]).person_id
    asked = race(lambda own: take_away(own, person_id, at=clock.at))
    assert sorted(asked) == [0] * 31 + [3]
    outcomes = work_until_still(worker, clock)
    assert outcomes == [Removed()] * 3
    assert (slack.keys(), slack.count("chat.delete"), slack.count("chat.postMessage")) == ([], 3, 3)
    assert {post_of(key).state for key in keys} == {PostState.REMOVED}


def test_a_deletion_whose_answer_was_lost_is_done_once(
    worker: Poster,
    slack: SlackServer,
    clock: Any,
    planned: Planned,
    post_of: PostOf,
    database: Database,
) -> None:
    (key,) = planned()
    post_next(worker)
    slack.plan("chat.delete", LOST_REPLY)
    with database.writing() as session:
        take_away(session, post_of(key).person_id, at=clock.at)
    work_until_still(worker, clock)
    assert (slack.keys(), post_of(key).state) == ([], PostState.REMOVED)


def test_a_post_that_slack_keeps_waits_for_the_office(
    worker: Poster,
    slack: SlackServer,
    clock: Any,
    planned: Planned,
    post_of: PostOf,
    database: Database,
) -> None:
    (key,) = planned()
    post_next(worker)
    slack.plan("chat.delete", refuses("cant_delete_message"))
    with database.writing() as session:
        take_away(session, post_of(key).person_id, at=clock.at)
    work_until_still(worker, clock)
    assert (post_of(key).state, post_of(key).last_error) == (
        PostState.PARKED,
        "cant_delete_message",
    )
    with database.reading() as session:
        [line] = undelivered(session, limit=9, offset=0)
        assert (line.is_parked, line.is_removal, line.reason) == (True, True, "cant_delete_message")
        theirs = sharing(session, post_of(key).person_id)
        assert (theirs.posts_out, theirs.posts_leaving, theirs.posts_stuck) == (0, 1, 1)
