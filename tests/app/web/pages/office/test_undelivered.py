"""Deliveries and Slack posts that are stuck: the reason in words, and trying again."""

from collections import Counter

import pytest
from sqlalchemy import select

from app.slack.posts.models import PostState, SlackPost
from badges.models import Badge
from challenges.outbox import Delivery, DeliveryState


def test_a_stuck_delivery_shows_its_reason_and_can_be_retried(as_, cast, session, parked):
    delivery, post = parked
    browser = as_(cast.dx)
    text = browser.get("/office").text
    assert "KeyError: &lt;b&gt;" in text
    assert "channel_not_found" in text
    assert browser.post(f"/office/deliveries/{delivery.id}/retries").status_code == 303
    assert browser.post(f"/office/posts/{post.id}/retries").status_code == 303
    assert (delivery.state, post.state) == (DeliveryState.WAITING, PostState.WAITING)


def test_everything_stuck_can_be_retried_at_once(as_, cast, session, parked, post_of):
    for number in range(25):
        post_of(f"endorsement:{number}", "token_revoked")
    post_of("endorsement:99", None, state=PostState.POSTED)
    browser = as_(cast.dx)
    assert "止まっている27件をすべてもう一度試す" in browser.get("/office").text
    answer = browser.post("/office/retries", follow_redirects=True)
    assert "27件をもう一度試します。" in answer.text
    assert "すべてもう一度試す" not in answer.text
    assert {delivery.state for delivery in session.scalars(select(Delivery))} == {
        DeliveryState.WAITING
    }
    assert Counter(session.scalars(select(SlackPost.state))) == {
        PostState.WAITING: 26,
        PostState.POSTED: 1,
    }
    assert (
        "止まっているものはありません"
        in browser.post("/office/retries", follow_redirects=True).text
    )


def test_a_single_stuck_item_has_one_button(as_, cast, post_of):
    post_of("endorsement:1", "token_revoked")
    text = as_(cast.dx).get("/office").text
    assert "もう一度試す" in text
    assert "すべてもう一度試す" not in text


@pytest.mark.parametrize(
    ("key", "path", "words"),
    [
        ("badge:160:first-step", "/badges/first-step", "バッジの授与「最初の一歩」"),
        ("endorsement:5486", "/challenges/first-hello", "お墨付き「はじめの一声」"),
        ("endorsement:5486", "/challenges/gone", "お墨付き"),
        ("endorsement:5486", None, "お墨付き"),
        ("letter:1", None, "letter:1"),
    ],
)
def test_a_stuck_post_is_described_in_words(as_, cast, post_of, session, key, path, words):
    name = session.get_one(Badge, "first-step").definition["ja"]["name"]
    post_of(key, "x", path=path)
    text = as_(cast.dx).get("/office").text
    assert f'<th scope="row">{words.replace("最初の一歩", name)}</th>' in text
    assert '<td class="whole" data-label="対象の職員">浜口 汐里</td>' in text
    assert '<td data-label="送り先">Slackへの投稿</td>' in text


def test_a_stuck_removal_is_described_as_one(as_, cast, post_of):
    post_of("badge:7:first-step", "cant_delete_message", ts="1.2")
    text = as_(cast.dx).get("/office").text
    assert '<td data-label="送り先">Slackの投稿を消す</td>' in text
    assert "アプリからは消せません" in text


@pytest.mark.parametrize(
    ("kind", "subscriber", "about", "words", "goes_to"),
    [
        (
            "step_climbed",
            "badges",
            {"completion_id": 1},
            "段の達成「はじめの一声」",
            "バッジの見直し",
        ),
        (
            "step_undone",
            "slack",
            {"completion_id": 1},
            "達成の取り消しや取り下げ「はじめの一声」",
            "Slackのお知らせの用意",
        ),
        (
            "step_restored",
            "slack",
            {"completion_id": 1},
            "達成の復活「はじめの一声」",
            "Slackのお知らせの用意",
        ),
        (
            "completion_endorsed",
            "slack",
            {"completion_id": 99},
            "お墨付き",
            "Slackのお知らせの用意",
        ),
        ("badge_awarded", "slack", {"badge": "gone"}, "バッジの授与", "Slackのお知らせの用意"),
        ("new_kind", "letters", {}, "new_kind", "letters"),
    ],
)
def test_a_stuck_delivery_is_described_in_words(
    as_, cast, done, delivery_of, kind, subscriber, about, words, goes_to
):
    if "completion_id" in about and about["completion_id"] == 1:
        about = {"completion_id": done.id}
    delivery_of(kind, subscriber, **about)
    text = as_(cast.dx).get("/office").text
    assert f'<th scope="row">{words}</th>' in text
    assert '<td class="whole" data-label="対象の職員">浜口 汐里</td>' in text
    assert f'<td data-label="送り先">{goes_to}</td>' in text


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("not_in_channel", "チャンネルにアプリを招待してください"),
        ("channel_not_found", "SLACK_CHANNEL を確かめ"),
        ("is_archived", "別のチャンネルにしてください"),
        ("invalid_auth", "新しいトークンを入れて"),
        ("token_revoked", "新しいトークンを入れて"),
        ("account_inactive", "新しいトークンを入れて"),
        ("missing_scope", "権限が足りません"),
        ("msg_too_long", "お知らせが長すぎる"),
        ("restricted_action", "書ける人が限られています"),
        ("restricted_action_read_only_channel", "書ける人が限られています"),
        ("ratelimited", "もう一度試します"),
        (
            "the relay died each time it carried this; see its log",
            "配達係（relay）が、これを届ける途中で",
        ),
        (
            "nobody hears this any more: letters, new_kind",
            "受け取る先が、いまの版にはもうありません",
        ),
    ],
)
def test_a_slack_error_is_explained_with_a_remedy(as_, cast, post_of, code, words):
    post_of("badge:7:first-step", code)
    text = as_(cast.dx).get("/office").text
    assert words in text
    assert f'<code class="small">{code}</code>' in text


def test_an_unknown_reason_is_shown_as_it_is(as_, cast, post_of):
    post_of("badge:7:first-step", "something_new")
    text = as_(cast.dx).get("/office").text
    assert "<span>something_new</span>" in text
