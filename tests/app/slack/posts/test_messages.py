"""What people read on Slack."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.slack.posts.messages import (
    LONGEST_SECTION,
    LONGEST_TEXT,
    BadgeNews,
    EndorsementNews,
    Message,
    build,
    from_json,
    to_json,
)

BADGE = BadgeNews(person="浜口 汐里", badge="はじめの一歩", path="/badges/first-step")
ENDORSEMENT = EndorsementNews(
    person="浜口 汐里",
    endorser="中村 岳",
    challenge="三行で始める",
    words="要点が先に来て、\n返事がすぐできました。",
    path="/challenges/three-lines-before",
)


def shown(message: Message) -> str:
    return json.dumps(message.blocks, ensure_ascii=False)


def test_a_badge_post_says_who_and_what_and_leads_back() -> None:
    message = build(BADGE, public_url="https://dx.example.jp/")
    assert message.text == (
        "浜口 汐里さんがバッジ「はじめの一歩」を受け取りました。 このバッジについて: https://dx.example.jp/badges/first-step"
    )
    assert (
        message.blocks[0]["text"]["text"]
        == "浜口 汐里さんがバッジ「はじめの一歩」を受け取りました。"
    )
    assert (
        message.blocks[-1]["elements"][0]["text"]
        == "<https://dx.example.jp/badges/first-step|このバッジを見る>"
    )


def test_an_endorsement_post_quotes_the_words_line_by_line() -> None:
    message = build(ENDORSEMENT, public_url="https://dx.example.jp")
    assert message.blocks[1]["text"]["text"] == "> 要点が先に来て、\n> 返事がすぐできました。"
    assert (
        "中村 岳さんから浜口 汐里さんへ、「三行で始める」の達成にお墨付き"
        in message.blocks[0]["text"]["text"]
    )


def test_the_fallback_text_says_everything_the_blocks_say() -> None:
    text = build(ENDORSEMENT, public_url="https://dx.example.jp").text
    for part in (
        "中村 岳",
        "浜口 汐里",
        "三行で始める",
        "要点が先に来て、 返事がすぐできました。",
        ENDORSEMENT.path,
    ):
        assert part in text


def test_a_manager_without_consent_is_not_named() -> None:
    unnamed = replace(ENDORSEMENT, endorser=None)
    message = build(unnamed, public_url="https://dx.example.jp")
    assert message.text.startswith("管理職から浜口 汐里さんへ")


def test_user_text_cannot_become_a_mention_or_a_link() -> None:
    nasty = EndorsementNews(
        person="<!channel>",
        endorser="A&B",
        challenge="<https://evil.example|x>",
        words="<@U1> & > 1",
        path="/a|b",
    )
    message = build(nasty, public_url="https://dx.example.jp")
    for part in (message.text, shown(message)):
        assert "<!" not in part
        assert "<@" not in part
        assert "<https://evil" not in part
    assert "&lt;@U1&gt; &amp; &gt; 1" in message.text
    assert "https://dx.example.jp/a%7Cb|" in shown(message)


@pytest.mark.parametrize("news", [BADGE, ENDORSEMENT])
def test_slack_does_not_parse_names_or_links_in_user_text(
    news: BadgeNews | EndorsementNews,
) -> None:
    message = build(
        replace(news, person="@channel @here #general www.evil.example"),
        public_url="https://dx.example.jp",
    )
    texts = [
        one
        for block in message.blocks
        for one in (*block.get("elements", []), block.get("text"))
        if one
    ]
    assert len(texts) == len(message.blocks)
    assert all((text["type"], text["verbatim"]) == ("mrkdwn", True) for text in texts)


@given(st.text(alphabet="あ&<>\n*", max_size=5000))
def test_long_text_stays_within_slacks_limits(words: str) -> None:
    news = EndorsementNews(person=words, endorser=words, challenge=words, words=words, path="/x")
    message = build(news, public_url="https://dx.example.jp")
    assert len(message.text) <= LONGEST_TEXT
    for block in message.blocks[:2]:
        text = block["text"]["text"]
        assert len(text) <= LONGEST_SECTION + 100
        without_escapes = text.replace("&amp;", "").replace("&lt;", "").replace("&gt;", "")
        assert "&" not in without_escapes
        assert "<" not in without_escapes


@pytest.mark.parametrize("news", [BADGE, ENDORSEMENT])
def test_a_message_survives_storage(news: BadgeNews | EndorsementNews) -> None:
    assert from_json(json.loads(json.dumps(to_json(news)))) == news
