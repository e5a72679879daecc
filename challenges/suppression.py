"""Which numbers of a table about people are hidden, so that no small group can be told. Pure.

A table has groups (units) on two floors below the whole. Everybody who may read it is taken for
somebody who reads all of it: each page, each file, with the sums. So

- a group below ten is hidden with all below it, an empty one too;
- where its parent less the groups shown would give it away, the next smallest is hidden with it,
  until those hidden together are ten people and more than one group. People who belong to a parent
  but to no group below it are such a group themselves;
- a small group counts in its parent alone. A body outside the governor counts in the whole alone,
  also where it hangs below another group, and is not hidden behind another such body if it can be
  helped;
- the share of a group is told in steps of five points, in wider ones where the group is small, so
  that each share fits several counts; none of them is nobody or everybody;
- a number that the sums would tell too well takes others with it until it is open: of a hidden
  group of fewer than five people nothing is excluded, of a larger one at least half of what is
  possible is left.

What was hidden on an earlier day stays hidden (``hidden_before``), so nothing appears between two
days.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from challenges.groups import WHOLE, Group, is_small, rest_key, rest_of, with_outside_bodies_on_top
from challenges.shares import (
    SHARE_STEP,
    SHARE_STEPS,
    SMALLEST_GROUP,
    Bounds,
    counts_behind,
    rounded_share,
    shown_count,
)

SMALLEST_SECRET = 5
"""Of a hidden group below it no count may be excluded."""
_ANY_NUMBER = 10**9
"""More than there is of anything."""


@dataclass(frozen=True, slots=True)
class Cells:
    """What may be shown of one group. None: it is hidden."""

    base: int | None = None
    counts: Mapping[str, int | None] = field(default_factory=dict)
    shares: Mapping[str, int | None] = field(default_factory=dict)
    """Per cent."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What may be shown of a table."""

    whole: Cells
    groups: Mapping[int, Cells]
    hidden: frozenset[int]
    """Groups of which nothing may be shown, on this day and all later ones."""


class _IsTold(Protocol):
    def __call__(self, key: int, bounds: Bounds, *, is_shown: bool) -> bool: ...


def suppress(
    groups: Sequence[Group],
    *,
    whole: Group,
    counts: Collection[str] = (),
    shares: Collection[str] = (),
    hidden_before: Collection[int] = (),
    are_sizes_known: bool = False,
) -> Shown:
    """The table as it may be shown: ``counts`` as they are, ``shares`` as shares of the base.

    Of the whole, the counts behind the shares are told as well where they may be. Where sizes are
    known, for instance from the organisation chart, no group is hidden to keep the size of another
    secret, but where a share would tell too much.
    """
    tree = _Tree(groups, whole, are_sizes_known=are_sizes_known)
    hidden = tree.hidden(hidden_before)
    exact = {name: tree.shown_counts(name, hidden) for name in counts}
    rounded = {name: tree.shown_shares(name, hidden) for name in shares}

    def cells(group: Group) -> Cells:
        if group.key in hidden or group.base < SMALLEST_GROUP:
            return Cells(None, dict.fromkeys(counts), dict.fromkeys(shares))
        return Cells(
            group.base,
            {name: group.counts[name] if group.key in exact[name] else None for name in counts},
            {name: rounded[name].get(group.key) for name in shares},
        )

    told = cells(tree.whole)
    if told.base is not None:
        behind = {
            name: tree.told_of_whole(name, hidden) if WHOLE in rounded[name] else None
            for name in shares
        }
        told = replace(told, counts={**behind, **told.counts})
    return Shown(told, {one.key: cells(one) for one in tree.groups}, hidden)


def hidden_groups(
    groups: Sequence[Group], *, whole: Group, hidden_before: Collection[int] = ()
) -> frozenset[int]:
    """The keys of the groups of which nothing may be shown."""
    return _Tree(groups, whole).hidden(hidden_before)


