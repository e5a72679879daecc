"""Synthetic cheers: honest close teams, close friends, and planted rings."""

from collections import Counter
from dataclasses import dataclass
from random import Random

from challenges.recognition.rings import RING_FROM, WEEKLY_CAP, Circle, Sent, circles

WEEKS = 8
EVERYBODY = 400


@dataclass(frozen=True, slots=True)
class Precision:
    """How well rings are told from teams."""

    planted: int
    at_half: float
    """Precision where half of the planted rings are found."""
    by_threshold: float
    """Precision at the score that counts as a ring."""
    recall_by_threshold: float


def measure(prefectures: int, *, seed: int) -> Precision:
    """Figures of so many prefectures with some rings each."""
    random = Random(seed)
    scored: list[tuple[float, bool]] = []
    planted = 0
    for _ in range(prefectures):
        rings, sent = prefecture(random)
        planted += len(rings)
        scored += [(one.score, _is_one_of(rings, one)) for one in circles(sent, weeks=WEEKS)]
    scored.sort(reverse=True)
    named = [is_ring for score, is_ring in scored if score >= RING_FROM]
    return Precision(
        planted=planted,
        at_half=_precision_at_half(scored, planted),
        by_threshold=sum(named) / max(len(named), 1),
        recall_by_threshold=sum(named) / planted,
    )


def prefecture(random: Random) -> tuple[list[frozenset[int]], list[Sent]]:
    """The planted rings, and everybody's cheers in eight weeks: sections of honest people, some of
    them close friends, and three rings that are more or less careful."""
    people = list(range(EVERYBODY))
    random.shuffle(people)
    rings, sent = [], Counter[tuple[int, int, int]]()
    for _ in range(3):
        ring = [people.pop() for _ in range(random.randint(2, 5))]
        rings.append(frozenset(ring))
        _cheer(random, sent, ring, at_cap=random.uniform(0.4, 1.0), inside=random.uniform(0.6, 1.0))
    while people:
        size = min(random.choice((2, 3, 4, 6, 8, 12)), len(people))
        team = [people.pop() for _ in range(size)]
        _cheer(
            random, sent, team, at_cap=random.betavariate(1, 6), inside=random.uniform(0.5, 0.95)
        )
    return rings, [Sent(*who, cheers) for who, cheers in sent.items()]


def _cheer(
    random: Random,
    sent: Counter[tuple[int, int, int]],
    team: list[int],
    *,
    at_cap: float,
    inside: float,
) -> None:
    for giver in team:
        others = [one for one in team if one != giver]
        for week in range(WEEKS):
            is_full = random.random() < at_cap
            for _ in range(WEEKLY_CAP if is_full else random.randint(0, 6)):
                is_inside = others and random.random() < inside
                receiver = random.choice(others) if is_inside else random.randrange(EVERYBODY)
                if receiver != giver:
                    sent[giver, receiver, week] += 1


def _is_one_of(rings: list[frozenset[int]], found: Circle) -> bool:
    """Whether it is mostly a planted one: more than half of both together are in both."""
    return any(2 * len(found.people & ring) > len(found.people | ring) for ring in rings)


def _precision_at_half(scored: list[tuple[float, bool]], planted: int) -> float:
    hits = 0
    for place, (_score, is_ring) in enumerate(scored, 1):
        hits += is_ring
        if 2 * hits >= planted:
            return hits / place
    return 0.0
