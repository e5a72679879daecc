"""How many right answers a quiz asks for, as it says before it is handed in."""

import pytest

from challenges.catalogue.quizzes import Marked, right_answers_needed


def passes(right, count):
    ids = frozenset(str(number) for number in range(right))
    return Marked(answers={}, right_ids=ids, count=count).passed


@pytest.mark.parametrize("count", range(1, 21))
def test_exactly_the_announced_number_passes(count):
    needed = right_answers_needed(count)
    assert passes(needed, count)
    assert not passes(needed - 1, count)


def test_eight_of_ten_are_needed():
    assert right_answers_needed(10) == 8
