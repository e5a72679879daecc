"""Words that the office masks leave Slack, and come back to it once if the mask is lifted."""

from datetime import timedelta

import pytest

from app.db.sessions import Database
from app.slack.posts import masked, planning
from app.slack.posts.messages import build, from_json
from app.slack.posts.models import PostState, SlackPost
from app.slack.posts.outcomes import write_down
from app.slack.posts.requests import Verb, take_lease
from app.slack.posts.sending import post_next
from app.subscriptions import SUBSCRIPTIONS
from challenges.moderation import masking
from challenges.outbox import Fact
from challenges.people import consents
from challenges.vocabulary import Consent
from challenges.words.kinds import TextKind, TextRef
from tests.app.slack.posts.conftest import (
    NEW_WORDS,
    WORDS,
    give_again,
    post_with,
    work_until_still,
)
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


def test_what_was_taken_away_is_posted_once_more(slack, worker, clock, ref, decide):
    post_next(worker)
    decide("mask")
    work_until_still(worker, clock)
    decide("lift")
    work_until_still(worker, clock)
    assert [WORDS in one["text"] for one in slack.visible] == [True]
    assert slack.count("chat.postMessage") == 2


def test_lifted_again_and_again_one_post_is_visible(slack, worker, clock, ref, decide):
    post_next(worker)
    for _round in range(3):
        decide("mask")
        work_until_still(worker, clock)
        assert slack.visible == []
        decide("lift")
        work_until_still(worker, clock)
        assert len(slack.visible) == 1


def test_lifted_before_its_removal_it_is_there_once(slack, worker, clock, ref, decide):
    post_next(worker)
    decide("mask")
    decide("lift")
    work_until_still(worker, clock)
    assert [WORDS in one["text"] for one in slack.visible] == [True]


def test_lifted_while_the_removal_is_under_way_it_is_there_once(
    database, slack, worker, clock, ref, decide
):
    post_next(worker)
    decide("mask")
    policy = worker.retry_policy
    clock.pass_(seconds=2)
    with database.writing() as own:
        request = take_lease(own, channel=worker.channel, retry_policy=policy, at=clock())
    assert request.verb is Verb.REMOVE
    decide("lift")
    outcome = worker.slack.remove(request.ts, channel=request.channel)
    with database.writing() as own:
        write_down(own, request, outcome, retry_policy=policy, at=clock())
    work_until_still(worker, clock)
    assert [WORDS in one["text"] for one in slack.visible] == [True]


def test_masked_a_second_time_before_the_removal_it_stays_away(slack, worker, clock, ref, decide):
    post_next(worker)
    for act in ("mask", "lift", "mask"):
        decide(act)
    work_until_still(worker, clock)
    assert slack.visible == []


def test_masked_while_it_is_sent_it_comes_back_too(
    session, slack, worker, clock, cast, ref, decide, database, at
):
    policy = worker.retry_policy
    with database.writing() as own:
        request = take_lease(own, channel=worker.channel, retry_policy=policy, at=clock())
    masking.mask(session, ref, by_id=cast.dx.id, reason="お名前がありました。", at=at)
    session.commit()
    outcome = worker.slack.post(
        build(from_json(request.message), public_url=""), channel=worker.channel, key=request.key
    )
    with database.writing() as own:
        write_down(own, request, outcome, retry_policy=policy, at=clock())
    work_until_still(worker, clock)
    assert slack.visible == []
    decide("lift")
    work_until_still(worker, clock)
    assert [WORDS in one["text"] for one in slack.visible] == [True]


def test_a_lost_answer_doubles_no_post_that_comes_back(slack, worker, clock, ref, decide):
    post_next(worker)
    decide("mask")
    work_until_still(worker, clock)
    slack.plan("chat.postMessage", LOST_REPLY)
    decide("lift")
    work_until_still(worker, clock)
    assert len(slack.visible) == 1
    assert slack.count("chat.postMessage") == 2


def test_lifting_heard_twice_posts_once(session, slack, worker, clock, ref, decide, at):
    post_next(worker)
    decide("mask")
    work_until_still(worker, clock)
    decide("lift")
    work_until_still(worker, clock)
    again = session.query(Fact).filter_by(kind="mask_lifted").one()
    SUBSCRIPTIONS["mask_lifted"]["slack"](session, again, at + timedelta(minutes=5))
    session.commit()
    work_until_still(worker, clock)
    assert len(slack.visible) == 1
    assert slack.count("chat.postMessage") == 2


def test_without_consent_it_stays_away_and_the_office_reads_why(
    session, slack, worker, clock, cast, ref, decide, at
):
    post_next(worker)
    decide("mask")
    work_until_still(worker, clock)
    assert masked.why_not_again(session, ref) is None
    consents.set_consent(session, cast.staff, Consent.SLACK, given=False, at=at)
    decide("lift")
    work_until_still(worker, clock)
    assert slack.visible == []
    assert masked.why_not_again(session, ref) == planning.NOT_ALLOWED
    # What is allowed later covers only what happens after it.
    later = at + timedelta(minutes=1)
    consents.set_consent(session, cast.staff, Consent.SLACK, given=True, at=later)
    session.commit()
    assert masked.why_not_again(session, ref) == planning.NOT_ALLOWED


def test_a_consent_withdrawn_just_before_sending_is_told_too(
    session, slack, worker, clock, cast, ref, decide, at
):
    post_next(worker)
    decide("mask")
    work_until_still(worker, clock)
    decide("lift")
    consents.set_consent(session, cast.staff, Consent.SLACK, given=False, at=at)
    session.commit()
    work_until_still(worker, clock)
    assert slack.visible == []
    assert masked.why_not_again(session, ref) == planning.NOT_ALLOWED


def test_what_its_person_took_away_does_not_come_back(
    session, slack, worker, clock, cast, ref, decide, at
):
    post_next(worker)
    planning.take_away(session, cast.staff.id, at=at)
    session.commit()
    work_until_still(worker, clock)
    decide("mask")
    decide("lift")
    work_until_still(worker, clock)
    assert slack.visible == []


def test_other_words_do_not_come_back_in_its_place(
    session, slack, worker, clock, cast, given, ref, decide, all_is_heard, at
):
    post_next(worker)
    decide("mask")
    work_until_still(worker, clock)
    give_again(session, given, cast, at, NEW_WORDS)
    all_is_heard()
    session.commit()
    work_until_still(worker, clock)
    assert slack.visible == []


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
