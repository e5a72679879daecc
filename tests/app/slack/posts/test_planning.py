"""Slack hears of what stands, of those who allow it, and of nothing else."""

from app.slack.posts.messages import from_json
from app.slack.posts.models import PostState
from app.subscriptions import SUBSCRIPTIONS
from badges.models import Award
from challenges.recognition import endorsing
from tests.app.slack.posts.conftest import WORDS, endorse, fact_of, post_with


def test_a_badge_of_a_consenting_person_becomes_one_post(
    session, cast, climb, allows, all_is_heard, posts
) -> None:
    allows(cast.staff)
    climb(cast.staff, "first-hello")
    all_is_heard()
    key = f"badge:{cast.staff.id}:first-step"
    assert posts()[key] is PostState.WAITING
    assert len(posts()) == session.query(Award).count()
    news = from_json(post_with(session, key).message)
    assert (news.person, news.badge, news.path) == (
        "浜口 汐里",
        "はじめの一歩",
        "/badges/first-step",
    )


def test_an_endorsement_of_a_consenting_person_becomes_one_post(
    session, cast, climb, allows, all_is_heard, posts, at
) -> None:
    completion = climb(cast.staff, "three-lines-before")
    all_is_heard()
    allows(cast.staff)
    allows(cast.manager)
    given = endorse(session, completion, cast, at)
    all_is_heard()
    assert posts()[f"endorsement:{given.id}"] is PostState.WAITING
    news = from_json(post_with(session, f"endorsement:{given.id}").message)
    assert (news.person, news.endorser, news.words) == ("浜口 汐里", "中村 岳", WORDS)
    assert news.praise == "地道さ"
    assert news.path == "/challenges/three-lines-before"
    assert news.challenge


def test_a_badge_delivered_twice_makes_one_post(
    session, cast, climb, allows, all_is_heard, posts, at
) -> None:
    allows(cast.staff)
    climb(cast.staff, "first-hello")
    all_is_heard()
    for _ in range(2):
        SUBSCRIPTIONS["badge_awarded"]["slack"](session, fact_of(session, "badge_awarded"), at)
    assert len(posts()) == session.query(Award).count()


def test_facts_in_any_order_end_the_same(session, cast, climb, allows, posts, at) -> None:
    allows(cast.staff)
    given = endorse(session, climb(cast.staff, "first-hello"), cast, at)
    endorsing.withdraw(session, given, by_id=cast.manager.id, at=at)
    for kind in ("endorsement_withdrawn", "completion_endorsed"):
        SUBSCRIPTIONS[kind]["slack"](session, fact_of(session, kind), at)
    assert posts() == {}
    endorse(session, given.completion, cast, at)
    for kind in ("completion_endorsed", "endorsement_withdrawn"):
        SUBSCRIPTIONS[kind]["slack"](session, fact_of(session, kind), at)
    assert posts() == {f"endorsement:{given.id}": PostState.WAITING}
