"""The warnings when the relay is silent or Slack posts do not move."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.clock import now
from app.slack.posts.models import PostState, SlackPace
from challenges.outbox import Delivery, DeliveryState, Fact


def test_a_silent_relay_is_reported_after_five_minutes(as_, cast, session):
    browser = as_(cast.dx)
    session.add(Fact(kind="step_climbed", about={}, occurred_at=now() - timedelta(minutes=4)))
    assert "動いていないようです" not in browser.get("/office").text
    session.add(Fact(kind="step_climbed", about={}, occurred_at=now() - timedelta(minutes=6)))
    assert "動いていないようです" in browser.get("/office").text


def test_a_delivery_waiting_for_its_retry_is_not_silence(as_, cast, session):
    fact = Fact(
        kind="step_climbed", about={}, occurred_at=now() - timedelta(hours=2), fanned_out_at=now()
    )
    session.add(fact)
    session.flush()
    later = now() + timedelta(minutes=30)
    delivery = Delivery(
        fact_id=fact.id, subscriber="badges", state=DeliveryState.WAITING, due_at=later, attempts=5
    )
    session.add(delivery)
    browser = as_(cast.dx)
    assert "動いていないようです" not in browser.get("/office").text
    delivery.due_at = now() - timedelta(minutes=6)
    assert "動いていないようです" in browser.get("/office").text


@pytest.mark.parametrize(
    ("due", "asked", "is_silent"),
    [
        (6, None, True),  # and Slack was never asked
        (6, 6, True),
        (4, 20, False),
        (60, 1, False),  # a long queue, of which one post after another leaves
        (60, -10, False),  # Slack asked for a pause
        (-10, 60, False),  # nothing is due
    ],
)
def test_posts_that_nobody_sends_are_reported(
    config, app, as_, cast, session, post_of, due, asked, is_silent
):
    app.extensions["stepup_config"] = replace(
        config, slack_bot_token="xoxb-test", slack_channel="C1"
    )
    post_of(
        "badge:7:first-step", None, state=PostState.WAITING, due_at=now() - timedelta(minutes=due)
    )
    if asked is not None:
        session.add(SlackPace(name="C1", opens_at=now() - timedelta(minutes=asked)))
    assert ("Slackへの投稿が5分以上進んでいない" in as_(cast.dx).get("/office").text) is is_silent


def test_posts_waiting_without_slack_are_not_reported(as_, cast, post_of):
    post_of("badge:7:first-step", None, state=PostState.WAITING, due_at=now() - timedelta(days=6))
    text = as_(cast.dx).get("/office").text
    assert "進んでいない" not in text
    assert "Slackはまだつながっていません" in text
