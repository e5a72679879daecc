"""Lays out a fiscal year with its campaigns as a drawing.

Pure: plain values in, distances along the year out. templates/ui/fiscal_year.html draws them, lying
for a desk and standing for a phone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import pairwise

from challenges.calendar import fiscal_year_start, is_holiday

A_DAY = timedelta(days=1)


@dataclass(frozen=True)
class YearCampaign:
    """A campaign as the calendar shows it. Both days are included."""

    name: str
    first_day: date
    last_day: date
    state: str
    """``past``, ``open``, ``scheduled`` or ``draft``."""
    hue: str
    """``learn``, ``produce`` or ``challenge``."""
    href: str | None = None


@dataclass(frozen=True)
class Crowded:
    """Days on which more than two campaigns meet the same people, both included."""

    first_day: date
    last_day: date
    campaigns: int
    people: int


@dataclass(frozen=True)
class Bar:
    """A campaign from ``start`` to ``end`` along the year, in its lane (0 is the nearest)."""

    campaign: YearCampaign
    lane: int
    start: float
    end: float

    @property
    def length(self) -> float:
        return max(self.end - self.start, 4)


@dataclass(frozen=True)
class Span:
    """A stretch along the year, with a word where it has one."""

    start: float
    end: float
    number: int = 0


class FiscalYear:
    """The year that begins on the first of April before ``day``, drawn ``length`` long.

    Every number is a distance along the year, from its first day.
    """

    def __init__(
        self,
        day: date,
        campaigns: Iterable[YearCampaign],
        *,
        today: date,
        crowded: Sequence[Crowded] = (),
    ) -> None:
        self.first_day = fiscal_year_start(day)
        self.last_day = self.first_day.replace(year=self.first_day.year + 1) - A_DAY
        self.today = today
        self.crowded = [one for one in crowded if self._meets(one.first_day, one.last_day)]
        self.campaigns = sorted(
            (one for one in campaigns if self._meets(one.first_day, one.last_day)),
            key=lambda one: (one.first_day, one.last_day, one.name),
        )

    @property
    def number(self) -> int:
        """2026 from April 2026 to March 2027."""
        return self.first_day.year

    def along(self, day: date, length: float) -> float:
        """Where a day begins. Days outside the year lie at its ends."""
        days = (self.last_day - self.first_day).days + 1
        passed = min(max((day - self.first_day).days, 0), days)
        return round(passed * length / days, 1)

    def months(self, length: float) -> list[Span]:
        """The twelve months."""
        firsts = [self._month(number) for number in range(13)]
        return [
            Span(self.along(first, length), self.along(after, length), first.month)
            for first, after in pairwise(firsts)
        ]

    def holidays(self, length: float) -> list[Span]:
        """The public holidays."""
        return [self._span(day, day, length) for day in self._days if is_holiday(day)]

    def closure(self, length: float) -> Span:
        """From 29 December to 3 January."""
        year = self.first_day.year
        return self._span(date(year, 12, 29), date(year + 1, 1, 3), length)

    def crowds(self, length: float) -> list[Span]:
        """Where more than two campaigns meet."""
        return [self._span(one.first_day, one.last_day, length) for one in self.crowded]

    def now(self, length: float) -> float | None:
        """Where today is, or None in another year."""
        in_year = self.first_day <= self.today <= self.last_day
        return self.along(self.today, length) if in_year else None

    def bars(self, length: float, *, letter: float = 0) -> list[Bar]:
        """The campaigns, each in the first lane that is free.

        ``letter`` is the width of a letter of a name that lies along the year.
        """
        ends: list[float] = []
        found = []
        for one in self.campaigns:
            span = self._span(one.first_day, one.last_day, length)
            lane = next((n for n, end in enumerate(ends) if end <= span.start), len(ends))
            ends[lane : lane + 1] = [max(span.end, span.start + letter * len(one.name))]
            found.append(Bar(one, lane, span.start, span.end))
        return found

    @cached_property
    def _days(self) -> list[date]:
        return [
            self.first_day + n * A_DAY for n in range((self.last_day - self.first_day).days + 1)
        ]

    def _month(self, number: int) -> date:
        month = self.first_day.month - 1 + number
        return date(self.first_day.year + month // 12, month % 12 + 1, 1)

    def _meets(self, first_day: date, last_day: date) -> bool:
        return first_day <= self.last_day and last_day >= self.first_day

    def _span(self, first_day: date, last_day: date, length: float) -> Span:
        return Span(self.along(first_day, length), self.along(last_day + A_DAY, length))