class _Tree:
    """The groups below their parents, with what is left of each parent as a group of its own."""

    def __init__(
        self, groups: Sequence[Group], whole: Group, *, are_sizes_known: bool = False
    ) -> None:
        self.whole = whole
        self.are_sizes_known = are_sizes_known
        self.groups = with_outside_bodies_on_top(groups)
        self.below: dict[int, list[Group]] = {}
        for group in self.groups:
            self.below.setdefault(group.parent, []).append(group)
        self.parents = [one for one in (whole, *self.groups) if one.key in self.below]
        rests = [rest_of(parent, self.below[parent.key]) for parent in self.parents]
        self.nodes = {one.key: one for one in (whole, *self.groups, *rests)}

    def hidden(self, hidden_before: Collection[int]) -> frozenset[int]:
        if self.whole.base < SMALLEST_GROUP:
            return frozenset(one.key for one in self.groups)
        hidden = {one.key for one in self.groups if one.base < SMALLEST_GROUP}
        hidden.update(hidden_before)
        for parent in self.parents:  # the upper floor first
            below = self.below[parent.key]
            if parent.key in hidden:
                hidden.update(one.key for one in below)
            while (
                not self.are_sizes_known
                and (cover := _next_cover(below, parent, hidden)) is not None
            ):
                hidden.add(cover)
        return frozenset(hidden)

    def shown_counts(self, name: str, hidden: frozenset[int]) -> set[int]:
        """The keys whose count may be shown as it is. The whole's below ten may not."""
        shown = {one.key for one in self.groups} - hidden
        if self.whole.counts[name] >= SMALLEST_GROUP:
            shown.add(WHOLE)
        told = (self.whole, *self.groups)
        known = {one.key: (one.counts[name], one.counts[name]) for one in told}
        # A zero beside it keeps no secret.
        order = {one.key: (one.counts[name] == 0, one.base) for one in told}
        secrets = {key for key, one in self.nodes.items() if 0 < one.base < SMALLEST_GROUP}
        secrets |= {key for key in hidden & self.nodes.keys() if self.nodes[key].base}
        limit = dict.fromkeys(self.nodes, (0, _ANY_NUMBER))

        def is_told(key: int, bounds: Bounds, *, is_shown: bool) -> bool:  # noqa: ARG001  # _IsTold
            return key in secrets and bounds[0] == bounds[1]

        return self._opened(shown, known, limit, order, is_told)

    def shown_shares(self, name: str, hidden: frozenset[int]) -> dict[int, int]:
        """The shares that may be shown. Whoever reads them is taken to know how large each group
        is, and how many people of the whole are behind its share."""
        shares, known = {}, {}
        for one in (self.whole, *self.groups):
            finest = SHARE_STEPS[0] if one is self.whole else SHARE_STEP
            share = rounded_share(one.counts[name], one.base, finest=finest)
            if share is not None:
                shares[one.key] = share
                known[one.key] = counts_behind(share, one.base, finest=finest)
        if (count := self.told_of_whole(name, hidden)) is not None:
            known[WHOLE] = (count, count)
        order = {key: (False, one.base) for key, one in self.nodes.items()}
        limit = {key: (0, one.base) for key, one in self.nodes.items()}
        opened = self._opened(set(shares) - hidden, known, limit, order, self._is_told_too_well)
        return {key: shares[key] for key in opened}

    def told_of_whole(self, name: str, hidden: Collection[int]) -> int | None:
        """The count behind the share of the whole, or None if it alone says too much: below ten,
        or nearly nobody or everybody beside the largest hidden group."""
        count, base = self.whole.counts[name], self.whole.base
        # A group that was hidden earlier may be gone by now.
        secret = [self.nodes[key] for key in set(hidden) & self.nodes.keys()]
        largest = max(
            (one.base for one in secret if self.are_sizes_known or is_small(one)), default=0
        )
        is_open = 2 * min(count, base - count) >= largest
        return shown_count(count) if is_open else None

    def _is_told_too_well(self, key: int, bounds: Bounds, *, is_shown: bool) -> bool:
        """Whether ``bounds`` say too much of the people behind a share that is not shown."""
        least, most = bounds
        base = self.nodes[key].base
        if key == WHOLE:
            return False
        # A large group that hides the size of a small one is no secret, nor are the people beside
        # all groups, if they are many.
        is_rest = key < WHOLE
        if is_shown or (base >= SMALLEST_GROUP and (is_rest or not self.are_sizes_known)):
            return base > 0 and least == most
        if base < SMALLEST_SECRET:
            return (least, most) != (0, base)
        return 2 * (most - least) < base

    def _opened(
        self,
        shown: set[int],
        known: Mapping[int, Bounds],
        limit: Mapping[int, Bounds],
        order: Mapping[int, tuple[bool, int]],
        is_told: _IsTold,
    ) -> set[int]:
        """Take cells from ``shown`` until none that is secret is told."""
        while shown:
            bounds = self._tightened({**limit, **{key: known[key] for key in shown}})
            told = (key for key, one in bounds.items() if is_told(key, one, is_shown=key in shown))
            secret = min(told, default=None)
            if secret is None:
                break
            shown.remove(self._beside(secret, shown, order))
        return shown

    def _beside(self, secret: int, shown: set[int], order: Mapping[int, tuple[bool, int]]) -> int:
        """The cell to hide next for a secret: of its neighbours the smallest, else the parent."""
        while secret != WHOLE:
            parent = self.nodes[secret].parent
            if beside := [one.key for one in self.below[parent] if one.key in shown]:
                return min(beside, key=lambda key: order[key])
            if parent in shown:
                return parent
            secret = parent
        return min(shown, key=lambda key: order[key])

    def _tightened(self, bounds: dict[int, Bounds]) -> dict[int, Bounds]:
        """What the sums leave of the bounds. One way up and one way down a tree is all there is."""
        for parent in reversed(self.parents):
            least, most = _sums(bounds[key] for key in self._parts(parent))
            bounds[parent.key] = _meet(bounds[parent.key], (least, most))
        for parent in self.parents:
            parts = list(self._parts(parent))
            least, most = _sums(bounds[key] for key in parts)
            low, high = bounds[parent.key]
            for key in parts:
                own_least, own_most = bounds[key]
                others = (low - (most - own_most), high - (least - own_least))
                bounds[key] = _meet(bounds[key], others)
        return bounds

    def _parts(self, parent: Group) -> Iterator[int]:
        yield from (one.key for one in self.below[parent.key])
        yield rest_key(parent.key)


def _next_cover(below: Sequence[Group], parent: Group, hidden: Collection[int]) -> int | None:
    """The next group to hide below that parent, or None if nothing can be told from what is left
    of it."""
    secret = [one for one in below if one.key in hidden]
    visible = [one for one in below if one.key not in hidden]
    rest = rest_of(parent, below).base
    is_secret = secret or 0 < rest < SMALLEST_GROUP
    sizes = [size for size in (rest, *(one.base for one in secret)) if size > 0]
    if not visible or not is_secret or (sum(sizes) >= SMALLEST_GROUP and len(sizes) > 1):
        return None
    only_outside = bool(secret) and all(one.is_outside for one in secret)
    return min(visible, key=lambda one: (only_outside and one.is_outside, one.base)).key


def _sums(bounds: Iterator[Bounds]) -> Bounds:
    found = list(bounds)
    return sum(least for least, _ in found), sum(most for _, most in found)


def _meet(one: Bounds, other: Bounds) -> Bounds:
    return max(one[0], other[0]), min(one[1], other[1])
