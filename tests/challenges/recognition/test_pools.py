"""Every counter of the pulse stands for ten people and more."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from challenges.recognition.pools import pools

TREES = st.integers(1, 9).flatmap(
    lambda size: st.tuples(
        st.tuples(*(st.none() | st.integers(0, n - 1) if n else st.none() for n in range(size))),
        st.lists(st.integers(0, 25), min_size=size, max_size=size),
    )
)


def test_a_unit_of_ten_counts_alone_and_one_of_nine_above():
    above = {1: None, 2: 1, 3: 1}
    assert pools(above, {1: 3, 2: 10, 3: 9}) == {1: 1, 2: 2, 3: 1}


def test_what_is_left_of_a_department_is_no_counter_of_its_own():
    assert pools({1: None, 2: 1, 3: 1}, {2: 20, 3: 5}) == {2: 2, 3: 2, 1: 2}


def test_small_departments_are_a_group_together():
    assert pools({1: None, 2: None, 3: None}, {1: 30, 2: 6, 3: 7}) == {1: 1, 2: 2, 3: 2}


def test_fewer_than_ten_people_are_not_asked():
    assert pools({1: None, 2: 1}, {1: 4, 2: 5}) == {}


@given(TREES)
def test_every_counter_stands_for_ten_people(tree):
    parents, sizes = tree
    above, people = dict(enumerate(parents)), dict(enumerate(sizes))
    found = pools(above, people)
    assert bool(found) == (sum(sizes) >= 10)
    if found:
        counted = Counter()
        for unit, counter in found.items():
            counted[counter] += people[unit]
        assert set(found) == set(above)
        assert min(counted.values()) >= 10
        assert counted.total() == sum(sizes)


@given(TREES)
def test_a_unit_of_ten_people_always_counts_itself(tree):
    parents, sizes = tree
    found = pools(dict(enumerate(parents)), dict(enumerate(sizes)))
    assert all(found[unit] == unit for unit, size in enumerate(sizes) if size >= 10)
