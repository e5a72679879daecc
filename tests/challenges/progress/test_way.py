"""One's own way through the fiscal years: every step in one of them, first times and returns, and
nothing by which two ways could be compared."""

from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.calendar import TOKYO, fiscal_year_start, noon_of
from challenges.progress.way import (
    RETURN_AFTER,
    MilestoneKind,
    milestones,
    months_of_year,
    steps_of_year,
    years_walked,
)
from challenges.submissions.steps_taken import StepTaken
from challenges.vocabulary import Mindset, Stage

TODAY = date(2026, 7, 15)
FIRST = date(2024, 4, 1)
histories = st.lists(st.dates(FIRST, TODAY), max_size=12).map(
    lambda days: [StepTaken(number, noon_of(day)) for number, day in enumerate(sorted(days))]
)


@pytest.fixture(scope="module")
def known(shipped):
    return shipped.challenges.by_step


@pytest.fixture(scope="module")
def step_id(shipped):
    """``step_id("first-hello", 2)``"""

    def find(slug, number=1):
        return shipped.challenges.by_slug[slug].step(number).id

    return find


def taken(step_id, day):
    return StepTaken(step_id, noon_of(day))


def told(found):
    return [(one.kind, one.mindset or one.stage) for one in found]


@given(histories)
def test_each_step_stands_in_one_year_that_can_be_opened(history):
    years = years_walked(history, on=TODAY)
    assert years == sorted(set(years))
    assert years[-1] == fiscal_year_start(TODAY).year
    assert [one for year in years for one in steps_of_year(history, year)] == history


@given(histories)
def test_months_have_steps_where_a_slow_look_finds_some(history):
    for year in years_walked(history, on=TODAY):
        months = months_of_year(history, year, {}, on=TODAY)
        assert [month.first_day.month for month in months] == [*range(4, 13), 1, 2, 3]
        for month in months:
            here = [one for one in history if f"{one.day:%Y%m}" == f"{month.first_day:%Y%m}"]
            assert month.has_steps == bool(here)


def test_the_last_minute_of_march_belongs_to_the_old_year():
    last = StepTaken(1, datetime(2026, 3, 31, 23, 59, tzinfo=TOKYO))
    first = StepTaken(2, datetime(2026, 4, 1, 0, 0, tzinfo=TOKYO))
    assert steps_of_year([last, first], 2025) == [last]
    assert steps_of_year([last, first], 2026) == [first]


def test_many_steps_of_a_month_lay_no_more_stones_than_one(known, step_id):
    one = [taken(step_id("first-hello"), TODAY)]
    many = [*one, taken(step_id("first-hello", 2), TODAY), taken(step_id("dx-words"), TODAY)]
    assert all(known[step.step_id][0].mindset is Mindset.LEARN for step in many)
    assert months_of_year(one, 2026, known, on=TODAY) == months_of_year(many, 2026, known, on=TODAY)


def test_only_the_present_month_is_now_and_later_ones_are_ahead(known):
    months = months_of_year([], 2026, known, on=TODAY)
    assert [month.first_day.month for month in months if month.is_now] == [7]
    assert [month.first_day.month for month in months if month.is_ahead] == [
        8,
        9,
        10,
        11,
        12,
        1,
        2,
        3,
    ]
    assert not any(one.is_now or one.is_ahead for one in months_of_year([], 2025, known, on=TODAY))


def test_the_first_step_is_told_once_and_not_as_the_first_of_everything(known, step_id):
    found = milestones([taken(step_id("first-hello"), TODAY)], known)
    assert told(found) == [(MilestoneKind.FIRST, None)]


def test_first_of_a_mindset_and_of_a_stage_are_told_once(known, step_id):
    history = [
        taken(step_id("first-hello"), date(2026, 4, 1)),
        taken(step_id("first-hello", 2), date(2026, 4, 2)),
        taken(step_id("meeting-as-post"), date(2026, 4, 3)),
        taken(step_id("meeting-as-post", 2), date(2026, 4, 4)),
    ]
    assert told(milestones(history, known)) == [
        (MilestoneKind.FIRST, None),
        (MilestoneKind.STAGE, Stage.HABIT),
        (MilestoneKind.MINDSET, known[history[2].step_id][0].mindset),
    ]


@pytest.mark.parametrize(("days", "is_return"), [(-1, False), (0, True), (1, True)])
def test_a_return_is_a_step_after_that_many_days(known, step_id, days, is_return):
    again = FIRST + RETURN_AFTER + timedelta(days=days)
    history = [taken(step_id("first-hello"), FIRST), taken(step_id("dx-words"), again)]
    kinds = {one.kind for one in milestones(history, known)}
    assert (MilestoneKind.RETURN in kinds) == is_return


def test_a_step_that_left_the_catalogue_stays_on_the_way(known):
    gone = [taken(0, TODAY)]
    (july,) = [one for one in months_of_year(gone, 2026, known, on=TODAY) if one.is_now]
    assert july.has_steps
    assert july.mindsets == ()
    assert told(milestones(gone, known)) == [(MilestoneKind.FIRST, None)]
