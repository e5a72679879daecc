"""Control charts for single values (XmR), so that noise is not taken for news. Pure.

The limits are mean ± 2.66 × mean moving range (Wheeler, Understanding Variation, 1993; the NIST
handbook, 6.3.2.2, writes 3 / 1.128 for 2.66). They rest on the first ``BASELINE`` values of a
segment and stay as they are, so that a slow drift does not widen its own limits. A noted change or
a new version of the formula begins a segment, with limits of its own.

Three rules tell a signal: a value outside the limits, or several in a row; ``RUN`` values in a row
on one side of the mean; three of four values in a row nearer to the same limit than to the mean. A
period without a value ends a row and is no moving range.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from math import inf, isclose

from app.indicators.definitions import Direction

WIDTH = 2.66
"""Mean moving ranges from the mean to a limit."""
BASELINE = 12
"""Values that the limits rest on."""
FEWEST = 6
"""Values from which limits are drawn at all. They move until there are ``BASELINE``."""
RUN = 8
NEAR, OF = 3, 4
"""So many of so many values nearer to the limit than to the mean."""
RECENT = 12
"""Periods for which a step at a noted change counts as news."""

Values = Sequence[float | None]
"""One per period, without a hole in time; None where nothing is known or shown."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Where values usually are (ふだんの変動幅), in the unit of the values."""

    mean: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch with the same limits, from the place ``first`` to ``last``, both included."""

    first: int
    last: int
    limits: Limits | None
    """None: too few values."""
    is_comparable: bool = True
    """Whether its values mean the same as those before: False for a new version."""


class Rule(StrEnum):
    """What tells a signal, the most telling first."""

    OUTSIDE = "outside"
    RUN = "run"
    NEAR_LIMIT = "near-limit"
    STEP = "step"
    """The mean since a noted change lies outside the limits before it."""


@dataclass(frozen=True, slots=True)
class Signal:
    """A move that chance hardly makes, from the place ``first`` to ``last``, both included."""

    rule: Rule
    is_high: bool
    """Above the mean."""
    first: int
    last: int


class Verdict(StrEnum):
    """What a chart says in one word."""

    BETTER = "better"
    STUCK = "stuck"
    MOVED = "moved"
    """A signal of an indicator that has no better and no worse."""
    USUAL = "usual"
    EARLY = "early"
    """Too few values to know what is usual."""
    NONE = "none"
    """No value."""


@dataclass(frozen=True, slots=True)
class ControlChart:
    """The limits of each segment, and the newest most telling signal."""

    segments: Sequence[Segment]
    signal: Signal | None
    is_current: bool
    """Whether the signal still holds with the newest value."""

    @property
    def limits(self) -> Limits | None:
        """Those of the newest segment."""
        return self.segments[-1].limits if self.segments else None


def control_chart(
    values: Values, *, changes: Collection[int] = (), versions: Collection[int] = ()
) -> ControlChart:
    """The chart of the values. Segments begin at ``changes`` (noted ones) and ``versions``."""
    segments = list(_segments(values, frozenset(changes), frozenset(versions)))
    newest = max((place for place, one in enumerate(values) if one is not None), default=None)
    if newest is None:
        return ControlChart(segments, None, is_current=False)
    signal = _newest(list(_signals(values, segments[-1])))
    if signal is None or signal.last < newest:
        step = _step(segments, newest)
        if step is not None:
            return ControlChart(segments, step, is_current=True)
    return ControlChart(segments, signal, is_current=signal is not None and signal.last == newest)


def limits(values: Values) -> Limits | None:
    """The limits that rest on the first values, or None if they are too few.

    Neighbours with nothing between them alone make a moving range.
    """
    known = [place for place, one in enumerate(values) if one is not None][:BASELINE]
    if len(known) < FEWEST:
        return None
    first = values[: known[-1] + 1]
    ranges = [abs(b - a) for a, b in pairwise(first) if a is not None and b is not None]
    if not ranges:
        return None
    present = [one for one in first if one is not None]
    mean = sum(present) / len(present)
    reach = WIDTH * sum(ranges) / len(ranges)
    return Limits(mean, mean - reach, mean + reach)


def verdict(chart: ControlChart, values: Values, direction: Direction) -> Verdict:
    """What the newest value says of the indicator. Only a signal that still holds is news."""
    if all(one is None for one in values):
        return Verdict.NONE
    signal = chart.signal
    if signal is None or not chart.is_current:
        return Verdict.USUAL if chart.limits else Verdict.EARLY
    if direction is Direction.NONE:
        return Verdict.MOVED
    return Verdict.BETTER if _is_better(chart, values, signal, direction) else Verdict.STUCK


def _is_better(chart: ControlChart, values: Values, signal: Signal, direction: Direction) -> bool:
    if direction is not Direction.TOWARD_ZERO:
        return signal.is_high is (direction is Direction.UP)
    before = chart.segments[-2 if signal.rule is Rule.STEP else -1].limits
    there = [one for one in values[signal.first : signal.last + 1] if one is not None]
    return before is not None and abs(sum(there) / len(there)) < abs(before.mean)


def _segments(
    values: Values, changes: frozenset[int], versions: frozenset[int]
) -> Iterator[Segment]:
    inside = {place for place in changes | versions if 0 < place < len(values)}
    for first, after in pairwise(sorted({0, len(values)} | inside)):
        yield Segment(first, after - 1, limits(values[first:after]), first not in versions)


def _signals(values: Values, segment: Segment) -> Iterator[Signal]:
    if segment.limits is None:
        return
    places = range(segment.first, segment.last + 1)
    for is_high in (True, False):
        rises = [_rise(values[place], segment.limits, is_high=is_high) for place in places]
        for rule, first, last in _found(rises):
            yield Signal(rule, is_high, segment.first + first, segment.first + last)


def _rise(value: float | None, known: Limits, *, is_high: bool) -> float | None:
    """How far a value lies from the mean towards a limit: 1 is the limit. Where values never moved,
    any other value is far outside."""
    if value is None:
        return None
    if isclose(value, known.mean, rel_tol=1e-9, abs_tol=1e-9):
        return 0.0
    away = value - known.mean if is_high else known.mean - value
    reach = known.upper - known.mean
    return away / reach if reach > 0 else away * inf


def _found(rises: Sequence[float | None]) -> Iterator[tuple[Rule, int, int]]:
    row = 0
    for place, rise in enumerate(rises):
        row = row + 1 if rise is not None and rise > 1 else 0
        if row:
            yield Rule.OUTSIDE, place - row + 1, place
    row = 0
    for place, rise in enumerate(rises):
        row = row + 1 if rise is not None and rise > 0 else 0
        if row >= RUN:
            yield Rule.RUN, place - row + 1, place
    for last in range(OF - 1, len(rises)):
        window = rises[last - OF + 1 : last + 1]
        is_near = [rise is not None and rise > 0.5 for rise in window]
        if None not in window and is_near[-1] and sum(is_near) >= NEAR:
            yield Rule.NEAR_LIMIT, last - OF + 1 + is_near.index(True), last


def _newest(signals: Sequence[Signal]) -> Signal | None:
    """Of those that end last, the most telling."""
    order = list(Rule)
    return max(
        signals, key=lambda one: (one.last, -order.index(one.rule), -one.first), default=None
    )


def _step(segments: Sequence[Segment], newest: int) -> Signal | None:
    if len(segments) < 2:
        return None
    before, now = segments[-2:]
    if before.limits is None or now.limits is None or not now.is_comparable:
        return None
    is_inside = before.limits.lower <= now.limits.mean <= before.limits.upper
    if is_inside or newest - now.first >= RECENT:
        return None
    return Signal(Rule.STEP, now.limits.mean > before.limits.mean, now.first, newest)
