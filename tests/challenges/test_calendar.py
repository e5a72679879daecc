"""The calendar of the prefecture: days in Tokyo, holidays and working days."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.calendar import (
    day_of,
    fiscal_year_start,
    is_working_day,
    month_of,
    noon_of,
    working_days_after,
    working_days_before,
    working_days_between,
)

DAYS = st.dates(date(2019, 1, 1), date(2035, 12, 31))


@pytest.mark.parametrize(
    ("day", "why"),
    [
        ("2019-04-30", "bridges two holidays, once"),
        ("2019-05-01", "the accession, once"),
        ("2019-10-22", "the enthronement, once"),
        ("2020-07-24", "sports day, moved for the games"),
        ("2021-07-22", "marine day, moved for the games"),
        ("2021-08-09", "substitute of mountain day, moved to a Sunday"),
        ("2023-01-02", "substitute of new year's day, and closed anyway"),
        ("2024-02-12", "substitute of foundation day"),
        ("2024-08-12", "substitute of mountain day"),
        ("2025-05-06", "substitute of greenery day, two days after the Sunday"),
        ("2025-11-24", "substitute of labour thanksgiving day"),
        ("2026-05-06", "substitute of constitution day, three days after the Sunday"),
        ("2026-09-22", "lies between two holidays"),
        ("2027-03-22", "substitute of the vernal equinox"),
        ("2032-09-21", "lies between two holidays"),
    ],
)
def test_holidays_of_several_years_are_no_working_days(day, why):
    day = date.fromisoformat(day)
    assert day.weekday() < 5, "a weekend proves nothing about holidays"
    assert not is_working_day(day), why


@pytest.mark.parametrize(
    "day", ["2020-10-12", "2021-07-19", "2021-08-11", "2021-10-11", "2022-05-06", "2026-09-24"]
)
def test_days_next_to_holidays_are_working_days(day):
    assert is_working_day(date.fromisoformat(day))


@pytest.mark.parametrize("year", range(2019, 2033))
def test_the_prefecture_is_closed_from_29_december_to_3_january(year):
    closed = [date(year, 12, 29) + timedelta(days=n) for n in range(6)]
    assert not any(map(is_working_day, closed))
    for day in (date(year, 12, 28), date(year + 1, 1, 4)):
        assert is_working_day(day) is (day.weekday() < 5)


@pytest.mark.parametrize(
    ("day", "start"),
    [
        ("2026-03-31", "2025-04-01"),
        ("2026-04-01", "2026-04-01"),
        ("2026-12-31", "2026-04-01"),
        ("2027-01-01", "2026-04-01"),
    ],
)
def test_the_fiscal_year_begins_on_the_first_of_april(day, start):
    assert fiscal_year_start(date.fromisoformat(day)) == date.fromisoformat(start)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC), date(2026, 3, 31)),
        (datetime(2026, 3, 31, 15, 0, 0, tzinfo=UTC), date(2026, 4, 1)),
        (datetime(2026, 3, 31, 23, 59, 59, tzinfo=UTC), date(2026, 4, 1)),
        (datetime(2026, 4, 1, 0, 0, 0, tzinfo=UTC), date(2026, 4, 1)),
        (datetime(2024, 2, 28, 15, 0, 0, tzinfo=UTC), date(2024, 2, 29)),
        (datetime(2025, 12, 31, 15, 0, 0, tzinfo=UTC), date(2026, 1, 1)),
    ],
)
def test_the_day_changes_at_midnight_in_tokyo(moment, day):
    assert day_of(moment) == day
    assert month_of(moment) == day.replace(day=1)


@given(DAYS)
def test_noon_of_a_day_is_on_that_day(day):
    assert day_of(noon_of(day)) == day


@given(DAYS, st.integers(0, 30))
def test_working_days_before_a_day_are_counted_one_by_one(day, count):
    found = working_days_before(day, count)
    assert (
        sum(is_working_day(found + timedelta(days=n)) for n in range((day - found).days)) == count
    )
    assert count == 0 or is_working_day(found)


@given(DAYS, st.integers(0, 30))
def test_working_days_after_a_day_are_counted_one_by_one(day, count):
    found = working_days_after(day, count)
    assert working_days_between(day, found) == count
    assert count == 0 or is_working_day(found)


@given(DAYS, st.integers(0, 40))
def test_working_days_between_exclude_the_first_day(start, length):
    end = start + timedelta(days=length)
    day, slow = start, 0
    while day < end:
        day += timedelta(days=1)
        slow += is_working_day(day)
    assert working_days_between(start, end) == slow
