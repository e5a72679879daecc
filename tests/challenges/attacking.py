"""Tables about people, and somebody who reads all that is published of them.

The attacker solves it by other means than the code that hides (solving.py).
"""

from itertools import chain

from hypothesis import strategies as st

from challenges.groups import WHOLE, Group
from challenges.shares import rounded_share
from tests.challenges.solving import determined, equations_of, parts, rest_size, solved


@st.composite
def days(draw):
    """A table of two floors on three days: bases may grow, people join, counts go up and down."""
    shape = draw(st.lists(st.lists(st.integers(0, 35), max_size=4), min_size=1, max_size=4))
    outside = draw(st.lists(st.booleans(), min_size=len(shape), max_size=len(shape)))
    heads = [draw(st.integers(0, 12)) for _ in shape]
    found = []
    for _day in range(3):
        found.append(_day_of(draw, shape, heads, outside))
        shape = [[size + draw(st.sampled_from([0, 0, 0, 2])) for size in each] for each in shape]
    return found


def _day_of(draw, shape, heads, outside):
    def counts(base):
        people = draw(st.one_of(st.just(0), st.just(base), st.integers(0, base)))
        return {"people": people, "waiting": draw(st.integers(0, 3)) if people else 0}

    def added(parts):
        return {name: sum(one[name] for one in parts) for name in ("people", "waiting")}

    groups, key = [], 0
    for sections, head, is_outside in zip(shape, heads, outside, strict=True):
        key += 1
        parent, below = key, []
        for size in sections:
            key += 1
            below.append(Group(key, size, parent, is_outside, counts(size)))
        base = head + sum(sections)
        own = added([counts(head), *(one.counts for one in below)])
        groups += [Group(parent, base, WHOLE, is_outside, own), *below]
    tops = [one for one in groups if one.parent == WHOLE]
    beside = draw(st.integers(0, 12))
    whole = Group(
        WHOLE,
        beside + sum(one.base for one in tops),
        counts=added([counts(beside), *(one.counts for one in tops)]),
    )
    return groups, whole


def possible_people(groups, whole, shown):
    """What the number of people taking part can be, for whoever knows how large each group is."""
    cells = {WHOLE: shown.whole, **shown.groups}
    sums_of = parts(groups, whole)
    sets = {}
    for one in (whole, *groups):
        share = cells[one.key].shares["people"]
        finest = 1 if one is whole else 5
        sets[one.key] = {
            n
            for n in range(one.base + 1)
            if share is None or rounded_share(n, one.base, finest=finest) == share
        }
    if (told := shown.whole.counts["people"]) is not None:
        sets[WHOLE] = {told}
    for parent in sums_of:
        sets[-parent - 1] = set(range(rest_size(parent, groups, whole) + 1))
    return solved(sets, sums_of, list(sums_of))


def attack_bases(groups, whole, shown):
    """No size below ten can be told."""
    published = {WHOLE, *(one.key for one in groups if one.key not in shown.hidden)}
    size = {one.key: one.base for one in groups}
    for parent in parts(groups, whole):
        size[-parent - 1] = rest_size(parent, groups, whole)
    unknown = [key for key in size if key not in published]
    for key in determined(unknown, equations_of(groups, whole, published)):
        # Only people beside all groups can be told, and only if they are none, or ten and more.
        assert key < 0
        assert size[key] == 0 or size[key] >= 10
    for parent, keys in parts(groups, whole).items():
        secret = sum(size[key] for key in keys if key not in published)
        assert parent not in published or secret == 0 or secret >= 10
    assert all(one.base >= 10 for one in groups if one.key in published)


def attack_people(groups, whole, shown, *, are_sizes_known=False):
    """Of no group can it be told how many take part, nor half of what is possible be excluded."""
    possible = possible_people(groups, whole, shown)
    size = {one.key: one.base for one in chain([whole], groups)}
    for parent in parts(groups, whole):
        size[-parent - 1] = rest_size(parent, groups, whole)
    for key, counts in possible.items():
        is_small = size[key] < 10
        is_hidden = key in shown.groups and shown.groups[key].shares["people"] is None
        if size[key] == 0 or key == WHOLE:
            continue
        if not (is_small if key < WHOLE else is_hidden and (is_small or are_sizes_known)):
            assert len(counts) > 1, (key, size[key], counts)
        elif size[key] < 5:
            assert counts == set(range(size[key] + 1)), (key, size[key], counts)
        else:
            assert 2 * (max(counts) - min(counts)) >= size[key], (key, size[key], counts)


def attack_waiting(groups, whole, shown):
    """Of no hidden group can it be told how many wait."""
    cells = {WHOLE: shown.whole, **shown.groups}
    most = whole.counts["waiting"] + 12
    sums_of = parts(groups, whole)
    sets = {}
    for key, cell in cells.items():
        told = cell.counts["waiting"]
        sets[key] = set(range(most)) if told is None else {told}
    sets.update({-parent - 1: set(range(most)) for parent in sums_of})
    possible = solved(sets, sums_of, list(sums_of))
    for key in shown.hidden:
        size = next(one.base for one in groups if one.key == key)
        assert size == 0 or len(possible[key]) > 1
