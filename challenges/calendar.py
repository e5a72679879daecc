"""Days and months of the Tokyo calendar, and the working days of the prefecture.

Times are stored in UTC. Whatever is counted in days goes through here first.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import jpholiday

TOKYO = ZoneInfo("Asia/Tokyo")


def day_of(at: datetime) -> date:
    """The day of the Tokyo calendar that an aware time falls on."""
    return at.astimezone(TOKYO).date()


def month_of(at: datetime) -> date:
    """The first day of the Tokyo month that an aware time falls in."""
    return day_of(at).replace(day=1)


def noon_of(day: date) -> datetime:
    """Noon in Tokyo on that day, in UTC. Stands for the time where only the day is known."""
    return datetime.combine(day, time(12), TOKYO).astimezone(UTC)


def midnight_of(day: date) -> datetime:
    """When the day begins in Tokyo."""
    return datetime.combine(day, time(), TOKYO)


def fiscal_year_start(day: date) -> date:
    """The first of April that begins the fiscal year of that day."""
    return date(day.year if day.month >= 4 else day.year - 1, 4, 1)


def quarter_start(day: date) -> date:
    """The first day of the quarter of that day. Those of the fiscal year are the same."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def is_holiday(day: date) -> bool:
    """Whether that day is a public holiday (祝日), substitute days included."""
    return bool(jpholiday.is_holiday(day))


@lru_cache(maxsize=4_000)  # eleven years; a list of a page asks for a hundred days
def is_working_day(day: date) -> bool:
    """Whether the prefecture works on that day.

    Closed on Saturdays, Sundays, national holidays, and from 29 December to 3 January.
    """
    closed = (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
    return day.weekday() < 5 and not closed and not is_holiday(day)


def working_days_before(day: date, count: int) -> date:
    """The working day that lies ``count`` working days before ``day``, which is not counted."""
    while count > 0:
        day -= timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_after(day: date, count: int) -> date:
    """The working day that lies ``count`` working days after ``day``, which is not counted."""
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def working_days_between(start: date, end: date) -> int:
    """Number of working days after ``start``, up to and including ``end``."""
    days = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    return sum(map(is_working_day, days))


def holidays_between(first: date, last: date) -> list[tuple[date, str]]:
    """National holidays with their Japanese names, both days included."""
    return [(day, str(name)) for day, name in jpholiday.between(first, last)]
