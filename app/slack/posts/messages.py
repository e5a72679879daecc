"""What a post says, built from plain values, so that a test reads it as a person on Slack would.

``text`` is complete by itself: screen readers and notifications read it instead of the blocks. All
of it is Japanese, the language of the channel.

What people wrote appears as they typed it. In the blocks it stands in ``rich_text``, whose texts
Slack does not read for markup, names or emoji. In ``text`` it is escaped as Slack asks (&, <, >),
and the client tells Slack to look for nothing else there (``mrkdwn``, ``parse``, ``link_names``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from challenges.recognition.praising import KINDS
from challenges.vocabulary import PraiseKind

EVENT_TYPE = "dx_step_up_post"
"""The ``event_type`` in the metadata of every post of ours; its payload is ``{"key": …}``."""

LONGEST_TEXT = 3500
LONGEST_BLOCK = 2900
"""In characters as sent, escapes included. Slack cuts a text at 4,000 characters and refuses a
block above 3,000."""

_SECTION = "rich_text_section"
_QUOTE = "rich_text_quote"

_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


@dataclass(frozen=True)
class Message:
    """A post, ready to be sent."""

    text: str
    blocks: list[dict[str, Any]]


@dataclass(frozen=True, kw_only=True)
class BadgeNews:
    """Somebody was given a badge. ``path`` is the badge's page."""

    person: str
    badge: str
    path: str


@dataclass(frozen=True, kw_only=True)
class EndorsementNews:
    """A manager vouched for what somebody did.

    ``endorser`` is None if the manager does not allow posts, and so is not named.
    """

    person: str
    endorser: str | None
    challenge: str
    words: str
    path: str
    praise: str = ""
    """What was good, as 「創造性・地道さ」. Empty in posts planned before there were kinds."""


@dataclass(frozen=True, kw_only=True)
class NudgeNews:
    """Words of the office about a campaign, to the one channel that they were written for."""

    words: str
    path: str
    channel: str


News = BadgeNews | EndorsementNews | NudgeNews

_KINDS: dict[str, type[BadgeNews] | type[EndorsementNews] | type[NudgeNews]] = {
    "badge": BadgeNews,
    "endorsement": EndorsementNews,
    "nudge": NudgeNews,
}


def to_json(news: News) -> dict[str, Any]:
    """The news as it is stored with its post."""
    kind = next(name for name, class_ in _KINDS.items() if isinstance(news, class_))
    return {"kind": kind, **asdict(news)}


def from_json(kept: Mapping[str, Any]) -> News:
    """The news that ``to_json`` stored. Raises KeyError or TypeError if it has another shape."""
    return _KINDS[kept["kind"]](**{name: value for name, value in kept.items() if name != "kind"})


def praise_in_words(kinds: Iterable[PraiseKind]) -> str:
    """What was good, as ``EndorsementNews`` has it."""
    return "・".join(KINDS[kind] for kind in kinds)


def build(news: News, *, public_url: str) -> Message:
    """The message for a piece of news, with a link back to the app."""
    link = public_url.rstrip("/") + news.path
    if isinstance(news, BadgeNews):
        return _badge(news, link)
    if isinstance(news, NudgeNews):
        return _nudge(news, link)
    return _endorsement(news, link)


def _badge(news: BadgeNews, link: str) -> Message:
    sentence = f"{news.person}さんがバッジ「{news.badge}」を受け取りました。"
    return Message(
        text=_escape(f"{sentence} このバッジについて: {link}", LONGEST_TEXT),
        blocks=[_block(_SECTION, _plain(sentence)), _link(link, "このバッジを見る")],
    )


def _endorsement(news: EndorsementNews, link: str) -> Message:
    giver = f"{news.endorser}さん" if news.endorser else "管理職"
    sentence = (
        f"{giver}から{news.person}さんへ、「{news.challenge}」の達成にお墨付きが贈られました。"
    )
    if news.praise:
        sentence += f"良かったところは、{news.praise}。"
    words = " ".join(news.words.split())
    return Message(
        text=_escape(f"{sentence} 「{words}」 このチャレンジについて: {link}", LONGEST_TEXT),
        blocks=[
            _block(_SECTION, _plain(sentence)),
            _block(_QUOTE, _plain(news.words)),
            _link(link, "このチャレンジを見る"),
        ],
    )


def _nudge(news: NudgeNews, link: str) -> Message:
    words = " ".join(news.words.split())
    return Message(
        text=_escape(f"{words} このキャンペーンについて: {link}", LONGEST_TEXT),
        blocks=[_block(_SECTION, _plain(news.words)), _link(link, "キャンペーンを見る")],
    )


def _block(kind: str, element: dict[str, Any]) -> dict[str, Any]:
    return {"type": "rich_text", "elements": [{"type": kind, "elements": [element]}]}


def _plain(text: str) -> dict[str, Any]:
    """The text as it is, cut with an ellipsis if it is too long."""
    cut = text if len(text) <= LONGEST_BLOCK else f"{text[: LONGEST_BLOCK - 1]}…"
    return {"type": "text", "text": cut}


def _link(link: str, words: str) -> dict[str, Any]:
    return _block(_SECTION, {"type": "link", "url": link, "text": words})


def _escape(text: str, longest: int) -> str:
    """Escape for Slack, and cut with an ellipsis if it grows too long, never within an escape."""
    pieces: list[str] = []
    left = longest - 1
    for letter in text:
        piece = _ESCAPES.get(letter, letter)
        if len(piece) > left:
            return "".join(pieces) + "…"
        pieces.append(piece)
        left -= len(piece)
    return "".join(pieces)
