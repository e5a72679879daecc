"""The working days of the demo, and moments within them.

A working day is named by its place: 0 is the first.
"""

from bisect import bisect_right
from datetime import UTC, date, datetime, time, timedelta
from itertools import accumulate
from random import Random

from challenges.calendar import TOKYO, day_of, is_working_day

OPENS, HOURS = time(8, 30), timedelta(hours=9)
LULL = timedelta(minutes=5)
"""A day counts from so long after its opening, so that something can have happened."""
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
"""How busy a month is. April is the month of transfers, and August of holidays."""
BY_WEEKDAY = (0.8, 1.0, 1.1, 1.0, 1.1)
OBON = 0.3
"""How busy the days from 12 to 16 August are."""


class Days:
    """The working days among the last ``count`` days until ``at``, oldest first."""

    def __init__(self, *, at: datetime, count: int) -> None:
        self.at = at
        today = day_of(at)
        every = (today - timedelta(days=back) for back in range(count - 1, -1, -1))
        self.days = [day for day in every if is_working_day(day) and at - _opening(day) > LULL]
        self._openings = [_opening(day) for day in self.days]
        # Summed up, so that a random number between 0 and the sum chooses a day by bisection.
        self._busy = list(
            accumulate(_busy(day, n / len(self.days)) for n, day in enumerate(self.days))
        )

    def __len__(self) -> int:
        return len(self.days)

    @property
    def begin(self) -> datetime:
        """The opening of the first day."""
        return self._openings[0]

    def some(self, random: Random, *, first: int = 0) -> int:
        """A day at or after ``first``, busy ones more often."""
        before = self._busy[first - 1] if first else 0.0
        return min(bisect_right(self._busy, random.uniform(before, self._busy[-1])), len(self) - 1)

    def moment(self, random: Random, place: int, *, after: datetime | None = None) -> datetime:
        """A time within working hours, not before ``after`` and not in the future."""
        opening = self._openings[place]
        closing = min(opening + HOURS, self.at)
        start = max(opening, after) if after else opening
        return start + (closing - start) * random.random()

    def soon_after_midnight(self, random: Random, place: int) -> datetime:
        """A time at which the relay accepts what is overdue that day."""
        midnight = datetime.combine(self.days[place], time(), TOKYO).astimezone(UTC)
        return midnight + timedelta(seconds=random.randrange(60, 900))

    def place_of(self, day: date) -> int:
        """The place of the last working day at or before ``day``, or -1 if there is none."""
        return bisect_right(self.days, day) - 1


def _opening(day: date) -> datetime:
    return datetime.combine(day, OPENS, TOKYO).astimezone(UTC)


def _busy(day: date, gone: float) -> float:
    """How busy a day is: more from month to month, because word spreads, and less in spring."""
    season = OBON if (8, 12) <= (day.month, day.day) <= (8, 16) else BY_MONTH[day.month]
    return season * BY_WEEKDAY[day.weekday()] * (0.6 + 0.8 * gone)
