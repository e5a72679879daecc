"""The words for the fields of a campaign's draft and their values, in forms, differences and the
audit log."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from app.web import catalogue
from app.web.language import language
from app.web.language import sentence as _
from app.web.templating import day_in_words
from challenges.errors import N_
from challenges.vocabulary import CampaignState, Cover, GoalKind

FIELD_WORDS = {
    "ja.name": N_("名前"),
    "en.name": N_("名前（英語）"),
    "ja.motto": N_("合いことば"),
    "en.motto": N_("合いことば（英語）"),
    "ja.purpose": N_("趣旨"),
    "en.purpose": N_("趣旨（英語）"),
    "cover": N_("育つ絵"),
    "lessons": N_("去年からの申し送り"),
    "everyone": N_("全職員"),
    "units": N_("所属"),
    "managers": N_("管理職"),
    "new_since": N_("新しい所属へ移った人"),
    "challenges": N_("チャレンジ"),
    "first_day": N_("はじめの日"),
    "last_day": N_("終わりの日"),
    "goal.kind": N_("目あての数え方"),
    "goal.target": N_("みんなの目あて"),
    "ja.stop_when": N_("やめるとき"),
    "en.stop_when": N_("やめるとき（英語）"),
    "channel": N_("Slackのチャンネル"),
    "unit": N_("前の所属"),
    "successor": N_("引き継いだ所属"),
    "since": N_("引き継いだ日"),
}
PART_WORDS = {
    "what": N_("なにを"),
    "whom": N_("だれに"),
    "which": N_("どれを"),
    "when": N_("いつ"),
    "whole": N_("全体"),
}
COVER_WORDS = {
    Cover.PEARLS: N_("真珠いかだ"),
    Cover.TEA: N_("茶畑"),
    Cover.STONES: N_("石畳"),
    Cover.CEDARS: N_("杉木立"),
    Cover.MIKAN: N_("みかんの段畑"),
    Cover.PADDIES: N_("田んぼ"),
    Cover.BOATS: N_("灯台と舟"),
    Cover.CORD: N_("組みひも"),
}
GOAL_WORDS = {
    GoalKind.STEPS: N_("みんなで登る段の数"),
    GoalKind.SHARE: N_("参加する人の割合（％）"),
}
STATE_SENTENCES = {
    CampaignState.DRAFT: N_("「%(name)s」は、まだ下書きです。"),
    CampaignState.WAITING: N_("「%(name)s」は、承認を待っています。"),
    CampaignState.SCHEDULED: N_("「%(name)s」は、はじめの日を待っています。"),
    CampaignState.OPEN: N_("「%(name)s」は、開いています。"),
    CampaignState.CLOSED: N_("「%(name)s」は、終わりました。"),
    CampaignState.ARCHIVED: N_("「%(name)s」は、しまってあります。"),
}
STATE_WORDS = {
    CampaignState.DRAFT: N_("下書き"),
    CampaignState.WAITING: N_("承認待ち"),
    CampaignState.SCHEDULED: N_("予定"),
    CampaignState.OPEN: N_("開催中"),
    CampaignState.CLOSED: N_("終了"),
    CampaignState.ARCHIVED: N_("しまったもの"),
}


def field_word(field: str) -> str:
    """The word for a field; the name itself where it is none of a draft."""
    return _(FIELD_WORDS[field]) if field in FIELD_WORDS else field


def part_word(part: str) -> str:
    """The word for one of the four parts."""
    return _(PART_WORDS.get(part, PART_WORDS["whole"]))


def state_word(state: str) -> str:
    """The word for a state of a campaign."""
    return _(STATE_WORDS[CampaignState(state)])


def state_sentence(state: str, name: str) -> str:
    """Where a campaign stands, as a heading."""
    return _(STATE_SENTENCES[CampaignState(state)], name=name)


def value_words(field: str, value: Any) -> str:
    """The value of a field as people read it."""
    if value in (None, "", [], False, {}):
        return _("（なし）")
    if value is True:
        return _("はい")
    return _SPECIAL.get(field, _plain)(value)


def _plain(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list) else str(value)


def _day(value: Any) -> str:
    return day_in_words(date.fromisoformat(value))


def _challenges(value: list[Mapping[str, Any]]) -> str:
    return "\n".join(f"{number}. {_challenge(one)}" for number, one in enumerate(value, start=1))


def _challenge(one: Mapping[str, Any]) -> str:
    title = challenge_title(one["slug"])
    steps = one.get("steps") or ()
    return title if not steps else title + _("（%(steps)sの段）", steps="・".join(map(str, steps)))


def challenge_title(slug: str) -> str:
    """The title of a challenge, or its slug where the catalogue has none of it."""
    found = catalogue.current().challenges.by_slug.get(slug)
    return found.wording[language()].title if found else slug


_SPECIAL = {
    "cover": lambda value: _(COVER_WORDS[Cover(value)]),
    "goal.kind": lambda value: _(GOAL_WORDS[GoalKind(value)]),
    "goal.target": lambda value: f"{value:,}",
    "first_day": _day,
    "last_day": _day,
    "new_since": _day,
    "challenges": _challenges,
}
