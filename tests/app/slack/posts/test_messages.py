"""What people read on Slack."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.slack.posts.messages import (
    LONGEST_BLOCK,
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


TYPED = [
    "*a* ~b~ _c_ `d` ```e```",
    "<!channel> <@U1> <#C1> <!subteam^S1>",
    "<https://evil.example|x> https://evil.example [x](https://evil.example)",
    "@channel @here #general :tada: www.evil.example",
    "> quoted\n- listed\n1. numbered",
    "A & B &amp; <b>C</b> &lt;",
]


def elements(message: Message) -> list[dict[str, Any]]:
    """The texts and links of a message, in order."""
    assert {block["type"] for block in message.blocks} == {"rich_text"}
    return [
        element
        for block in message.blocks
        for part in block["elements"]
        for element in part["elements"]
    ]


def read(text: str) -> str:
    """What a person sees of a ``text`` in which Slack looks for no markup."""
    assert not set("<>") & set(text)
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def test_a_badge_post_says_who_and_what_and_leads_back() -> None:
    message = build(BADGE, public_url="https://dx.example.jp/")
    assert message.text == (
        "浜口 汐里さんがバッジ「はじめの一歩」を受け取りました。 このバッジについて: https://dx.example.jp/badges/first-step"
    )
    assert elements(message) == [
        {"type": "text", "text": "浜口 汐里さんがバッジ「はじめの一歩」を受け取りました。"},
        {
            "type": "link",
            "url": "https://dx.example.jp/badges/first-step",
            "text": "このバッジを見る",
        },
    ]


def test_an_endorsement_post_quotes_the_words_line_by_line() -> None:
    message = build(ENDORSEMENT, public_url="https://dx.example.jp")
    sentence, words, _link = elements(message)
    assert message.blocks[1]["elements"][0]["type"] == "rich_text_quote"
    assert words["text"] == "要点が先に来て、\n返事がすぐできました。"
    assert "中村 岳さんから浜口 汐里さんへ、「三行で始める」の達成にお墨付き" in sentence["text"]


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


def test_an_endorsement_post_says_what_was_good() -> None:
    praised = replace(ENDORSEMENT, praise="地道さ・チームワーク")
    message = build(praised, public_url="https://dx.example.jp")
    assert elements(message)[0]["text"].endswith("良かったところは、地道さ・チームワーク。")
    assert "良かったところは、地道さ・チームワーク。" in message.text


def test_a_post_from_before_there_were_kinds_can_be_read() -> None:
    kept = to_json(ENDORSEMENT)
    del kept["praise"]
    assert from_json(kept) == ENDORSEMENT


@pytest.mark.parametrize("typed", TYPED)
def test_words_titles_and_names_appear_as_typed(typed: str) -> None:
    news = EndorsementNews(person=typed, endorser=typed, challenge=typed, words=typed, path="/x")
    message = build(news, public_url="https://dx.example.jp")
    sentence, words, _link = elements(message)
    assert sentence == {
        "type": "text",
        "text": f"{typed}さんから{typed}さんへ、「{typed}」の達成にお墨付きが贈られました。",
    }
    assert words == {"type": "text", "text": typed}
    assert read(message.text).count(typed) == 3 + ("\n" not in typed)


@pytest.mark.parametrize("typed", TYPED)
def test_names_and_badges_appear_as_typed(typed: str) -> None:
    message = build(
        BadgeNews(person=typed, badge=typed, path="/x"), public_url="https://dx.example.jp"
    )
    assert elements(message)[0] == {
        "type": "text",
        "text": f"{typed}さんがバッジ「{typed}」を受け取りました。",
    }
    assert read(message.text).count(typed) == 2


@given(st.text(alphabet="あ&<>\n*", max_size=5000))
def test_long_text_stays_within_slacks_limits(words: str) -> None:
    news = EndorsementNews(person=words, endorser=words, challenge=words, words=words, path="/x")
    message = build(news, public_url="https://dx.example.jp")
    assert len(message.text) <= LONGEST_TEXT
    without_escapes = message.text
    for escape in ("&amp;", "&lt;", "&gt;"):
        without_escapes = without_escapes.replace(escape, "")
    assert not set("&<>") & set(without_escapes)
    assert all(len(element["text"]) <= LONGEST_BLOCK for element in elements(message))


@pytest.mark.parametrize("news", [BADGE, ENDORSEMENT])
def test_a_message_survives_storage(news: BadgeNews | EndorsementNews) -> None:
    assert from_json(json.loads(json.dumps(to_json(news)))) == news
