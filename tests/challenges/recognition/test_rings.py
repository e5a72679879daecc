"""Rings are counted, and close teams are left alone."""

from hypothesis import given
from hypothesis import strategies as st

from challenges.recognition.rings import Sent, circles, count_rings
from tests.challenges.recognition.teams import WEEKS, measure

SENT = st.lists(
    st.builds(Sent, st.integers(0, 6), st.integers(0, 6), st.integers(0, 3), st.integers(1, 10)),
    max_size=25,
)


def every_week(*pairs, cheers=10):
    return [Sent(one, other, week, cheers) for week in range(WEEKS) for one, other in pairs]


def test_rings_are_told_from_close_teams():
    found = measure(12, seed=16)
    assert found.at_half >= 0.8
    assert found.by_threshold >= 0.8
    assert found.recall_by_threshold >= 0.5


def test_a_pair_at_the_cap_every_week_is_a_ring():
    assert count_rings(every_week((1, 2), (2, 1)), weeks=WEEKS) == 1


def test_a_closed_circle_of_three_is_one_ring():
    assert count_rings(every_week((1, 2), (2, 3), (3, 1)), weeks=WEEKS) == 1


def test_friends_who_do_not_reach_the_cap_are_none():
    assert count_rings(every_week((1, 2), (2, 1), cheers=5), weeks=WEEKS) == 0


def test_one_who_gives_and_gets_nothing_back_is_none():
    assert count_rings(every_week((1, 2)), weeks=WEEKS) == 0


def test_a_managers_larger_budget_has_a_higher_cap():
    pair = every_week((1, 2), (2, 1))
    assert count_rings(pair, weeks=WEEKS, caps={1: 28, 2: 28}) == 0


@given(SENT)
def test_circles_are_those_who_reach_one_another(sent):
    """Against the slow way: follow every line as far as it leads."""
    to = {}
    for one in sent:
        received = to.setdefault(one.giver, {})
        received[one.receiver] = received.get(one.receiver, 0) + one.cheers
    heavy = {
        giver: {one for one, n in received.items() if n >= 0.15 * sum(received.values())}
        for giver, received in to.items()
    }

    def reached(start):
        found, left = set(), [start]
        while left:
            for other in heavy.get(left.pop(), ()):
                if other not in found:
                    found.add(other)
                    left.append(other)
        return found

    slow = {
        frozenset(b for b in heavy if b == a or (b in reached(a) and a in reached(b)))
        for a in heavy
    }
    expected = {one for one in slow if 2 <= len(one) <= 6}
    assert {one.people for one in circles(sent, weeks=4)} == expected
    assert all(0 <= one.score <= 1 for one in circles(sent, weeks=4))
