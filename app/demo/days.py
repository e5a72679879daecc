"""The working days of the demo's months and moments within them. A working day is spoken of by its
place in the row."""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from challenges.calendar import TOKYO, day_of, is_working_day

OPENS, HOURS = time(8, 30), timedelta(hours=9)
LULL = timedelta(minutes=5)
"""A day that opened less than this ago has seen nothing yet."""
BY_MONTH = {
    1: 0.9,
    2: 1.1,
    3: 0.5,
    4: 0.6,
    5: 1.0,
    6: 1.1,
    7: 1.2,
    8: 0.7,
    9: 1.0,
    10: 1.3,
    11: 1.2,
    12: 0.8,
}
BY_WEEKDAY = (0.8, 1.0, 1.1, 1.0, 1.1)
OBON = 0.3
"""Of a usual day: 12 to 16 August."""


class Days:
    """The working days among the last ``count`` days until ``at``, oldest first, each with how busy
    it is."""

    def __init__(self, *, at: datetime, count: int) -> None:
        self.at = at
        today = day_of(at)
        every = (today - timedelta(days=back) for back in range(count - 1, -1, -1))
        self.days = [day for day in every if is_working_day(day) and at - _opening(day) > LULL]
        self._openings = [_opening(day) for day in self.days]
        self._busy = list(
            accumulate(_busy(day, n / len(self.days)) for n, day in enumerate(self.days))
        )

    def __len__(self) -> int:
        return len(self.days)

    @property
    def begin(self) -> datetime:
        """When the first of them opens."""
        return self._openings[0]

    def some(self, random: Random, *, first: int = 0) -> int:
        """One day at or after ``first``, the busy ones more often."""
        before = self._busy[first - 1] if first else 0.0
        return min(bisect_right(self._busy, random.uniform(before, self._busy[-1])), len(self) - 1)

    def moment(self, random: Random, place: int, *, after: datetime | None = None) -> datetime:
        """Some time within working hours, later than ``after`` on the same day, and not later than
        now."""
        opening = self._openings[place]
        closing = min(opening + HOURS, self.at)
        start = max(opening, after) if after else opening
        return start + (closing - start) * random.random()

    def soon_after_midnight(self, random: Random, place: int) -> datetime:
        """When the relay looks at what is overdue that day."""
        midnight = datetime.combine(self.days[place], time(), TOKYO).astimezone(UTC)
        return midnight + timedelta(seconds=random.randrange(60, 900))

    def place_of(self, day: date) -> int:
        """Of the last working day at or before ``day``; -1 where there is none."""
        return bisect_right(self.days, day) - 1


def _opening(day: date) -> datetime:
    return datetime.combine(day, OPENS, TOKYO).astimezone(UTC)


def _busy(day: date, gone: float) -> float:
    """More each month while word spreads, in spring less, in August least."""
    season = OBON if (8, 12) <= (day.month, day.day) <= (8, 16) else BY_MONTH[day.month]
    return season * BY_WEEKDAY[day.weekday()] * (0.6 + 0.8 * gone)
