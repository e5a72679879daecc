"""In which unit an answer counts: groups of ten people and more, made from the tree. Pure.

Not every unit of ten counts alone. If the sections of a department that are too small counted in
the department, and they were five people together, the department's counter would be theirs. So
what is passed up counts only where it has become ten people, with those who belong there.
"""

from collections import defaultdict
from collections.abc import Mapping

from challenges.shares import SMALLEST_GROUP

Units = Mapping[int, int | None]
"""The unit above each unit. None: it is the uppermost."""


def pools(above: Units, people: Mapping[int, int]) -> dict[int, int]:
    """The unit in which each unit's people count.

    ``people`` are those of each unit itself. It is the unit or the nearest above whose counter
    stands for ten people and more. What is left at the top counts with the smallest such unit.
    Empty if all together are fewer than ten.
    """
    waiting: dict[int, list[int]] = defaultdict(list)
    found: dict[int, int] = {}
    sizes: dict[int, int] = {}
    left: list[int] = []
    for unit in _lowest_first(above):
        here = [unit, *waiting.pop(unit, [])]
        size = sum(people.get(one, 0) for one in here)
        parent = above[unit]
        if size >= SMALLEST_GROUP:
            found.update(dict.fromkeys(here, unit))
            sizes[unit] = size
        elif parent is None:
            left += here
        else:
            waiting[parent] += here
    return _with_the_rest(found, sizes, left, people)


def _with_the_rest(
    found: dict[int, int], sizes: dict[int, int], left: list[int], people: Mapping[int, int]
) -> dict[int, int]:
    # Several uppermost units too small for themselves are a group together, if they are ten.
    size = sum(people.get(one, 0) for one in left)
    if size >= SMALLEST_GROUP:
        return found | dict.fromkeys(left, min(left))
    if not sizes:
        return {}
    smallest = min(sizes, key=lambda one: (sizes[one], one))
    return found | dict.fromkeys(left, smallest)


def _lowest_first(above: Units) -> list[int]:
    depths: dict[int, int] = {}

    def depth(unit: int) -> int:
        if unit not in depths:
            parent = above[unit]
            depths[unit] = 0 if parent is None else depth(parent) + 1
        return depths[unit]

    return sorted(above, key=lambda unit: (-depth(unit), unit))
