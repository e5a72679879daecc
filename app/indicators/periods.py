"""Months and quarters, and when one is settled: nothing of it waits for a decision any more."""

from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache

from challenges.calendar import working_days_after
from challenges.submissions.overdue import PATIENCE

A_DAY = timedelta(days=1)


def month_after(month: date, count: int = 1) -> date:
    """The first day of the month that lies ``count`` months after; before, if it is below 0."""
    months = month.year * 12 + month.month - 1 + count
    return date(months // 12, months % 12 + 1, 1)


def last_day_of(month: date, months: int = 1) -> date:
    """The last day of so many months from that one on."""
    return month_after(month, months) - A_DAY


def quarter_of(month: date) -> date:
    """The first day of the quarter that a month is in."""
    return date(month.year, (month.month - 1) // 3 * 3 + 1, 1)


def settled_on(month: date) -> date:
    """The day on which a month is settled, so that its values may be published."""
    return settled_after(last_day_of(month))


@cache  # a holiday takes longer to look up than anything else here
def settled_after(day: date) -> date:
    """The first working day on which nothing that was submitted up to ``day`` can still wait.

    What is submitted on that day is accepted by itself at the beginning of the sixth working day
    after it (overdue.py). The next one is the day on which all is counted.
    """
    return working_days_after(day, PATIENCE + 2)


def months_between(first: date, last: date) -> Iterator[date]:
    """The months from that of ``first`` to that of ``last``, both included."""
    month = first.replace(day=1)
    while month <= last:
        yield month
        month = month_after(month)
