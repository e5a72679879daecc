"""Line charts as numbers for an SVG: where each line, label and band stands. Pure.

Every chart is drawn twice, wide and narrow, so that its letters never shrink below 12 pixels.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from app.axes import pieces, round_step
from challenges.calendar import is_working_day

LEFT, TOP, BOTTOM = 44, 14, 30
"""Room for the numbers at the left, above, and for the days below, in pixels."""
_LINE_HEIGHT = 17


@dataclass(frozen=True, slots=True)
class Label:
    """A text and where it stands."""

    x: float
    y: float
    text: str


@dataclass(frozen=True, slots=True)
class Band:
    """A pale band behind days in a row on which the prefecture does not work."""

    x: float
    width: float


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing of ``width`` × ``height``. The plot ends at ``right`` and ``bottom``."""

    width: int
    height: int
    right: float
    bottom: float
    bands: Sequence[Band]
    lines: Sequence[Label]
    """The horizontal lines, each with its number."""
    days: Sequence[Label]
    now: Sequence[str]
    """Points of each unbroken piece of the line, as ``x y x y …``."""
    before: Sequence[str]
    goal: float | None
    """The height of the goal."""
    last: Label | None
    """The newest value, which stands above its point."""
    goal_at: float
    """The heights of the two labels at the right, so that they do not touch."""
    before_at: float | None
    before_last: int | None


def chart(
    days: Sequence[date],
    now: Sequence[int | None],
    before: Sequence[int | None],
    *,
    goal: int | None,
    width: int,
    height: int,
    right_room: int,
    unit: str = "",
) -> Chart:
    """The drawing of two lines over the same days; None breaks a line."""
    scale = _Scale(len(days), _top([*now, *before, goal]), width - right_room, height - BOTTOM)
    newest = max((n for n, value in enumerate(now) if value is not None), default=None)
    previous = [value for value in before if value is not None]
    before_at = scale.y(previous[-1]) if previous else None
    goal_at = scale.y(goal) if goal is not None else 0.0
    return Chart(
        width=width,
        height=height,
        right=scale.right,
        bottom=scale.bottom,
        bands=list(_bands(days, scale)),
        lines=list(_lines(scale, unit)),
        days=list(_days(days, scale)),
        now=list(_pieces(now, scale)),
        before=list(_pieces(before, scale)),
        goal=scale.y(goal) if goal is not None else None,
        last=None if newest is None else _last(newest, now[newest] or 0, scale, unit),
        goal_at=goal_at,
        before_at=_apart(before_at, goal_at if goal is not None else None, scale),
        before_last=previous[-1] if previous else None,
    )


@dataclass(frozen=True, slots=True)
class _Scale:
    days: int
    top: float
    right: float
    bottom: float

    def x(self, place: int) -> float:
        return round(LEFT + (self.right - LEFT) * place / max(self.days - 1, 1), 1)

    def y(self, value: float) -> float:
        return round(self.bottom - (self.bottom - TOP) * value / self.top, 1)


def _top(values: Sequence[int | None]) -> float:
    """The round number at which the scale ends: a third of it is round, too."""
    most = max((value for value in values if value is not None), default=0) or 1
    return 3 * round_step(max(most * 1.1 / 3, 1))


def _bands(days: Sequence[date], scale: _Scale) -> Iterator[Band]:
    half = (scale.x(1) - LEFT) / 2
    for is_off, run in groupby(enumerate(days), key=lambda one: not is_working_day(one[1])):
        places = [place for place, _day in run]
        if is_off:
            left = max(scale.x(places[0]) - half, LEFT)
            right = min(scale.x(places[-1]) + half, scale.right)
            yield Band(round(left, 1), round(right - left, 1))


def _lines(scale: _Scale, unit: str) -> Iterator[Label]:
    for third in range(4):
        value = scale.top * third / 3
        written = f"{value:,.0f}" if value == int(value) else f"{value:.1f}"
        yield Label(LEFT, scale.y(value), written + (unit if third == 3 else ""))


def _days(days: Sequence[date], scale: _Scale) -> Iterator[Label]:
    each = 7 * max(1, round(len(days) / 35))
    for place in range(0, len(days), each):
        day = days[place]
        is_named = place == 0 or days[place - each].month != day.month
        text = f"{day.month}/{day.day}" if is_named else str(day.day)
        yield Label(scale.x(place), scale.bottom + 20, text)


def _pieces(values: Sequence[int | None], scale: _Scale) -> Iterator[str]:
    for piece in pieces(values, lambda place, value: (scale.x(place), scale.y(value))):
        yield " ".join(f"{x} {y}" for x, y in piece)


def _last(place: int, value: int, scale: _Scale, unit: str) -> Label:
    return Label(scale.x(place), scale.y(value), f"{value:,}{unit}")


def _apart(one: float | None, other: float | None, scale: _Scale) -> float | None:
    """The height of a label, moved away from another one that is too near."""
    if one is None or other is None or abs(one - other) >= _LINE_HEIGHT:
        return one
    below = other + _LINE_HEIGHT if one >= other else other - _LINE_HEIGHT
    return min(max(below, TOP), scale.bottom)
