"""Sentences of the dashboard: its heading, what the newest value of each indicator says, and
numbers with their units. Until the office has approved words of its own, these speak."""

from collections.abc import Mapping, Sequence
from datetime import date

from app.indicators import chart_words
from app.indicators.chart_told import told_limits
from app.indicators.control_chart import Limits, Verdict
from app.indicators.definitions import Direction, IndicatorWording, Period
from app.indicators.importing import REPLACED
from app.indicators.readings import ORDER, Reading
from app.indicators.series import Point, State
from app.queries.dashboard import NamedProject, group_of
from app.web import eras
from app.web.language import language, number
from app.web.language import sentence as _
from app.web.wording.numbers import things
from challenges.errors import N_

VERDICTS = {
    Verdict.BETTER: (N_("良くなっています"), "circle-check"),
    Verdict.STUCK: (N_("止まっています"), "flag"),
    Verdict.MOVED: (N_("ふだんと違います"), "info"),
    Verdict.USUAL: (N_("ふだんの変動幅"), "waves"),
    Verdict.EARLY: (N_("値をためています"), "clock"),
    Verdict.NONE: (N_("未登録"), "hourglass"),
}
DIRECTIONS = {
    Direction.UP: N_("多いほど良い指標です。"),
    Direction.DOWN: N_("少ないほど良い指標です。"),
    Direction.TOWARD_ZERO: N_("ゼロに近いほど良い指標です。"),
    Direction.NONE: N_("増減を良し悪しにしない指標です。"),
}


MARKS = {
    Verdict.BETTER: "◎",
    Verdict.STUCK: "▲",
    Verdict.MOVED: "◆",
    Verdict.USUAL: "〜",
    Verdict.EARLY: "○",
    Verdict.NONE: "—",
}
"""Forms that a copier keeps, for the sheet of paper."""


_EQUALS = "\N{WORD JOINER}＝\N{WORD JOINER}"
"""No line ends at it."""


def verdict_word(reading: Reading) -> str:
    """Its verdict in a word; that it is hidden, where it is."""
    if reading.is_hidden:
        return _("伏せています")
    return _(VERDICTS[reading.verdict][0])


def marks_told() -> str:
    """What the marks of the sheet mean."""
    told = [f"{MARKS[one]} {_(VERDICTS[one][0])}" for one in ORDER if one is not Verdict.NONE]
    return _("、").join(told) + _("。")


def heading(readings: Sequence[Reading]) -> str:
    """What the page says first: how many got better, how many are stuck."""
    better = sum(one.verdict is Verdict.BETTER for one in readings)
    stuck = sum(one.verdict is Verdict.STUCK for one in readings)
    if better and stuck:
        return _(
            "%(better)s良くなり、%(stuck)s止まっています。",
            better=things(better),
            stuck=things(stuck),
        )
    if better:
        return _("%(count)s、良くなっています。", count=things(better))
    if stuck:
        return _("%(count)s、止まっています。", count=things(stuck))
    if all(one.verdict is Verdict.NONE for one in readings):
        return _("値は、これから登録します。")
    if all(one.verdict in (Verdict.NONE, Verdict.EARLY) for one in readings):
        return _("値をためています。見立てはこれからです。")
    return _("どの指標も、ふだんの変動幅の中です。")


def news(readings: Sequence[Reading]) -> list[Reading]:
    """What changed or is stuck, the stuck ones first."""
    return [one for one in by_attention(readings) if is_news(one)]


def stuck(readings: Sequence[Reading]) -> str:
    """How many of them are stuck; "" for none."""
    count = sum(one.verdict is Verdict.STUCK for one in readings)
    return _("%(count)s、止まっています", count=things(count)) if count else ""


def is_news(reading: Reading) -> bool:
    """Whether it changed, or is stuck."""
    return reading.verdict in (Verdict.STUCK, Verdict.MOVED, Verdict.BETTER)


def by_attention(readings: Sequence[Reading]) -> list[Reading]:
    """Stuck ones first, those without a value last, else as they stand."""
    return sorted(readings, key=lambda one: ORDER.index(one.verdict))


def groups(
    readings: Sequence[Reading], projects: Sequence[NamedProject]
) -> list[tuple[str, list[Reading]]]:
    """The indicators by project: first the common ones, last those of the plan. In each the stuck
    ones first."""
    names = {"common": _("共通"), **{one.slug: one.name[language()] for one in projects}}
    names["plan"] = _("みえ元気プランの指標")
    found: dict[str, list[Reading]] = {slug: [] for slug in names}
    for one in readings:
        found.setdefault(group_of(one.definition), []).append(one)
    return [
        (names.get(slug, slug), by_attention(inside)) for slug, inside in found.items() if inside
    ]


def cards(readings: Sequence[Reading], *, is_of_unit: bool) -> list[Reading]:
    """Those that have a card: with values, and beside a unit only those that units have."""
    return [
        one for one in readings if one.series.points and (one.definition.by_unit or not is_of_unit)
    ]


def rest(readings: Sequence[Reading]) -> str:
    """How many others stay within their limits, and how many have few values or none."""
    usual = sum(one.verdict is Verdict.USUAL for one in readings)
    early = sum(one.verdict is Verdict.EARLY for one in readings)
    none = sum(one.verdict is Verdict.NONE for one in readings)
    parts = []
    if usual:
        parts.append(
            _(
                "ほかの%(count)sは、ふだんの変動幅の中です。このまま見守ります。",
                count=things(usual),
            )
        )
    if early:
        parts.append(
            _("%(count)sは、値がまだ少なく、変動幅を引けません。", count=things(early)),
        )
    if none:
        parts.append(_("%(count)sは、まだ値がありません。", count=things(none)))
    return join(parts)


