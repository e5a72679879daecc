"""Who may be overlooked, told from few words: calibrated on synthetic offices."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from challenges.recognition.overlooked import (
    SUGGEST_FROM,
    Heard,
    Sureness,
    estimate,
    exposure,
)
from tests.challenges.recognition.offices import calibrate, detected

PEOPLE = st.lists(
    st.builds(Heard, words=st.integers(0, 40), exposure=st.floats(0, 60)), min_size=1, max_size=8
)


def test_more_are_found_than_by_counts_and_intervals_hold():
    figures = calibrate(60, seed=16)
    assert figures.gain >= 1.5
    assert 0.85 <= figures.coverage <= 0.95
    assert figures.false_by_threshold <= 0.13


def test_somebody_new_is_not_named_for_having_no_words_yet():
    office = [Heard(words, 10.0) for words in (4, 5, 3, 6)]
    new, passed_by = estimate([*office, Heard(0, 0.5), Heard(0, 10.0)])[-2:]
    assert not new.is_worth_a_look
    assert passed_by.is_worth_a_look
    assert passed_by.sureness is Sureness.FAIRLY


def test_where_nobody_gets_words_nobody_stands_out():
    assert not any(one.is_worth_a_look for one in estimate([Heard(0, 8.0)] * 6))


def test_with_nothing_to_see_nothing_is_known():
    nothing = estimate([Heard(0, 0.0), Heard(5, 10.0), Heard(4, 9.0)])[0]
    assert nothing.chance < SUGGEST_FROM
    assert nothing.high > 3 * nothing.low


def test_a_step_of_today_has_hardly_been_seen():
    assert exposure([]) == exposure([0]) == 0
    assert exposure([14]) == pytest.approx(0.63, abs=0.01)
    assert exposure([1, 180]) < 1.1


@settings(max_examples=40)
@given(PEOPLE)
def test_every_estimate_lies_in_its_interval(office):
    for one in estimate(office):
        assert 0 < one.low <= one.high
        assert 0 <= one.chance <= 1
        assert one.low / 1.2 <= one.rate


@settings(max_examples=40)
@given(PEOPLE, st.randoms(use_true_random=False))
def test_the_order_of_an_office_makes_no_difference(office, random):
    order = list(range(len(office)))
    random.shuffle(order)
    plain, mixed = estimate(office), estimate([office[n] for n in order])
    assert [one.chance for one in mixed] == pytest.approx([plain[n].chance for n in order])


@settings(max_examples=40)
@given(PEOPLE, st.integers(1, 5))
def test_more_words_never_make_one_more_overlooked(office, more):
    first = office[0]
    praised = [Heard(first.words + more, first.exposure), *office[1:]]
    assert estimate(praised)[0].chance <= estimate(office)[0].chance + 0.02


def test_equal_scores_are_drawn_by_lot():
    assert detected([(0, True)] * 10 + [(0, False)] * 10) == pytest.approx(0.1)
    assert detected([(1, True)] * 3 + [(0, False)] * 10 + [(0, True)]) == pytest.approx(0.775)
