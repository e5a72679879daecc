"""What a chart of an indicator shows, told in words for whoever hears it. Pure."""

from collections.abc import Iterator

from app.indicators import chart_words as words
from app.indicators.control_chart import Limits
from app.indicators.readings import Reading
from app.indicators.series import Point, State

SHOWN = 24
"""Periods in a chart, the newest."""


def described(reading: Reading, language: str) -> str:
    """The newest ``SHOWN`` periods in sentences."""
    return "".join(_sentences(reading, language)).strip()


def window(reading: Reading) -> range:
    """Places of the periods that a chart shows."""
    count = len(reading.series.points)
    return range(max(count - SHOWN, 0), count)


def told_limits(reading: Reading, limits: Limits) -> Limits:
    """The limits as they are told: none below zero for what cannot be, none above 100 for a
    share."""
    known = reading.series.known
    lower, upper = limits.lower, limits.upper
    if all(one.value is None or one.value >= 0 for one in known):
        lower = max(lower, 0.0)
    if known and all(_is_share(one) for one in known):
        upper = min(upper, 100.0)
    return Limits(limits.mean, lower, upper)


def _is_share(one: Point) -> bool:
    return (
        one.numerator is not None
        and one.denominator is not None
        and one.numerator <= one.denominator
        and (one.value or 0) <= 100
    )


def _sentences(reading: Reading, language: str) -> Iterator[str]:
    points = [reading.series.points[place] for place in window(reading)]
    known = [one for one in points if one.value is not None]
    if not known:
        yield words.NOTHING[language]
        return
    yield _values(reading, points, known, language)
    if reading.limits:
        limits = told_limits(reading, reading.limits)
        yield " " + words.LIMITS[language].format(
            lower=_amount(reading, limits.lower, language),
            upper=_amount(reading, limits.upper, language),
            mean=_amount(reading, limits.mean, language),
        )
    for state, sentence in ((State.MISSING, words.GAPS), (State.HIDDEN, words.HIDDEN)):
        count = sum(one.state is state for one in points)
        if count:
            yield " " + sentence[language].format(count=count)
    yield from _moves(reading, language)


def _values(reading: Reading, points: list[Point], known: list[Point], language: str) -> str:
    values = [one.value or 0 for one in known]
    return words.KNOWN[language].format(
        first=_named(reading, points[0], language),
        last=_named(reading, points[-1], language),
        count=len(known),
        value=_amount(reading, values[-1], language),
        least=_amount(reading, min(values), language),
        most=_amount(reading, max(values), language),
    )


def _moves(reading: Reading, language: str) -> Iterator[str]:
    points, start = reading.series.points, window(reading).start
    for change in reading.changes:
        place = reading.series.place_of(change.day)
        if place is not None and place >= start:
            period = _named(reading, points[place], language)
            yield " " + words.CHANGE[language].format(period=period, text=change.text(language))
    signal = reading.chart.signal
    if signal and signal.last >= start:
        first, last = (_named(reading, points[n], language) for n in (signal.first, signal.last))
        yield " " + words.SIGNALS[signal.rule][language].format(first=first, last=last)


def _amount(reading: Reading, value: float, language: str) -> str:
    unit = getattr(reading.definition, language).unit
    return words.amount(value, reading.definition.decimals, unit)


def _named(reading: Reading, point: Point, language: str) -> str:
    return words.period_name(point.period, reading.definition.period, language)
