"""The number at the bell rises in working hours, or in one's own."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.notices.hours import OF_THE_PREFECTURE, Hours, rises_at
from challenges.calendar import TOKYO, is_working_day

LATE = Hours(time(16), time(23), every_day=True)
NIGHTS = Hours(time(22), time(6))
NIGHTS_EVERY_DAY = Hours(time(22), time(6), every_day=True)


def tokyo(text):
    return datetime.fromisoformat(text).replace(tzinfo=TOKYO)


@pytest.mark.parametrize(
    ("hours", "happened", "rises"),
    [
        # Wednesday, 15 July 2026
        (OF_THE_PREFECTURE, "2026-07-15 08:29:59", "2026-07-15 08:30"),
        (OF_THE_PREFECTURE, "2026-07-15 08:30", "2026-07-15 08:30"),
        (OF_THE_PREFECTURE, "2026-07-15 12:00", "2026-07-15 12:00"),
        (OF_THE_PREFECTURE, "2026-07-15 17:14:59", "2026-07-15 17:14:59"),
        (OF_THE_PREFECTURE, "2026-07-15 17:15", "2026-07-16 08:30"),
        (OF_THE_PREFECTURE, "2026-07-15 23:59", "2026-07-16 08:30"),
        (OF_THE_PREFECTURE, "2026-07-16 00:00", "2026-07-16 08:30"),
        # over a weekend with a holiday behind it (Marine Day, Monday, 20 July)
        (OF_THE_PREFECTURE, "2026-07-17 17:15", "2026-07-21 08:30"),
        (OF_THE_PREFECTURE, "2026-07-20 10:00", "2026-07-21 08:30"),
        # over the closure at the end of the year
        (OF_THE_PREFECTURE, "2026-12-28 17:00", "2026-12-28 17:00"),
        (OF_THE_PREFECTURE, "2026-12-28 18:00", "2027-01-04 08:30"),
        # the ten days of 2019
        (OF_THE_PREFECTURE, "2019-04-26 18:00", "2019-05-07 08:30"),
        # hours of one's own
        (LATE, "2026-07-18 15:00", "2026-07-18 16:00"),
        (LATE, "2026-07-19 22:59", "2026-07-19 22:59"),
        (LATE, "2026-07-19 23:00", "2026-07-20 16:00"),
        # over midnight, they belong to the day on which they begin
        (NIGHTS, "2026-07-15 21:59", "2026-07-15 22:00"),
        (NIGHTS, "2026-07-15 23:30", "2026-07-15 23:30"),
        (NIGHTS, "2026-07-16 05:59", "2026-07-16 05:59"),
        (NIGHTS, "2026-07-16 06:00", "2026-07-16 22:00"),
        (NIGHTS, "2026-07-18 05:59", "2026-07-18 05:59"),
        (NIGHTS, "2026-07-18 22:30", "2026-07-21 22:00"),
        (NIGHTS, "2026-07-21 03:00", "2026-07-21 22:00"),
        (NIGHTS_EVERY_DAY, "2026-07-18 22:30", "2026-07-18 22:30"),
        (NIGHTS_EVERY_DAY, "2027-01-01 03:00", "2027-01-01 03:00"),
    ],
)
def test_when_the_number_rises(hours, happened, rises):
    found = rises_at(tokyo(happened), hours)
    assert found == tokyo(rises)
    assert found.tzinfo is UTC


QUARTERS = st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45]))


def lies_within(hours, at):
    """The slow way: whether a quarter of an hour lies in the hours of its own day or the last."""
    here = at.astimezone(TOKYO)
    serves = lambda day: hours.every_day or is_working_day(day)  # noqa: E731
    if hours.begins < hours.ends:
        return serves(here.date()) and hours.begins <= here.time() < hours.ends
    before = here.date() - timedelta(days=1)
    return (serves(here.date()) and here.time() >= hours.begins) or (
        serves(before) and here.time() < hours.ends
    )


@given(
    begins=QUARTERS,
    ends=QUARTERS,
    every_day=st.booleans(),
    day=st.dates(date(2026, 4, 1), date(2027, 3, 31)),
    clock=QUARTERS,
)
def test_it_is_the_first_quarter_that_lies_within(begins, ends, every_day, day, clock):
    hours = Hours(begins, ends, every_day)
    at = datetime.combine(day, clock, TOKYO)
    slowly = at
    while not lies_within(hours, slowly):
        slowly += timedelta(minutes=15)
    assert rises_at(at, hours) == slowly
