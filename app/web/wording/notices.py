"""What notices say: one sentence each, its place, and where it leads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby

from flask import url_for

from app.notices.kinds import NoticeKind
from app.notices.queries import ListedNotice
from app.web.language import language
from app.web.language import sentence as _
from app.web.templating import day_with_weekday, time_of_day
from app.web.wording.numbers import spelled
from app.web.wording.stamps import stamp_word
from app.web.wording.vocabulary import stage_word
from badges.catalogue.published import BadgeCatalogue
from challenges.calendar import day_of
from challenges.catalogue.published import Catalogue
from challenges.errors import N_
from challenges.submissions.overdue import PATIENCE

KINDS = {
    NoticeKind.QUESTION: N_("わたしの申請への質問"),
    NoticeKind.ACCEPTED: N_("申請が達成になったとき"),
    NoticeKind.WORDS: N_("わたしへのお墨付き"),
    NoticeKind.CHEER: N_("わたしへの応援"),
    NoticeKind.THANKS: N_("わたしの応援への「ありがとう」"),
    NoticeKind.BADGE: N_("バッジ"),
    NoticeKind.WAITING: N_("わたしの確認を待っている人"),
    NoticeKind.CAMPAIGN_OPENS: N_("キャンペーンのはじまり"),
    NoticeKind.CAMPAIGN_ENDS: N_("キャンペーンがもうすぐ終わるとき"),
    NoticeKind.CAMPAIGN_MEND: N_("担当のキャンペーンに、直すところが見つかったとき"),
    NoticeKind.TAKEN_BACK: N_("DX事務局が達成を取り消したとき"),
    NoticeKind.MASKED: N_("DX事務局がわたしの言葉を伏せたとき"),
}
"""By the order of the settings."""

FACES = {
    NoticeKind.QUESTION: ("message-circle", "challenge"),
    NoticeKind.ACCEPTED: ("check", "stone"),
    NoticeKind.WORDS: ("hand-heart", "produce"),
    NoticeKind.CHEER: ("heart", "challenge"),
    NoticeKind.THANKS: ("leaf", "produce"),
    NoticeKind.BADGE: ("award", "produce"),
    NoticeKind.WAITING: ("hourglass", "learn"),
    NoticeKind.CAMPAIGN_OPENS: ("flag", "produce"),
    NoticeKind.CAMPAIGN_ENDS: ("flag", "challenge"),
    NoticeKind.CAMPAIGN_MEND: ("circle-alert", "challenge"),
    NoticeKind.TAKEN_BACK: ("info", "stone"),
    NoticeKind.MASKED: ("info", "stone"),
}
"""The icon and the hue of a tile."""

SENTENCES = {
    NoticeKind.QUESTION: N_("%(name)sさんから質問が届きました"),
    NoticeKind.ACCEPTED: N_("%(name)sさんが、一歩を確認しました"),
    NoticeKind.WORDS: N_("%(name)sさんからお墨付きの言葉が届きました"),
    NoticeKind.CHEER: N_("%(name)sさんから応援「%(stamp)s」が届きました"),
    NoticeKind.THANKS: N_("%(name)sさんが、あなたの応援に「ありがとう」と言っています"),
    NoticeKind.BADGE: N_("バッジ「%(badge)s」が届きました"),
    NoticeKind.WAITING: N_("%(name)sさんが、あなたの確認を待っています"),
    NoticeKind.CAMPAIGN_OPENS: N_("「%(campaign)s」がはじまりました"),
    NoticeKind.CAMPAIGN_ENDS: N_("「%(campaign)s」は、もうすぐ終わります"),
    NoticeKind.CAMPAIGN_MEND: N_("「%(campaign)s」に、直すところが見つかりました"),
    NoticeKind.TAKEN_BACK: N_("DX事務局が、達成を取り消しました"),
    NoticeKind.MASKED: N_("DX事務局が、あなたの言葉を伏せました"),
}
_WITH_REASON = (NoticeKind.TAKEN_BACK, NoticeKind.MASKED)
BY_THE_CALENDAR = N_("%(days)s開庁日を過ぎたため自動で達成になりました")
WITH_WORDS = N_("%(name)sさんが一歩を確認し、お墨付きを贈りました")
WEEK = 7


@dataclass(frozen=True, slots=True)
class NoticeLine:
    """One notice as it is shown."""

    id: int
    at: datetime
    is_unread: bool
    what: str
    place: str
    reason: str
    icon: str
    hue: str
    when: str
    """The time of day, or the day where the heading does not say it."""


@dataclass(frozen=True, slots=True)
class Told:
    """The catalogues of the names that notices mention."""

    challenges: Catalogue
    badges: BadgeCatalogue


def by_day(
    found: Iterable[ListedNotice], told: Told, *, today: date
) -> list[tuple[str, list[NoticeLine]]]:
    """The notices as lines under their days: today, this week's, last week, then by month."""
    lines = ((_heading(day_of(one.happened_at), today), line(one, told, today)) for one in found)
    return [
        (heading, [shown for _heading_of_it, shown in group])
        for heading, group in groupby(lines, key=lambda pair: pair[0])
    ]


