"""What the chart of an indicator tells, in a sentence or three."""

from collections.abc import Iterator

from app.indicators.chart_told import SHOWN
from app.indicators.control_chart import FEWEST, Rule, Signal, Verdict
from app.indicators.definitions import Period
from app.indicators.readings import Reading
from app.indicators.series import State
from app.web.language import language
from app.web.language import sentence as _
from app.web.wording.dashboard import join, period_in_full
from app.web.wording.numbers import in_words


def say(reading: Reading) -> str:
    """What the chart tells, in a sentence or three."""
    return join(list(_said(reading)))


def news_of(reading: Reading) -> str:
    """Why it is news."""
    signal = reading.chart.signal
    return _signal(reading, signal) if signal else ""


def _said(reading: Reading) -> Iterator[str]:
    if reading.verdict is Verdict.NONE:
        yield (
            _("小さな集まりの数が分からないように、伏せています。")
            if reading.is_hidden
            else _(
                "まだ値がありません。登録された月から、ここに線が始まります。"
                "値を推し量って置くことはしません。"
            )
        )
        return
    signal = reading.chart.signal
    if signal and reading.chart.is_current:
        yield _signal(reading, signal)
    elif signal and is_marked(reading):
        yield _past(reading, signal)
    elif reading.limits is None:
        yield _(
            "値が%(fewest)s個そろうと、ふだんの変動幅を引けます。いまは%(count)s個です。",
            fewest=FEWEST,
            count=len(_newest(reading)),
        )
    elif len(set(_newest(reading))) == 1:
        yield _("ずっと同じ値です。")
    else:
        yield _("上下していますが、ふだんの変動幅の中です。")
    yield from _holes(reading)
    yield from _changes(reading)
    if reading.series.with_disaster:
        yield _("災害対応の分を除いた線です。細い線は、込みの値です。")
    if reading.series.versions:
        yield _("縦の破線で、式が新しくなりました。前とは比べられません。")


def _newest(reading: Reading) -> list[float]:
    """The values that are compared with one another: those since the newest change."""
    first = reading.chart.segments[-1].first
    return [one.value for one in reading.series.points[first:] if one.value is not None]


def _changes(reading: Reading) -> Iterator[str]:
    """The noted changes in the chart, whose names it may cut."""
    start = max(len(reading.series.points) - SHOWN, 0)
    for one in reading.changes:
        place = reading.series.place_of(one.day)
        if place is not None and place > start:
            period = period_in_full(reading, reading.series.points[place].period)
            yield _("縦の破線：%(period)s「%(what)s」。", period=period, what=one.text(language()))


def _signal(reading: Reading, signal: Signal) -> str:
    points = reading.series.points
    first, last = (
        period_in_full(reading, points[place].period) for place in (signal.first, signal.last)
    )
    if signal.rule is Rule.STEP:
        return _(
            "%(first)sに段が変わり、そのまま続いています。変動幅は、前と後で分けて引き直しました。",
            first=first,
        )
    count = sum(one.value is not None for one in points[signal.first : signal.last + 1])
    told = {"first": first, "last": last, "count": in_words(count)}
    match signal.rule, signal.is_high:
        case Rule.OUTSIDE, True if count == 1:
            return _("%(last)sは、ふだんの変動幅を上に外れました。", **told)
        case Rule.OUTSIDE, False if count == 1:
            return _("%(last)sは、ふだんの変動幅を下に外れました。", **told)
        case Rule.OUTSIDE, True:
            return _("%(first)sから%(count)s回続けて、ふだんの変動幅の上に外れています。", **told)
        case Rule.OUTSIDE, False:
            return _("%(first)sから%(count)s回続けて、ふだんの変動幅の下に外れています。", **told)
        case _rule, is_high:
            return _row(reading, signal, told, is_high=is_high)


def _past(reading: Reading, signal: Signal) -> str:
    """A signal that is over."""
    period = period_in_full(reading, reading.series.points[signal.last].period)
    if signal.rule is Rule.OUTSIDE:
        return _(
            "%(period)sは、ふだんの変動幅を外れました。いまは中に戻っています。", period=period
        )
    return _("%(period)sまで、片側に寄っていました。いまは中に戻っています。", period=period)


def is_marked(reading: Reading) -> bool:
    """Whether the chart shows a mark with a number, which the sentence takes up."""
    signal = reading.chart.signal
    start = max(len(reading.series.points) - SHOWN, 0)
    return signal is not None and signal.rule is not Rule.STEP and signal.last >= start


def _row(reading: Reading, signal: Signal, told: dict[str, str], *, is_high: bool) -> str:
    if signal.rule is Rule.NEAR_LIMIT:
        return (
            _("%(first)sから、ふだんの変動幅の上の端に寄っています。", **told)
            if is_high
            else _("%(first)sから、ふだんの変動幅の下の端に寄っています。", **told)
        )
    is_monthly = reading.definition.period is Period.MONTH
    if is_high:
        return (
            _("%(first)sから%(count)sか月続けて、ふだんの平均より上です。", **told)
            if is_monthly
            else _("%(first)sから%(count)s回続けて、ふだんの平均より上です。", **told)
        )
    return (
        _("%(first)sから%(count)sか月続けて、ふだんの平均より下です。", **told)
        if is_monthly
        else _("%(first)sから%(count)s回続けて、ふだんの平均より下です。", **told)
    )


def _holes(reading: Reading) -> Iterator[str]:
    shown = reading.series.points[-SHOWN:]
    missing = [one for one in shown if one.state is State.MISSING]
    if len(missing) == 1:
        yield _(
            "%(period)sは値がなく、線をつなぎません。",
            period=period_in_full(reading, missing[0].period),
        )
    elif missing:
        yield _("%(count)s個の期間は値がなく、線をつなぎません。", count=len(missing))
    if any(one.state is State.HIDDEN for one in shown):
        yield _("「—」は、小さな集まりの数が分からないように伏せた値です。")
