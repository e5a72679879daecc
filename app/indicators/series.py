"""The values of one indicator in the order of time, with its holes: what a chart is drawn from.
Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from itertools import groupby
from operator import attrgetter

from app.indicators.definitions import Period
from app.indicators.models import Variant
from app.indicators.published import Published

MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}
"""How long a period is."""


class State(StrEnum):
    """What is known of a period."""

    KNOWN = "known"
    HIDDEN = "hidden"
    """A small group, or one that would give a small group away."""
    MISSING = "missing"
    """未登録"""


@dataclass(frozen=True, slots=True)
class Point:
    """One period."""

    period: date
    """Its first day."""
    state: State = State.MISSING
    value: float | None = None
    numerator: float | None = None
    denominator: float | None = None
    by_calendar: int | None = None
    version: int = 0
    """Of the definition; 0 where nothing is known."""
    is_sample: bool = False
    published_at: datetime | None = None
    reason: str = ""
    """Why it replaced what was published before."""


@dataclass(frozen=True, slots=True)
class Carried:
    """What a period is compared with if a reorganisation lies between it and last year."""

    point: Point | None
    """The same period of last year. None: one of the units then went on in several."""
    unit_ids: tuple[int, ...] = ()
    """The units that it is about, which are gone or were smaller."""


@dataclass(frozen=True, slots=True)
class Series:
    """The values of an indicator for the prefecture or one unit, without a hole in time."""

    points: Sequence[Point] = ()
    """Without the work that a disaster brought, where that was given."""
    with_disaster: Mapping[date, float] = field(default_factory=dict)
    """Then the same months with that work."""
    carried: Mapping[date, Carried] = field(default_factory=dict)
    """The periods of a unit that are compared with other units of last year."""

    @property
    def values(self) -> list[float | None]:
        """One per period."""
        return [one.value for one in self.points]

    @property
    def known(self) -> list[Point]:
        """The periods with a value."""
        return [one for one in self.points if one.state is State.KNOWN]

    @property
    def last(self) -> Point | None:
        """The newest period with a value."""
        return self.known[-1] if self.known else None

    @property
    def versions(self) -> list[int]:
        """Places at which another version of the formula begins."""
        places, before = [], 0
        for place, one in enumerate(self.points):
            if one.version and before and one.version != before:
                places.append(place)
            before = one.version or before
        return places

    def at(self, period: date) -> Point | None:
        """The point of that period."""
        return next((one for one in self.points if one.period == period), None)

    def place_of(self, day: date) -> int | None:
        """The place of the period that the day lies in; None before the first."""
        return max((n for n, one in enumerate(self.points) if one.period <= day), default=None)

    def until(self, last: date) -> "Series":
        """The periods that begin up to that day."""
        return replace(self, points=[one for one in self.points if one.period <= last])


Key = tuple[str, int | None]
"""An indicator, and a unit or None for the prefecture."""


def series(found: Iterable[Published], periods: Mapping[str, Period]) -> dict[Key, Series]:
    """What was published, by indicator and unit. ``found`` is in the order of ``published()``."""
    return {
        key: _series(list(rows), periods[key[0]])
        for key, rows in groupby(found, key=attrgetter("indicator", "unit_id"))
        if key[0] in periods
    }


def _series(rows: list[Published], period: Period) -> Series:
    whole = {one.period: one for one in rows if one.variant is Variant.ALL}
    without = {one.period: one for one in rows if one.variant is Variant.WITHOUT_DISASTER}
    told = whole | {day: one for day, one in without.items() if one.value is not None}
    if not told:
        return Series()
    points = [_point(day, told.get(day)) for day in _periods(min(told), max(told), period)]
    while points and points[-1].state is State.MISSING:
        points.pop()
    thin = {day: one.value for day, one in whole.items() if one.value is not None}
    return Series(points, thin if without else {})


def _point(day: date, found: Published | None) -> Point:
    if found is None or (found.value is None and not found.is_hidden):
        return Point(day)
    return Point(
        period=day,
        state=State.HIDDEN if found.is_hidden else State.KNOWN,
        value=found.value,
        numerator=found.numerator,
        denominator=found.denominator,
        by_calendar=found.by_calendar,
        version=found.version,
        is_sample=found.is_sample,
        published_at=found.published_at,
        reason=found.reason,
    )


def _periods(first: date, last: date, period: Period) -> Iterator[date]:
    day = first
    while day <= last:
        yield day
        day = months_later(day, MONTHS[period])


def months_later(day: date, months: int) -> date:
    """The first day of the month that lies so many months after that of ``day``."""
    month = day.month - 1 + months
    return date(day.year + month // 12, month % 12 + 1, 1)
