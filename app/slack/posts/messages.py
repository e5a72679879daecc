"""What a post says, built from plain values, so that a test reads it as a person on Slack would.

``text`` is complete by itself: screen readers and notifications read it instead of the blocks. All
of it is Japanese, the language of the channel. What people wrote is escaped as Slack asks (&, <,
>), and Slack is told not to look for names in it (``verbatim`` here, ``parse`` and ``link_names``
in the client), so nothing becomes a mention or a link.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

EVENT_TYPE = "dx_step_up_post"
"""The ``event_type`` in the metadata of every post of ours; its payload is ``{"key": …}``."""

LONGEST_TEXT = 3500
LONGEST_SECTION = 2900
"""In characters as sent, escapes included. Slack cuts a text at 4,000 characters and refuses a
section above 3,000."""

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


News = BadgeNews | EndorsementNews

_KINDS: dict[str, type[BadgeNews] | type[EndorsementNews]] = {
    "badge": BadgeNews,
    "endorsement": EndorsementNews,
}


def to_json(news: News) -> dict[str, Any]:
    """The news as it is stored with its post."""
    kind = next(name for name, class_ in _KINDS.items() if isinstance(news, class_))
    return {"kind": kind, **asdict(news)}


def from_json(kept: Mapping[str, Any]) -> News:
    """The news that ``to_json`` stored. Raises KeyError or TypeError if it has another shape."""
    return _KINDS[kept["kind"]](**{name: value for name, value in kept.items() if name != "kind"})


def build(news: News, *, public_url: str) -> Message:
    """The message for a piece of news, with a link back to the app."""
    link = public_url.rstrip("/") + news.path
    if isinstance(news, BadgeNews):
        return _badge(news, link)
    return _endorsement(news, link)


def _badge(news: BadgeNews, link: str) -> Message:
    sentence = f"{news.person}さんがバッジ「{news.badge}」を受け取りました。"
    return Message(
        text=_escape(f"{sentence} このバッジについて: {link}", LONGEST_TEXT),
        blocks=[_section(_escape(sentence, LONGEST_SECTION)), _link(link, "このバッジを見る")],
    )


def _endorsement(news: EndorsementNews, link: str) -> Message:
    giver = f"{news.endorser}さん" if news.endorser else "管理職"
    sentence = (
        f"{giver}から{news.person}さんへ、「{news.challenge}」の達成にお墨付きが贈られました。"
    )
    words = " ".join(news.words.split())
    return Message(
        text=_escape(f"{sentence} 「{words}」 このチャレンジについて: {link}", LONGEST_TEXT),
        blocks=[
            _section(_escape(sentence, LONGEST_SECTION)),
            _section(_quote(news.words)),
            _link(link, "このチャレンジを見る"),
        ],
    )


def _quote(words: str) -> str:
    lines = (" ".join(line.split()) for line in words.splitlines())
    return "\n".join(
        f"> {line}"
        for line in _escape("\n".join(filter(None, lines)), LONGEST_SECTION - 200).split("\n")
    )


def _section(text: str) -> dict[str, Any]:
    return {"type": "section", "text": _mrkdwn(text)}


def _link(link: str, words: str) -> dict[str, Any]:
    return {"type": "context", "elements": [_mrkdwn(f"<{_address(link)}|{words}>")]}


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"type": "mrkdwn", "text": text, "verbatim": True}


def _address(link: str) -> str:
    """An address for Slack's <…|…>, which a bar or a bracket within it would end early."""
    return _escape(
        link.replace("|", "%7C").replace("<", "%3C").replace(">", "%3E"), LONGEST_SECTION
    )


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
