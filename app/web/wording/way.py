"""What 「わたしの道のり」 says: its heading, its months and its first times."""

from app.queries.my_way import MyYear
from app.web.language import sentence as _
from app.web.templating import month_in_words, month_name
from app.web.wording.vocabulary import mindset_word, stage_word
from challenges.errors import N_
from challenges.progress.way import Milestone, MilestoneKind, MonthOnTheWay

NOT_FOR_REVIEW = N_("面談や人事評価の資料として提出を求めることはできません")
"""What each printed sheet says, in Japanese too where the sheet is in English: whoever asks for one
reads Japanese."""


def heading(seen: MyYear) -> str:
    """The answer to "how far have I come?", without a number of steps."""
    now = next((month for month in seen.months if month.is_now), None)
    if seen.is_new:
        return _("ここから、道がはじまります。")
    if now is None:
        return _("港から峠まで、歩いた一年です。") if seen.has_steps else _("ひと休みの一年です。")
    if not seen.has_steps:
        return _("道は、そのまま続いています。")
    first = month_in_words(seen.months[0].first_day.month)
    if seen.months[0].is_now:
        return _("%(first)sの港を出ました。", first=first)
    here = month_in_words(now.first_day.month)
    return _("%(first)sの港から、%(now)sまで来ました。", first=first, now=here)


def month_word(month: MonthOnTheWay) -> str:
    """4月, or Apr in English."""
    return month_name(month.first_day.month)


def months_in_words(seen: MyYear) -> str:
    """What the picture shows: the months with stones, each with its mindsets."""
    return _("、").join(_month(month) for month in seen.months if month.has_steps)


def _month(month: MonthOnTheWay) -> str:
    name = month_word(month)
    if not month.mindsets:
        return name
    words = _("・").join(mindset_word(mindset) for mindset in month.mindsets)
    return _("%(month)s（%(mindsets)s）", month=name, mindsets=words)


def milestone(one: Milestone) -> str:
    """What the step was the first of."""
    match one.kind:
        case MilestoneKind.FIRST:
            return _("はじめの一歩")
        case MilestoneKind.RETURN:
            return _("おかえりなさいの一歩")
        case MilestoneKind.MINDSET:
            return _("はじめての「%(mindset)s」", mindset=mindset_word(one.mindset or ""))
        case MilestoneKind.STAGE:
            return _("はじめて「%(stage)s」", stage=stage_word(one.stage or ""))
