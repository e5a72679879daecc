"""The drawing of a fiscal year: what lies where, and beside what."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from app.web.fiscal_year import Crowded, FiscalYear, YearCampaign

TODAY = date(2026, 7, 13)


def campaign(first_day: date, last_day: date) -> YearCampaign:
    return YearCampaign("会議をかるく", first_day, last_day, "open", "produce")


def year(*campaigns: YearCampaign, day: date = TODAY, **given: object) -> FiscalYear:
    return FiscalYear(day, campaigns, today=TODAY, **given)  # type: ignore[arg-type]


def test_it_begins_in_april_and_ends_in_march() -> None:
    months = year().months(365)
    assert [month.number for month in months] == [4, 5, 6, 7, 8, 9, 10, 11, 12, 1, 2, 3]
    assert (months[0].start, months[-1].end) == (0, 365)


def test_both_days_of_a_campaign_are_within_its_bar() -> None:
    [bar] = year(campaign(date(2026, 4, 1), date(2026, 4, 30))).bars(365)
    assert (bar.start, bar.end) == (0, 30)


def test_what_reaches_over_the_year_is_cut_at_its_ends() -> None:
    [bar] = year(campaign(date(2026, 3, 1), date(2027, 5, 1))).bars(365)
    assert (bar.start, bar.end) == (0, 365)


def test_another_year_has_no_today_and_none_of_these_campaigns() -> None:
    other = year(campaign(date(2026, 4, 1), date(2026, 4, 30)), day=date(2027, 4, 1))
    assert (other.now(365), other.bars(365)) == (None, [])


def test_holidays_and_the_closure_are_marked() -> None:
    starts = [span.start for span in year().holidays(365)]
    assert (date(2026, 7, 20) - date(2026, 4, 1)).days in starts  # 海の日
    closure = year().closure(365)
    assert closure.end - closure.start == 6


def test_crowded_days_are_marked() -> None:
    crowd = Crowded(date(2026, 9, 28), date(2026, 10, 9), campaigns=3, people=312)
    [span] = year(crowded=[crowd]).crowds(365)
    assert span.end - span.start == 12


def test_a_name_has_room_along_the_year() -> None:
    short = [
        campaign(date(2026, 4, 1), date(2026, 4, 3)),
        campaign(date(2026, 4, 6), date(2026, 4, 8)),
    ]
    assert [bar.lane for bar in year(*short).bars(1000)] == [0, 0]
    assert [bar.lane for bar in year(*short).bars(1000, letter=15)] == [0, 1]


days = st.dates(date(2026, 3, 1), date(2027, 5, 1))


@given(st.lists(st.tuples(days, st.integers(0, 90)), max_size=12))
def test_no_two_bars_of_a_lane_overlap(chosen: list[tuple[date, int]]) -> None:
    drawn = year(*(campaign(first, first + timedelta(length)) for first, length in chosen))
    by_lane: dict[int, list[tuple[float, float]]] = {}
    for bar in drawn.bars(3650):
        by_lane.setdefault(bar.lane, []).append((bar.start, bar.end))
    for spans in by_lane.values():
        ordered = sorted(spans)
        assert all(end <= start for (_, end), (start, _) in pairwise(ordered))
