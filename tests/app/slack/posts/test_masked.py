"""Words that the office masks leave Slack, once, and do not come back to it."""

from datetime import timedelta

import pytest

from app.db.sessions import Database
from app.slack.posts.models import PostState, SlackPost
from app.slack.posts.sending import post_next
from app.subscriptions import SUBSCRIPTIONS
from challenges.moderation import masking
from challenges.outbox import Fact
from challenges.words.kinds import TextKind, TextRef
from tests.app.slack.posts.conftest import WORDS, post_with, work_until_still
from tests.app.slack.server import LOST_REPLY


@pytest.fixture
def ref(session, given):
    others = ~SlackPost.key.startswith("endorsement:")  # of the badges that came with it
    session.query(SlackPost).filter(others).delete(synchronize_session=False)
    session.commit()
    return TextRef(TextKind.ENDORSEMENT, given.id)


@pytest.fixture
def decide(session, cast, ref, all_is_heard, at):
    """``decide("mask")``, ``decide("lift")``: and everybody hears of it."""

    def act(name):
        said = {"reason": "お名前がありました。"} if name == "mask" else {}
        getattr(masking, name)(session, ref, by_id=cast.dx.id, at=at, **said)
        all_is_heard()
        session.commit()

    return act


def test_a_visible_post_is_taken_away_once(session, slack, worker, clock, ref, decide):
    post_next(worker)
    assert WORDS in slack.visible[0]["text"]
    decide("mask")
    work_until_still(worker, clock)
    assert slack.visible == []
    assert slack.count("chat.delete") == 1
    session.expire_all()
    post = post_with(session, f"endorsement:{ref.id}")
    assert post.state is PostState.REMOVED
    assert WORDS not in repr(post.message)


def test_a_post_that_is_not_sent_yet_never_is(session, slack, worker, clock, ref, decide):
    decide("mask")
    work_until_still(worker, clock)
    assert slack.count("chat.postMessage") == 0
    session.expire_all()
    assert WORDS not in repr(post_with(session, f"endorsement:{ref.id}").message)


def test_a_post_of_unknown_fate_is_found_and_taken_away(slack, worker, clock, ref, decide):
    slack.plan("chat.postMessage", LOST_REPLY)
    post_next(worker)
    decide("mask")
    work_until_still(worker, clock)
    assert slack.visible == []
    assert slack.count("chat.postMessage") == 1


def test_a_mask_before_its_fact_is_heard_stops_the_post(
    session, slack, worker, clock, cast, ref, at
):
    masking.mask(session, ref, by_id=cast.dx.id, reason="お名前がありました。", at=at)
    session.commit()
    work_until_still(worker, clock)
    assert slack.visible == []


def test_lifted_before_it_was_sent_it_is_posted_once(slack, worker, clock, ref, decide):
    decide("mask")
    decide("lift")
    work_until_still(worker, clock)
    assert [WORDS in one["text"] for one in slack.visible] == [True]
    assert slack.count("chat.postMessage") == 1


def test_what_was_taken_away_stays_away_when_lifted(slack, worker, clock, ref, decide):
    post_next(worker)
    decide("mask")
    work_until_still(worker, clock)
    decide("lift")
    work_until_still(worker, clock)
    assert slack.visible == []
    assert slack.count("chat.postMessage") == 1


def test_a_mask_heard_twice_or_late_changes_nothing(
    session, slack, worker, clock, cast, ref, decide, at
):
    decide("mask")
    decide("lift")
    late = session.query(Fact).filter_by(kind="words_masked").one()
    SUBSCRIPTIONS["words_masked"]["slack"](session, late, at + timedelta(minutes=5))
    session.commit()
    work_until_still(worker, clock)
    assert len(slack.visible) == 1


def test_no_copy_of_the_words_stays_after_removal(database: Database, session, ref, decide):
    decide("mask")
    with database.reading() as own:
        assert all(WORDS not in repr(post.message) for post in own.query(SlackPost))
