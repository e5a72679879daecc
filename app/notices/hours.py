"""When the number at the bell may rise: in working hours, so that nobody is called at night.

Rows and list are immediate; only the number waits. Pure.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from challenges.calendar import TOKYO, day_of, is_working_day

LONGEST_CLOSURE = 31
"""Days to look ahead. The longest closure known is ten days long, in the May of 2019."""


@dataclass(frozen=True, slots=True)
class Hours:
    """Hours in Tokyo, from ``begins`` until ``ends``; over midnight if ``ends`` is not later."""

    begins: time
    ends: time
    every_day: bool = False
    """Also on days on which the prefecture is closed."""


OF_THE_PREFECTURE = Hours(time(8, 30), time(17, 15))


def rises_at(at: datetime, hours: Hours = OF_THE_PREFECTURE) -> datetime:
    """The first moment from ``at`` on that lies in those hours, in UTC.

    Hours over midnight belong to the day on which they begin.
    """
    today = day_of(at)
    for days in range(-1, LONGEST_CLOSURE):
        day = today + timedelta(days=days)
        if hours.every_day or is_working_day(day):
            first, last = _of(hours, day)
            if at < last:
                return max(at.astimezone(UTC), first)
    raise ValueError(f"no working day in the month after {today}")


def _of(hours: Hours, day: date) -> tuple[datetime, datetime]:
    """When they begin on that day, and when they are over."""
    last_day = day if hours.begins < hours.ends else day + timedelta(days=1)
    first = datetime.combine(day, hours.begins, TOKYO)
    last = datetime.combine(last_day, hours.ends, TOKYO)
    return first.astimezone(UTC), last.astimezone(UTC)
