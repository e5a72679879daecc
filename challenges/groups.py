"""Groups of people below one another, and who belongs to none of the groups below. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from challenges.shares import SMALLEST_GROUP

WHOLE = 0
"""The key of the whole, the parent of the upper groups. No row of the database has it."""


@dataclass(frozen=True, slots=True)
class Group:
    """A group of people with its true numbers."""

    key: int
    base: int
    """People in it, those of the groups below included."""
    parent: int = WHOLE
    is_outside: bool = False
    """Whether it is a body outside the governor."""
    counts: Mapping[str, int] = field(default_factory=dict)


def is_small(group: Group) -> bool:
    return group.base < SMALLEST_GROUP


def with_outside_bodies_on_top(groups: Sequence[Group]) -> list[Group]:
    """Take a body outside the governor out of a group that is not outside."""
    inside = {one.key for one in groups if not one.is_outside}
    moved = [one for one in groups if one.is_outside and one.parent in inside]
    lessened: dict[int, Group] = {one.key: one for one in groups}
    for body in moved:
        parent = lessened[body.parent]
        lessened[parent.key] = replace(
            parent,
            base=parent.base - body.base,
            counts={name: n - body.counts.get(name, 0) for name, n in parent.counts.items()},
        )
        lessened[body.key] = replace(lessened[body.key], parent=WHOLE)
    return sorted(lessened.values(), key=lambda one: one.parent != WHOLE)


def rest_of(parent: Group, below: Sequence[Group]) -> Group:
    """The people who belong to the parent but to no group below it."""
    base = max(parent.base - sum(one.base for one in below), 0)
    return Group(key=rest_key(parent.key), base=base, parent=parent.key)


def rest_key(parent: int) -> int:
    return -parent - 1