def calmest(readings: Sequence[Reading]) -> Verdict:
    """The verdict of those that are no news."""
    known = {one.verdict for one in readings}
    return next((one for one in (Verdict.USUAL, Verdict.EARLY) if one in known), Verdict.NONE)


def wording(reading: Reading) -> IndicatorWording:
    """Its texts in the language of the request."""
    return reading.definition.en if language() == "en" else reading.definition.ja


def value(reading: Reading, point: Point | None) -> str:
    """The number alone: 36. 「—」 where it is hidden, 未登録 where nothing is known."""
    if point is None and reading.is_hidden:
        return "—"
    if point is None or point.state is State.MISSING:
        return _("未登録")
    if point.value is None:
        return "—"
    return chart_words.number(point.value, reading.definition.decimals)


def value_on_paper(reading: Reading, point: Point | None) -> str:
    """The number alone, 「—」 for whatever is missing or hidden: columns of paper are narrow, and
    its foot says what that means."""
    is_known = point is not None and point.state is State.KNOWN
    return value(reading, point) if is_known else "—"


def amount(reading: Reading, point: Point | None) -> str:
    """The number with its unit: 5.2開庁日."""
    if point is None or point.value is None:
        return value(reading, point)
    return chart_words.amount(point.value, reading.definition.decimals, wording(reading).unit)


def last_year(reading: Reading) -> str:
    """Last year's number with its unit; 「—」 where nobody can tell what it was."""
    if reading.carried and reading.carried.point is None:
        return "—"
    return amount(reading, reading.year_before)


def about_last_year(reading: Reading, names: Mapping[int, str]) -> str:
    """Whose value last year's is, over a reorganisation. ``names`` are those of units. Empty
    where the unit is compared with itself."""
    carried = reading.carried
    if carried is None:
        return ""
    if carried.point is None:
        return _("組織が分かれたため、去年とは比べられません。")
    units = _("、").join(names[one] for one in carried.unit_ids if one in names)
    if not units:
        return ""
    if carried.point.state is State.HIDDEN:
        return _("去年の%(units)sに伏せた値があるため、合わせられません。", units=units)
    if len(carried.unit_ids) == 1:
        return _("去年は、%(units)sの値です。", units=units)
    return _("去年は、%(units)sの公開した値を合わせたものです。", units=units)


def number_of(reading: Reading, known: float | None) -> str:
    """A value with its unit, or 「—」."""
    if known is None:
        return "—"
    return chart_words.amount(known, reading.definition.decimals, wording(reading).unit)


def base(point: Point | None) -> str:
    """What a value rests on: 4,481のうち1,613. Empty where it may not be told."""
    if point is None or not point.denominator:
        return ""
    whole = number(round(point.denominator))
    if point.numerator is None:
        return _("n＝%(whole)s", whole=whole).replace("＝", _EQUALS)
    return _("%(whole)sのうち%(part)s", whole=whole, part=number(round(point.numerator)))


def range_of(reading: Reading) -> str:
    """The usual range: 2.2 から 4.1."""
    known = limits(reading)
    if known is None:
        return ""
    decimals = reading.definition.decimals
    return _(
        "%(lower)s から %(upper)s",
        lower=chart_words.number(known.lower, decimals),
        upper=chart_words.amount(known.upper, decimals, wording(reading).unit),
    )


def reason(point: Point) -> str:
    """Why a value replaced another: the sentences of the app in the language of the request, those
    of the office as they wrote them."""
    found = REPLACED.fullmatch(point.reason)
    if found:
        return _("取込み%(number)sによる差し替え", number=found["number"])
    return _(point.reason) if point.reason else ""


def range_in_short(reading: Reading) -> str:
    """The usual range without its unit: 2.2–4.1."""
    known, decimals = limits(reading), reading.definition.decimals
    if known is None:
        return "—"
    return (
        f"{chart_words.number(known.lower, decimals)}–{chart_words.number(known.upper, decimals)}"
    )


def limits(reading: Reading) -> Limits | None:
    """The limits as they are told."""
    return told_limits(reading, reading.limits) if reading.limits else None


def period_in_full(reading: Reading, day: date) -> str:
    """2026年6月, June 2026; 令和8年6月 where ``DATE_STYLE`` says so."""
    period = reading.definition.period
    if period is Period.YEAR:
        return eras.fiscal_year(day.year)
    if eras.is_era_alone():
        return eras.era_period(day, period)
    return chart_words.period_name(day, reading.definition.period, language())


def period_in_short(reading: Reading, day: date) -> str:
    """26/6: for tables on paper."""
    if reading.definition.period is Period.YEAR:
        return f"{day.year}"
    return f"{day.year % 100}/{day.month}"


def fact(reading: Reading) -> str:
    """After the name of the indicator: は36%です（2026年6月、4,481のうち1,613）。"""
    last = reading.last
    if last is None:
        return _("は、まだ値がありません。")
    rests_on = base(last)
    return _(
        "は%(amount)sです（%(facts)s）。",
        amount=amount(reading, last),
        facts=_("、").join(filter(None, (period_in_full(reading, last.period), rests_on))),
    )


def join(parts: Sequence[str]) -> str:
    """Sentences one after the other."""
    return (" " if language() == "en" else "").join(parts)
