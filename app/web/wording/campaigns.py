"""The sentences about campaigns: how long, how far, what is promised."""

from dataclasses import dataclass
from datetime import date, timedelta

from app.queries.campaigns import SeenCampaign
from app.web.language import language
from app.web.language import sentence as _
from app.web.templating import day_with_weekday
from app.web.wording.numbers import in_words
from challenges.calendar import working_days_between
from challenges.campaigns.goals import PIECES, Growth, growth, growth_by_share
from challenges.errors import N_
from challenges.shares import SMALLEST_GROUP
from challenges.vocabulary import CampaignState, Cover, GoalKind

WEEK = 7
MONTH = 30
LONGEST_IN_WEEKS = 8 * WEEK
"""Days. What lasts longer is told in months."""


@dataclass(frozen=True)
class Scenery:
    """What a cover shows: its name, and what stands there when some, or all, has grown."""

    name: str
    some: str
    all: str


SCENERY = {
    Cover.PEARLS: Scenery(
        N_("みんなの真珠いかだ"),
        N_("%(pieces)sのいかだのうち%(grown)sが、湾に浮かびました。"),
        N_("%(pieces)sのいかだが、みんな湾に浮かびました。"),
    ),
    Cover.TEA: Scenery(
        N_("みんなの茶畑"),
        N_("%(pieces)sの畝のうち%(grown)sが芽吹きました。"),
        N_("%(pieces)sの畝が、みんな芽吹きました。"),
    ),
    Cover.STONES: Scenery(
        N_("みんなの石畳"),
        N_("%(pieces)sの石のうち%(grown)sが敷かれました。"),
        N_("%(pieces)sの石が、峠までみんな敷かれました。"),
    ),
    Cover.CEDARS: Scenery(
        N_("みんなの杉木立"),
        N_("%(pieces)s本の杉のうち%(grown)s本が育ちました。"),
        N_("%(pieces)s本の杉が、みんな育ちました。"),
    ),
    Cover.MIKAN: Scenery(
        N_("みんなのみかん畑"),
        N_("%(pieces)s本の木のうち%(grown)s本に、みかんがなりました。"),
        N_("%(pieces)s本の木に、みんなみかんがなりました。"),
    ),
    Cover.PADDIES: Scenery(
        N_("みんなの田んぼ"),
        N_("%(pieces)s枚の田のうち%(grown)s枚に、苗が並びました。"),
        N_("%(pieces)s枚の田に、みんな苗が並びました。"),
    ),
    Cover.BOATS: Scenery(
        N_("みんなの舟"),
        N_("%(pieces)sそうの舟のうち%(grown)sそうが、港を出ました。"),
        N_("%(pieces)sそうの舟が、みんな港を出ました。"),
    ),
    Cover.CORD: Scenery(
        N_("みんなの組みひも"),
        N_("%(pieces)sの目のうち%(grown)sが組み上がりました。"),
        N_("%(pieces)sの目が、みんな組み上がりました。"),
    ),
}


@dataclass(frozen=True, slots=True)
class Picture:
    """The growing picture of a campaign, and what stands below it."""

    cover: str
    grown: int
    name: str
    has_grown: str
    amount: str
    """The number in words, or "" where it would tell of too few people."""
    next: str


def heading(campaign: SeenCampaign, *, on: date) -> str:
    """Its name and how long it is on: 「会議をかるく。あと二週間半です。」"""
    name = campaign.definition.wording(language()).name.rstrip("。.")
    return _("%(name)s。%(left)s", name=name, left=how_long(campaign, on=on))


def how_long(campaign: SeenCampaign, *, on: date) -> str:
    """The time that is left in words, or when it begins or ended."""
    phase = campaign.phase(on)
    if phase == "dropped":
        return _("はじまる前に取りやめました。")
    if phase == "over":
        return _("%(day)sに終わりました。", day=_short_day(campaign.last_day))
    if phase == "coming":
        return _("%(day)sから。", day=day_with_weekday(campaign.first_day))
    left = _time_left((campaign.last_day - on).days)
    return left[:1].upper() + left[1:]  # an English sentence may begin with a number in words


def working_days_left(campaign: SeenCampaign, *, on: date) -> int:
    """Working days from that day to the last one, both included."""
    return working_days_between(on - timedelta(days=1), campaign.last_day)


def _time_left(days: int) -> str:
    """``days`` is 0 on the last day."""
    if days < 2:
        return _("あしたまでです。") if days else _("きょうまでです。")
    if days < WEEK:
        return _("あと%(days)s日です。", days=in_words(days))
    if days > LONGEST_IN_WEEKS:
        return _("あと%(months)sか月ほどです。", months=in_words(round(days / MONTH)))
    weeks, half = divmod(round(days * 2 / WEEK), 2)
    if weeks == 1:
        return _("あと一週間半です。") if half else _("あと一週間です。")
    if half:
        return _("あと%(weeks)s週間半です。", weeks=in_words(weeks))
    return _("あと%(weeks)s週間です。", weeks=in_words(weeks))


def _short_day(day: date) -> str:
    return f"{day.day} {day:%B}" if language() == "en" else f"{day.month}月{day.day}日"


def picture(campaign: SeenCampaign) -> Picture:
    """The picture as far as it has grown, with its sentences."""
    goal = campaign.definition.goal
    if goal.kind is GoalKind.SHARE:
        now, amount = _by_share(campaign)
        next_one = N_("次の一つまで、あと%(left)s人。")
    else:
        now = growth(campaign.steps, goal.target)
        amount = _("みんなで%(steps)s歩。", steps=f"{campaign.steps:,}")
        next_one = N_("次の一つまで、あと%(left)s歩。")
    scenery = SCENERY[campaign.definition.cover]
    has_grown = scenery.all if now.grown == PIECES else scenery.some
    is_over = campaign.state in (CampaignState.CLOSED, CampaignState.ARCHIVED)
    if not (campaign.steps or campaign.people or is_over):
        amount, has_grown = "", N_("はじめの一つを待っています。")
    return Picture(
        cover=campaign.definition.cover.value,
        grown=now.grown,
        name=_(scenery.name),
        has_grown=_(has_grown, pieces=PIECES, grown=now.grown),
        amount=amount,
        next=_(next_one, left=f"{now.missing:,}") if now.missing else "",
    )


def _by_share(campaign: SeenCampaign) -> tuple[Growth, str]:
    """From the snapshot, so that no afternoon gives a person away, and not of too few people."""
    reached, people = campaign.reached or 0, campaign.people or 0
    if reached < SMALLEST_GROUP:
        return Growth(0, None), ""
    per_cent = campaign.definition.goal.target
    now = growth_by_share(people, reached=reached, per_cent=per_cent)
    return now, _("百人に%(share)s人が加わりました。", share=in_words(people * 100 // reached))
