"""Words of the office to a channel: read before they are sent, sent once, to nobody by name."""

import re

import pytest
from sqlalchemy import select

from app.clock import now
from app.slack.posts import nudges, planning
from app.slack.posts.messages import build, from_json
from app.slack.posts.models import PostState, SlackPost
from app.studio.models import AuditEntry

PAGE = "/office/campaigns/light-meetings/nudge"
SEND = "/office/campaigns/light-meetings/nudges"
WORDS = "二段目、三日そろえるのがむずかしいという声をいただきました。"


@pytest.fixture
def posts(session):
    return lambda: session.scalars(select(SlackPost)).all()


def form(browser, **changes):
    """The form that the preview holds."""
    text = browser.get(PAGE, query_string={"words": WORDS, "channel": "C0MEETINGS"}).text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', text))
    return {**hidden, **changes}


def test_the_draft_tells_of_the_place_where_it_stalls(as_, cast, july):
    assert "「その会議、投稿で」の二段目で、確認を待っている申請" in as_(cast.dx).get(PAGE).text


def test_looking_at_the_words_sends_nothing(as_, cast, july, posts):
    given = form(as_(cast.dx))
    assert (given["words"], given["channel"]) == (WORDS, "C0MEETINGS")
    assert posts() == []


def test_it_is_sent_to_the_channel_of_the_campaign(as_, cast, july, posts):
    browser = as_(cast.dx)
    answer = browser.post(SEND, data=form(browser))
    assert answer.status_code == 303
    (post,) = posts()
    assert (post.channel, post.state) == ("C0MEETINGS", PostState.WAITING)
    message = build(from_json(post.message), public_url="https://dx.example.jp")
    assert WORDS in message.text
    assert "https://dx.example.jp/campaigns/light-meetings" in message.text
    assert cast.dx.name not in str(message)


def test_a_form_that_is_sent_twice_makes_one_post(as_, cast, july, posts, session):
    browser = as_(cast.dx)
    given = form(browser)
    answers = [browser.post(SEND, data=given) for _ in range(2)]
    assert [one.status_code for one in answers] == [303, 303]
    assert answers[0].location == answers[1].location
    assert len(posts()) == 1
    noted = select(AuditEntry).where(AuditEntry.act == "nudged")
    assert len(session.scalars(noted).all()) == 1


def test_two_clicks_at_once_make_one_post(database, july, cast, race, session):
    session.commit()
    token = nudges.new_token()

    def send(own):
        return nudges.send(
            own,
            july.now,
            words=WORDS,
            channel="C0MEETINGS",
            among=["C0MEETINGS"],
            token=token,
            by_id=cast.dx.id,
            at=now(),
        )

    assert sorted(race(send, times=8)) == [False] * 7 + [True]


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"words": "  "}, "送ることばを書いてください。"),
        ({"words": "あ" * 281}, "280字までにしてください。"),
        ({"channel": "C0ELSEWHERE"}, "届け先のチャンネルを選んでください。"),
        ({"channel": ""}, "届け先のチャンネルを選んでください。"),
        ({"token": "x"}, "送ることばを書いてください。"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_sent(as_, cast, july, posts, changes, sentence):
    browser = as_(cast.dx)
    answer = browser.post(SEND, data=form(browser, **changes))
    assert answer.status_code == 422
    assert sentence in answer.text
    assert posts() == []


@pytest.mark.parametrize("channel", ["U0STAFF", "D0DIRECT", "W0GUEST", "@yamamoto"])
def test_a_nudge_never_goes_to_a_person(channel):
    assert nudges.channels(channel, "C0ALL") == ["C0ALL"]


def test_calls_to_everybody_are_inert():
    news = nudges.NudgeNews(
        words="<!channel> @here <@U1> *ok*", path="/campaigns/x", channel="C0ALL"
    )
    message = build(news, public_url="https://dx.example.jp")
    assert "<!channel>" not in message.text
    assert message.blocks[0]["type"] == "rich_text"
    assert message.blocks[0]["elements"][0]["elements"] == [
        {"type": "text", "text": "<!channel> @here <@U1> *ok*"}
    ]


def test_a_parked_nudge_is_retried_in_its_own_channel(as_, cast, july, session, posts):
    browser = as_(cast.dx)
    browser.post(SEND, data=form(browser))
    (post,) = posts()
    post.park(reason="channel_not_found")
    post.retry(at=now())
    assert (post.state, post.channel) == (PostState.WAITING, "C0MEETINGS")


def test_a_nudge_needs_no_consent_and_names_nobody(as_, cast, july, session, posts):
    browser = as_(cast.dx)
    browser.post(SEND, data=form(browser))
    (post,) = posts()
    assert planning.why_not(session, post) is None
    assert planning.take_away(session, cast.dx.id, at=now()) == 0
    assert session.scalars(select(SlackPost.id).where(planning.names(cast.dx.id))).all() == []
    assert browser.get("/office").status_code == 200
