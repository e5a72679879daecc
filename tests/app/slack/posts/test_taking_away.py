"""Whoever is named in a post can have it taken away, and it does not come back by itself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from app.db.sessions import Database
from app.queries.deliveries import undelivered
from app.queries.settings import sharing
from app.slack.answers import Ambiguous, Posted, Removed
from app.slack.posts.models import PostState, RetryPolicy, SlackPost
from app.slack.posts.outcomes import write_down
from app.slack.posts.planning import bring_up_to_date, take_away
from app.slack.posts.requests import take_lease
from app.slack.posts.sending import Poster, post_next
from challenges.people import consents
from challenges.submissions import voiding
from challenges.submissions.models import Completion
from challenges.vocabulary import Consent
from tests.app.slack.posts.conftest import Planned, PostOf, endorse, work_until_still
from tests.app.slack.server import LOST_REPLY, SlackServer, refuses


@pytest.fixture
def shown(session, cast, climb, allows, all_is_heard, at) -> SlackPost:
    """A visible post about staff's step that names their manager, who endorsed it."""
    completion = climb(cast.staff, "three-lines-before")
    all_is_heard()
    allows(cast.staff)
    allows(cast.manager)
    endorse(session, completion, cast, at)
    all_is_heard()
    post = session.query(SlackPost).filter(SlackPost.key.startswith("endorsement")).one()
    bring_up_to_date(session, post)
    post.was_posted(ts="1.1", channel="C0STEPUP", at=at)
    session.flush()
    return post


def withdraw_consent(session, person, at) -> None:
    consents.set_consent(session, person, Consent.SLACK, given=False, at=at)


@pytest.mark.parametrize("who", ["staff", "manager"])
def test_a_post_stays_until_somebody_it_names_asks(session, cast, shown, posts, at, who) -> None:
    withdraw_consent(session, getattr(cast, who), at)
    assert posts()[shown.key] is PostState.POSTED
    assert take_away(session, getattr(cast, who).id, at=at) == 1
    assert posts()[shown.key] is PostState.REMOVING
    assert take_away(session, getattr(cast, who).id, at=at) == 0


@pytest.mark.parametrize("who", ["colleague", "outsider", "deputy"])
def test_nobody_takes_away_a_post_that_does_not_name_them(
    session, cast, shown, posts, at, who
) -> None:
    assert take_away(session, getattr(cast, who).id, at=at) == 0
    assert posts()[shown.key] is PostState.POSTED


def test_a_manager_who_was_not_named_cannot_take_the_post_away(
    session, cast, climb, allows, all_is_heard, posts, at
) -> None:
    completion = climb(cast.staff, "three-lines-before")
    all_is_heard()
    allows(cast.staff)
    endorse(session, completion, cast, at)
    all_is_heard()
    post = session.query(SlackPost).filter(SlackPost.key.startswith("endorsement")).one()
    bring_up_to_date(session, post)
    post.was_posted(ts="1.1", channel="C0STEPUP", at=at)
    session.flush()
    assert take_away(session, cast.manager.id, at=at) == 0
    assert take_away(session, cast.staff.id, at=at) == 1


@pytest.mark.parametrize("who", ["staff", "manager"])
def test_what_was_taken_away_does_not_come_back_by_itself(
    session, cast, shown, all_is_heard, allows, posts, at, who
) -> None:
    """Not while it is on its way out, and not by a consent that came later."""
    person, later = getattr(cast, who), at + timedelta(minutes=1)
    withdraw_consent(session, person, later)
    take_away(session, person.id, at=later)
    consents.set_consent(session, person, Consent.SLACK, given=True, at=later)
    completion = session.query(Completion).filter_by(person_id=cast.staff.id).one()
    voiding.void(session, completion, by_id=cast.dx.id, reason="取り違えでした", at=later)
    all_is_heard()
    voiding.restore(session, completion, at=later)
    all_is_heard()
    assert posts()[shown.key] is PostState.REMOVING


def test_a_post_that_may_have_gone_out_is_taken_away_when_it_is_found(
    session, cast, climb, allows, all_is_heard, posts, at
) -> None:
    allows(cast.staff)
    climb(cast.staff, "first-hello")
    all_is_heard()
    request = take_lease(session, channel="C0STEPUP", retry_policy=RetryPolicy(), at=at)
    session.query(SlackPost).filter(SlackPost.key != request.key).delete()
    lost = Ambiguous("TimeoutError")
    write_down(session, request, lost, retry_policy=RetryPolicy(), at=at)
    assert take_away(session, cast.staff.id, at=at) == 1
    later = at + timedelta(hours=1)
    request = take_lease(session, channel="C0STEPUP", retry_policy=RetryPolicy(), at=later)
    found = Posted(ts="1.1", channel="C0STEPUP")
    write_down(session, request, found, retry_policy=RetryPolicy(), at=later)
    assert posts()[request.key] is PostState.REMOVING


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
