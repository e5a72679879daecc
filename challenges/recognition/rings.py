"""Rings: mutual pairs and closed circles that spend their whole budget of cheers on one another,
week after week. Pure.

A close team cheers one another too, and should. What tells a ring from it is the *cap*: people who
mean it stop when there is nothing to say, a ring stops when nothing is left. So a circle is scored
by the share of weeks in which its people reach the cap, and by how little of theirs goes to anybody
else. The DX office learns how many there are, and nobody learns whose they are: nothing here is
stored, and nothing but ``count_rings`` may be shown.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

WEEKLY_CAP = 10
LARGEST_RING = 6
"""People. More than these are a team."""
RING_FROM = 0.5
"""The score from which a circle counts. ``docs/benchmarks.md`` has the precision."""
_NEAR_THE_CAP = 0.8
_HEAVY = 0.15
"""Of one's cheers, what makes somebody one of those they go to."""


@dataclass(frozen=True, slots=True)
class Sent:
    """Cheers from one person to another in one week."""

    giver: int
    receiver: int
    week: int
    cheers: int = 1


@dataclass(frozen=True, slots=True)
class Circle:
    """People each of whom can be reached from each along heavy lines."""

    people: frozenset[int]
    score: float
    """From 0 to 1: the share of weeks at the cap, times the share that stays inside."""


def count_rings(sent: Sequence[Sent], *, weeks: int, caps: Mapping[int, int] | None = None) -> int:
    """How many rings there are in so many weeks. ``caps`` holds budgets other than the usual."""
    return sum(one.score >= RING_FROM for one in circles(sent, weeks=weeks, caps=caps))


def circles(
    sent: Sequence[Sent], *, weeks: int, caps: Mapping[int, int] | None = None
) -> list[Circle]:
    """Every circle, with its score."""
    to: dict[int, Counter[int]] = defaultdict(Counter)
    by_week = Counter[tuple[int, int]]()
    for one in sent:
        to[one.giver][one.receiver] += one.cheers
        by_week[one.giver, one.week] += one.cheers
    at_cap = Counter(
        giver
        for (giver, _week), cheers in by_week.items()
        if cheers >= _NEAR_THE_CAP * (caps or {}).get(giver, WEEKLY_CAP)
    )
    heavy = {giver: _heavy(received) for giver, received in to.items()}
    return [
        Circle(
            people, _inside(people, to) * sum(at_cap[one] for one in people) / len(people) / weeks
        )
        for people in _strongly_connected(heavy)
        if 1 < len(people) <= LARGEST_RING
    ]


def _heavy(received: Counter[int]) -> list[int]:
    return sorted(one for one, cheers in received.items() if cheers >= _HEAVY * received.total())


def _inside(people: frozenset[int], to: Mapping[int, Counter[int]]) -> float:
    given = sum(to[one].total() for one in people)
    return sum(to[one][other] for one in people for other in people) / given


def _strongly_connected(lines: Mapping[int, Iterable[int]]) -> Iterator[frozenset[int]]:
    """Kosaraju's two walks: the second one, backwards, stays within a component."""
    backward: dict[int, list[int]] = defaultdict(list)
    for one, others in lines.items():
        for other in others:
            backward[other].append(one)
    order = _finished(lines)
    seen = set[int]()
    for start in reversed(order):
        if start not in seen:
            yield frozenset(_walk(start, backward, seen))


def _finished(lines: Mapping[int, Iterable[int]]) -> list[int]:
    seen, order = set[int](), list[int]()
    for start in sorted(lines):
        order += _walk(start, lines, seen)
    return order


def _walk(start: int, lines: Mapping[int, Iterable[int]], seen: set[int]) -> list[int]:
    """Whoever is reached from ``start`` and was not seen, in the order in which they are done."""
    if start in seen:
        return []
    seen.add(start)
    done, way = [], [(start, iter(lines.get(start, ())))]
    while way:
        one, others = way[-1]
        further = next((other for other in others if other not in seen), None)
        if further is None:
            done.append(one)
            way.pop()
        else:
            seen.add(further)
            way.append((further, iter(lines.get(further, ()))))
    return done
