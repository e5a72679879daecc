"""Giving days back: as many as were lost in the period, each once, whatever the order."""

from datetime import date, timedelta

from hypothesis import given, strategies

from challenges.campaigns.giving_back import Days, moved

FIRST = date(2026, 7, 1)
JULY = Days(FIRST, date(2026, 7, 31))
offsets = strategies.integers(-10, 60)
lost_days = strategies.sets(offsets.map(lambda n: FIRST + timedelta(days=n)), max_size=40)


def within(days: Days, lost: set[date]) -> set[date]:
    return {day for day in lost if days.first <= day <= days.last}


@given(lost=lost_days)
def test_the_last_day_moves_by_the_days_lost_in_the_period(lost: set[date]) -> None:
    days, taken = moved(JULY, lost=lost, given=set(), has_begun=True)
    assert days.first == JULY.first
    assert taken == within(days, lost)
    assert (days.last - JULY.last).days == len(taken)


@given(lost=lost_days)
def test_what_has_not_begun_moves_as_a_whole(lost: set[date]) -> None:
    days, taken = moved(JULY, lost=lost, given=set(), has_begun=False)
    assert taken == within(Days(JULY.first, days.last), lost)
    assert days.first - JULY.first == days.last - JULY.last == timedelta(days=len(taken))


@given(lost=lost_days, has_begun=strategies.booleans())
def test_a_day_is_given_back_once(lost: set[date], has_begun: bool) -> None:
    once = moved(JULY, lost=lost, given=set(), has_begun=has_begun)
    if not has_begun or once[0].first == JULY.first:
        assert moved(once[0], lost=lost, given=once[1], has_begun=has_begun) == once


@given(lost=lost_days)
def test_days_that_go_by_one_by_one_come_to_the_same(lost: set[date]) -> None:
    days, taken = JULY, set[date]()
    for number in range(1, len(lost) + 1):
        days, taken = moved(days, lost=set(sorted(lost)[:number]), given=taken, has_begun=True)
    assert (days, taken) == moved(JULY, lost=lost, given=set(), has_begun=True)


@given(lost=lost_days, corrected=lost_days)
def test_a_correction_gives_what_would_have_been(lost: set[date], corrected: set[date]) -> None:
    for has_begun in (True, False):
        wrong, taken = moved(JULY, lost=lost, given=set(), has_begun=has_begun)
        mended = moved(wrong, lost=corrected, given=taken, has_begun=has_begun)
        assert mended == moved(JULY, lost=corrected, given=set(), has_begun=has_begun)


def test_a_pause_over_the_end_gives_back_all_of_it() -> None:
    lost = {date(2026, 7, 30) + timedelta(days=n) for n in range(5)}
    days, _ = moved(JULY, lost=lost, given=set(), has_begun=True)
    assert days.last == date(2026, 8, 5)


def test_what_was_lost_before_it_opened_stays_given() -> None:
    lost = {FIRST, FIRST + timedelta(days=1)}
    held, taken = moved(JULY, lost=lost, given=set(), has_begun=False)
    assert held == Days(date(2026, 7, 3), date(2026, 8, 2))
    later = lost | {date(2026, 7, 20)}
    days, _ = moved(held, lost=later, given=taken, has_begun=True)
    assert days == Days(date(2026, 7, 3), date(2026, 8, 3))
