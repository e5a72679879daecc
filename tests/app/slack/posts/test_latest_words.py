"""Whoever words an endorsement anew is quoted with the latest words alone."""

from datetime import timedelta

import pytest

from app.slack.answers import Ambiguous, NotFound, Posted
from app.slack.posts.messages import from_json
from app.slack.posts.models import PostState, RetryPolicy, SlackPost
from app.slack.posts.outcomes import write_down
from app.slack.posts.requests import take_lease
from app.subscriptions import SUBSCRIPTIONS
from tests.app.slack.posts.conftest import (
    NEW_WORDS,
    WORDS,
    endorse,
    fact_of,
    give_again,
    post_with,
    sent,
)


def test_only_the_latest_words_are_posted(session, cast, given, at) -> None:
    give_again(session, given, cast, at, NEW_WORDS)
    assert sent(session, at)[f"endorsement:{given.id}"].words == NEW_WORDS, (
        "though nobody heard of them yet"
    )


@pytest.mark.parametrize("kind", ["completion_endorsed", "endorsement_withdrawn"])
def test_new_words_replace_a_waiting_post_and_remove_a_visible_one(
    session, cast, climb, given, all_is_heard, posts, at, kind
) -> None:
    shown = given
    waiting = endorse(session, climb(cast.staff, "quick-hands"), cast, at)
    all_is_heard()
    key = f"endorsement:{shown.id}"
    post_with(session, key).was_posted(ts="1.1", channel="C0STEPUP", at=at)
    for one in (waiting, shown):
        give_again(session, one, cast, at, NEW_WORDS)
    SUBSCRIPTIONS[kind]["slack"](session, fact_of(session, kind), at)
    session.flush()
    assert posts()[key] is PostState.REMOVING
    all_is_heard()
    assert (posts()[key], posts()[f"endorsement:{waiting.id}"]) == (
        PostState.REMOVING,
        PostState.WAITING,
    )
    assert post_with(session, f"endorsement:{waiting.id}").message["words"] == NEW_WORDS


@pytest.mark.parametrize("hears_first", [True, False])
def test_old_words_found_visible_are_removed(
    session, cast, given, all_is_heard, posts, at, hears_first
) -> None:
    key = f"endorsement:{given.id}"
    session.query(SlackPost).filter(SlackPost.key != key).delete()
    request = take_lease(session, channel="C0STEPUP", retry_policy=RetryPolicy(), at=at)
    assert from_json(request.message).words == WORDS
    give_again(session, given, cast, at, NEW_WORDS)
    if hears_first:
        all_is_heard()
        assert posts()[key] is PostState.SENDING
    write_down(
        session, request, Posted(ts="1.1", channel="C0STEPUP"), retry_policy=RetryPolicy(), at=at
    )
    all_is_heard()
    assert posts()[key] is PostState.REMOVING


def test_old_words_never_shown_give_way_to_the_new(session, cast, given, all_is_heard, at) -> None:
    key = f"endorsement:{given.id}"
    session.query(SlackPost).filter(SlackPost.key != key).delete()
    request = take_lease(session, channel="C0STEPUP", retry_policy=RetryPolicy(), at=at)
    write_down(session, request, Ambiguous("lost"), retry_policy=RetryPolicy(), at=at)
    give_again(session, given, cast, at, NEW_WORDS)
    all_is_heard()
    at += timedelta(minutes=2)
    looked = take_lease(session, channel="C0STEPUP", retry_policy=RetryPolicy(), at=at)
    write_down(session, looked, NotFound(), retry_policy=RetryPolicy(), at=at)
    assert sent(session, at + timedelta(minutes=1))[key].words == NEW_WORDS