def line(one: ListedNotice, told: Told, today: date) -> NoticeLine:
    """One notice in words."""
    icon, hue = FACES[one.kind]
    day = day_of(one.happened_at)
    return NoticeLine(
        id=one.id,
        at=one.happened_at,
        is_unread=one.is_unread,
        what=_what(one, told),
        place=_place(one, told),
        reason=_("理由：%(reason)s", reason=one.reason)
        if one.kind in _WITH_REASON and one.reason
        else "",
        icon=icon,
        hue=hue,
        when=time_of_day(one.happened_at) if day >= _monday(today) else day_with_weekday(day),
    )


def address(one: ListedNotice, told: Told, *, person_id: int) -> str:
    """Where the notice leads."""
    if one.kind is NoticeKind.WAITING:
        return url_for("team.team")
    if one.kind is NoticeKind.THANKS:
        return url_for("cheers.cheers", _anchor="given")
    if one.masked_kind and one.masked_id:
        return url_for("words.mine", kind=one.masked_kind.value.lower(), text_id=one.masked_id)
    return _subject(one, told) or url_for("people.person", person_id=person_id, _anchor="records")


def _subject(one: ListedNotice, told: Told) -> str | None:
    """The page of the campaign, the badge or the challenge, if it is about one."""
    if one.campaign and one.kind is NoticeKind.CAMPAIGN_MEND:
        return url_for("studio_edit.edit", slug=one.campaign)
    if one.campaign:
        return url_for("campaigns.campaign", slug=one.campaign)
    if one.badge in told.badges.by_slug:
        return url_for("badges.badge", slug=one.badge)
    challenge, step = told.challenges.by_step.get(one.step_id or 0, (None, None))
    if challenge and step:
        return url_for("challenges.challenge", slug=challenge.slug, _anchor=f"step-{step.number}")
    return None


def _what(one: ListedNotice, told: Told) -> str:
    if one.kind is NoticeKind.ACCEPTED and one.by is None:
        return _(BY_THE_CALENDAR, days=spelled(PATIENCE))
    if one.kind is NoticeKind.WORDS and one.came_with_acceptance:
        return _(WITH_WORDS, name=one.by)
    badge = told.badges.by_slug.get(one.badge or "")
    return _(
        SENTENCES[one.kind],
        name=one.by or "",
        stamp=stamp_word(one.stamp) if one.stamp else "",
        badge=badge.wording[language()].name if badge else one.badge or "",
        campaign=one.campaign_names[language()] or one.campaign or "",
    )


def _place(one: ListedNotice, told: Told) -> str:
    if one.campaign and one.last_day:
        return _("%(day)sまで", day=day_with_weekday(one.last_day))
    if one.step_id is None:
        return ""
    challenge, step = told.challenges.by_step.get(one.step_id, (None, None))
    if not (challenge and step):
        return _("いまのカタログにはない段")
    title = challenge.wording[language()].title
    return _("「%(challenge)s」の%(stage)s", challenge=title, stage=stage_word(step.stage.value))


def _heading(day: date, today: date) -> str:
    monday = _monday(today)
    if day >= today:
        return _("きょう %(day)s", day=day_with_weekday(today))
    if day >= monday:
        return day_with_weekday(day)
    if day >= monday - timedelta(days=WEEK):
        return _("先週")
    if (day.year, day.month) == (today.year, today.month):
        return _("今月")
    return f"{day:%B %Y}" if language() == "en" else f"{day.year}年{day.month}月"


def _monday(today: date) -> date:
    return today - timedelta(days=today.weekday())
