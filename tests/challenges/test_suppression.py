"""What a table may show of small groups: rule by rule, and attacked by somebody who reads it all.

The attacker (attacking.py) solves what is published by other means than the code.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from challenges.groups import WHOLE, Group
from challenges.shares import counts_behind, rounded_share, shown_count
from challenges.suppression import hidden_groups, suppress
from tests.challenges.attacking import attack_bases, attack_people, attack_waiting, days


def table(*bases, rest=0, **counts):
    """Groups 1, 2 … on one floor, and the whole with ``rest`` people beside them."""
    groups = [
        Group(number, base, counts={name: each[number - 1] for name, each in counts.items()})
        for number, base in enumerate(bases, 1)
    ]
    sums = {name: sum(each) for name, each in counts.items()}
    return groups, Group(WHOLE, sum(bases) + rest, counts=sums)


def hidden(*bases, rest=0, before=()):
    groups, whole = table(*bases, rest=rest)
    return set(hidden_groups(groups, whole=whole, hidden_before=before))


@pytest.mark.parametrize(("size", "is_hidden"), [(9, True), (10, False), (11, False)])
def test_a_group_below_ten_is_hidden(size, is_hidden):
    assert (1 in hidden(size, 30, 40, 9, 8)) is is_hidden


def test_the_next_smallest_covers_a_lone_small_group():
    assert hidden(8, 40, 30, 60) == {1, 3}


def test_two_small_groups_that_are_ten_together_cover_each_other():
    assert hidden(8, 7, 30, 60) == {1, 2}


def test_two_small_groups_below_ten_together_need_a_third():
    assert hidden(4, 5, 30, 60) == {1, 2, 3}


def test_an_empty_group_is_small_and_covers_nobody():
    assert hidden(0, 30, 60) == {1, 2, 3}
    assert hidden(9, 0, 30, 60) == {1, 2, 3}


def test_people_below_no_group_are_a_small_group_too():
    assert hidden(30, 40, rest=3) == {1}
    assert hidden(30, 40, rest=0) == set()
    assert hidden(30, 40, rest=12) == set()


def test_a_small_whole_hides_everything():
    groups, whole = table(4, 5, people=[1, 2])
    shown = suppress(groups, whole=whole, shares=["people"])
    assert (shown.whole.base, shown.whole.shares["people"]) == (None, None)
    assert shown.hidden == {1, 2}


def test_what_was_hidden_on_an_earlier_day_stays_hidden():
    assert hidden(12, 40, 50, before=[1]) == {1, 2}
    assert hidden(12, 40, 50) == set()


@pytest.mark.parametrize("are_sizes_known", [True, False])
def test_a_group_hidden_earlier_may_be_gone(are_sizes_known):
    groups, whole = table(20, 40, 50, people=[5, 20, 10])
    shown = suppress(
        groups,
        whole=whole,
        shares=["people"],
        counts=["people"],
        hidden_before=[1, 99],
        are_sizes_known=are_sizes_known,
    )
    assert {1, 99} <= shown.hidden


def test_a_hidden_group_takes_those_below_it_with_it():
    groups = [Group(1, 9), Group(2, 80), Group(3, 12), Group(4, 30, 2), Group(5, 50, 2)]
    whole = Group(WHOLE, 101)
    assert hidden_groups(groups, whole=whole) == {1, 3}
    assert hidden_groups([*groups, Group(6, 12, 3)], whole=whole) == {1, 3, 6}


def test_a_small_section_counts_in_its_parent_alone():
    groups = [Group(1, 60), Group(2, 50), Group(3, 6, 1), Group(4, 24, 1), Group(5, 30, 1)]
    shown = suppress(groups, whole=Group(WHOLE, 110))
    assert shown.hidden == {3, 4}
    assert shown.groups[1].base == 60


def test_an_outside_body_below_a_group_counts_in_the_whole_alone():
    groups = [
        Group(1, 60),
        Group(2, 50),
        Group(3, 12, 1, is_outside=True),
        Group(4, 48, 1),
    ]
    shown = suppress(groups, whole=Group(WHOLE, 110))
    assert shown.groups[1].base == 48
    assert shown.groups[3].base == 12


def test_an_outside_body_does_not_cover_another():
    groups = [
        Group(1, 8, is_outside=True),
        Group(2, 12, is_outside=True),
        Group(3, 90),
        Group(4, 70),
    ]
    assert hidden_groups(groups, whole=Group(WHOLE, 180)) == {1, 4}


@pytest.mark.parametrize(
    ("count", "base", "share"),
    [
        (3, 9, None),
        (0, 10, 20),
        (10, 10, 80),
        (5, 10, 60),
        (7, 20, 40),
        (0, 39, 10),
        (39, 39, 90),
        (0, 60, 5),
        (0, 80, 0),
        (80, 80, 100),
        (33, 100, 35),
        (1, 800, 0),
        (300, 812, 35),
    ],
)
def test_shares_come_in_steps(count, base, share):
    assert rounded_share(count, base) == share


@given(base=st.integers(10, 3000), data=st.data())
def test_a_share_fits_several_counts(base, data):
    count = data.draw(st.integers(0, base))
    for finest in (1, 5):
        share = rounded_share(count, base, finest=finest)
        least, most = counts_behind(share, base, finest=finest)
        assert least <= count <= most
        assert least < most
        assert rounded_share(least, base, finest=finest) == share
        assert rounded_share(most, base, finest=finest) == share
        if least > 0:
            assert rounded_share(least - 1, base, finest=finest) != share
        if most < base:
            assert rounded_share(most + 1, base, finest=finest) != share


@given(base=st.integers(10, 3000))
def test_no_share_says_nobody_or_everybody_of_a_small_group(base):
    shares = {rounded_share(count, base) for count in (0, base)}
    assert (shares == {0, 100}) is (base >= 80)


@pytest.mark.parametrize(("count", "shown"), [(0, None), (9, None), (10, 10), (412, 412)])
def test_a_count_below_ten_does_not_stand_alone(count, shown):
    assert shown_count(count) == shown


def test_a_count_that_the_sum_gives_away_takes_another_with_it():
    groups, whole = table(8, 30, 40, 50, waiting=[0, 0, 4, 9])
    shown = suppress(groups, whole=whole, counts=["waiting"])
    assert shown.hidden == {1, 2}
    assert shown.whole.counts["waiting"] == 13
    # The two hidden ones have none together, which 4 and 9 of 13 would tell.
    assert shown.groups[3].base == 40
    assert shown.groups[3].counts["waiting"] is None
    assert shown.groups[4].counts["waiting"] == 9


@settings(max_examples=300)
@given(days=days())
def test_nobody_solves_a_hidden_number(days):
    before = frozenset()
    for groups, whole in days:
        shown = suppress(
            groups, whole=whole, shares=["people"], counts=["waiting"], hidden_before=before
        )
        assert before <= shown.hidden
        before = shown.hidden
        if whole.base < 10:
            assert shown.whole.base is None
            continue
        attack_bases(groups, whole, shown)
        attack_people(groups, whole, shown)
        attack_waiting(groups, whole, shown)


@settings(max_examples=200)
@given(days=days())
def test_where_sizes_are_known_half_of_what_is_possible_stays_open(days):
    for groups, whole in days:
        shown = suppress(groups, whole=whole, shares=["people"], are_sizes_known=True)
        if whole.base >= 10:
            attack_people(groups, whole, shown, are_sizes_known=True)


def test_a_known_size_hides_no_large_group():
    groups, whole = table(8, 40, 30, 60, people=[3, 15, 11, 24])
    shown = suppress(groups, whole=whole, shares=["people"], are_sizes_known=True)
    assert shown.hidden == {1}
    assert [shown.groups[key].shares["people"] for key in (1, 2, 3, 4)] == [None, 40, 40, 40]


def test_a_large_table_keeps_most_of_its_groups():
    groups, key = [], 0
    for _department in range(14):
        key += 1
        department = key
        below = []
        for number in range(11):
            key += 1
            below.append(Group(key, 14 + 3 * number, department, counts={"people": 5 + number}))
        base = 3 + sum(one.base for one in below)
        people = 1 + sum(one.counts["people"] for one in below)
        groups += [Group(department, base, counts={"people": people}), *below]
    tops = [one for one in groups if one.parent == WHOLE]
    whole = Group(
        WHOLE,
        sum(one.base for one in tops),
        counts={"people": sum(one.counts["people"] for one in tops)},
    )
    shown = suppress(groups, whole=whole, shares=["people"])
    assert len(shown.hidden) == 14  # of each department the one that covers its head
    told = [one for one in shown.groups.values() if one.shares["people"] is not None]
    assert len(told) == len(groups) - 14
