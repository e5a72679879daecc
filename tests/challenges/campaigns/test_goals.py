"""The picture of a campaign: 24 pieces, each for the same part of the goal."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.campaigns.goals import PIECES, Growth, growth, growth_by_share


@pytest.mark.parametrize(
    ("steps", "seen"),
    [
        (0, Growth(0, 200)),
        (199, Growth(0, 1)),
        (200, Growth(1, 200)),
        (2_839, Growth(14, 161)),
        (4_799, Growth(23, 1)),
        (4_800, Growth(24, None)),
        (9_000, Growth(24, None)),
    ],
)
def test_each_two_hundred_of_4800_steps_is_a_piece(steps, seen):
    assert growth(steps, 4_800) == seen


def test_without_a_goal_nothing_grows():
    assert growth(7, 0) == Growth(0, None)
    assert growth_by_share(7, reached=0, per_cent=40) == Growth(0, None)


def test_a_share_of_an_odd_number_of_people_can_be_reached():
    assert growth_by_share(3, reached=11, per_cent=30) == Growth(21, 1)
    assert growth_by_share(4, reached=11, per_cent=30) == Growth(24, None)


@given(have=st.integers(0, 5_000), goal=st.integers(1, 6_000))
def test_what_is_missing_is_just_enough_for_the_next_piece(have, goal):
    now = growth(have, goal)
    assert now.grown == sum(have * PIECES >= piece * goal for piece in range(1, PIECES + 1))
    if now.missing is not None:
        assert growth(have + now.missing, goal).grown > now.grown
        assert growth(have + now.missing - 1, goal).grown == now.grown


@given(st.integers(0, 500), st.integers(1, 500), st.integers(1, 100))
def test_a_share_grows_like_that_many_people(people, reached, per_cent):
    now = growth_by_share(people, reached=reached, per_cent=per_cent)
    pieces = range(1, PIECES + 1)
    assert now.grown == sum(people * 2400 >= piece * reached * per_cent for piece in pieces)
    if now.missing is not None:
        more = growth_by_share(people + now.missing, reached=reached, per_cent=per_cent)
        assert more.grown > now.grown
