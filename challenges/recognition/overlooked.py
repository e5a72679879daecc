"""Who may have been overlooked: how many words somebody got for what could be seen of them. Pure.

A bare count finds whoever came last month and whoever takes few steps. Here words are set against
**exposure**: the visible steps, each by how long there was time to say something. Words of a person
are Poisson with a rate of their own; most rates of a unit lie around its usual one (a gamma
distribution), some far below it (*overlooked*). What is usual is not known either, so everything is
averaged over its possible values, weighted by what the unit's words say about them. All of it is
sums over grids, because a unit of three says too little for a formula of large numbers.

``docs/benchmarks.md`` tells how often it finds whom, and how often it is wrong.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import accumulate
from math import exp, lgamma, log

TIME_TO_SPEAK = 14.0
"""Days. After them about two in three of those who would say something have done so."""
OVERLOOKED_SHARE = 0.12
"""Of all people, how many are taken to be overlooked before anything is known of them."""
OVERLOOKED_RATE = 0.12
"""Of the usual rate of words, how much reaches them."""
FEW_STEPS = 0.05
"""Exposure below which nothing is said about a person."""

_RATES = [0.004 * 1.18**n for n in range(48)]
"""Words for a step, from next to none to nine."""
_USUAL = [0.03 * 1.35**n for n in range(16)]
_USUAL_IN_THE_MIDDLE = 0.4
_USUAL_SPREAD = 1.2
"""Of the logarithm."""
_SHAPES = (2.0, 4.0, 10.0)
"""How alike the people of a unit are treated: the higher, the more alike."""
_TAIL = 0.05
"""On each side of the interval, so that it holds nine in ten."""


class Sureness(StrEnum):
    """How sure an estimate is, for words and never for a number."""

    HARDLY = "hardly"
    SOMEWHAT = "somewhat"
    FAIRLY = "fairly"


SUGGEST_FROM = 0.22
"""The chance from which somebody is named. In the calibration one in ten of those who were not
overlooked lies above it."""
_SOMEWHAT_FROM, _FAIRLY_FROM = 0.35, 0.55


@dataclass(frozen=True, slots=True)
class Heard:
    """What reached one person of a unit."""

    words: int
    exposure: float
    """Steps that could be seen, in full ones. See ``exposure``."""


@dataclass(frozen=True, slots=True)
class Estimate:
    """Words for a full step: the mean of what is likely, and the interval that holds it nine times
    in ten."""

    rate: float
    low: float
    high: float
    chance: float
    """Of being overlooked, from 0 to 1."""

    @property
    def is_worth_a_look(self) -> bool:
        """Whether somebody should be reminded of the person."""
        return self.chance >= SUGGEST_FROM

    @property
    def sureness(self) -> Sureness:
        """In words."""
        if self.chance >= _FAIRLY_FROM:
            return Sureness.FAIRLY
        return Sureness.SOMEWHAT if self.chance >= _SOMEWHAT_FROM else Sureness.HARDLY


def exposure(days_seen: Iterable[int]) -> float:
    """The exposure of steps that could be seen for so many days each."""
    return sum(1 - exp(-max(days, 0) / TIME_TO_SPEAK) for days in days_seen)


def estimate(unit: Sequence[Heard]) -> list[Estimate]:
    """An estimate for each person of one unit, in their order.

    With nothing to be seen of them, their estimate is what is known before.
    """
    seen = [_likelihoods(one) for one in unit]
    by_unit = [_Guess.of(one) for one in seen]
    beliefs = _beliefs(by_unit)
    return [_estimate(*pair, beliefs) for pair in zip(seen, by_unit, strict=True)]


@dataclass(frozen=True, slots=True)
class _Unit:
    """One possible unit: how rates are spread among those who are not overlooked, and among
    those who are. Each row holds a probability for each of ``_RATES``."""

    weight: float
    usual: Sequence[float]
    overlooked: Sequence[float]


@cache
def _units() -> tuple[_Unit, ...]:
    return tuple(
        _Unit(
            exp(-0.5 * (log(mean / _USUAL_IN_THE_MIDDLE) / _USUAL_SPREAD) ** 2),
            _gamma(mean, shape),
            _gamma(mean * OVERLOOKED_RATE, shape),
        )
        for mean in _USUAL
        for shape in _SHAPES
    )


def _gamma(mean: float, shape: float) -> list[float]:
    """A gamma distribution on the grid, whose points lie evenly on the logarithm."""
    heights = [exp(shape * log(rate / mean) - shape * rate / mean) for rate in _RATES]
    total = sum(heights)
    return [one / total for one in heights]


def _likelihoods(one: Heard) -> list[float]:
    """How likely the words are at each rate."""
    most = max(one.exposure, 0.0)
    if most < FEW_STEPS and not one.words:
        return [1.0] * len(_RATES)
    expected = [rate * max(most, FEW_STEPS) for rate in _RATES]
    return [exp(one.words * log(mean) - mean - lgamma(one.words + 1)) for mean in expected]


@dataclass(frozen=True, slots=True)
class _Guess:
    """How likely one person's words are in each possible unit."""

    usual: Sequence[float]
    overlooked: Sequence[float]
    either: Sequence[float]

    @classmethod
    def of(cls, seen: Sequence[float]) -> "_Guess":
        usual = [(1 - OVERLOOKED_SHARE) * _dot(one.usual, seen) for one in _units()]
        overlooked = [OVERLOOKED_SHARE * _dot(one.overlooked, seen) for one in _units()]
        both = (low + high for low, high in zip(usual, overlooked, strict=True))
        return cls(usual, overlooked, [max(one, 1e-300) for one in both])


def _beliefs(people: Sequence[_Guess]) -> list[float]:
    """How likely each possible unit is, given everybody's words."""
    logs = [
        log(unit.weight) + sum(log(one.either[n]) for one in people)
        for n, unit in enumerate(_units())
    ]
    highest = max(logs)
    heights = [exp(one - highest) for one in logs]
    return [one / sum(heights) for one in heights]


def _estimate(seen: Sequence[float], guess: _Guess, beliefs: Sequence[float]) -> Estimate:
    per_office = [one / either for one, either in zip(beliefs, guess.either, strict=True)]
    density = [0.0] * len(_RATES)
    for weight, unit in zip(per_office, _units(), strict=True):
        if weight * max(guess.either) < 1e-9:
            continue
        for n, (usual, overlooked) in enumerate(zip(unit.usual, unit.overlooked, strict=True)):
            density[n] += weight * ((1 - OVERLOOKED_SHARE) * usual + OVERLOOKED_SHARE * overlooked)
    density = [height * likely for height, likely in zip(density, seen, strict=True)]
    total = sum(density)
    upto = [one / total for one in accumulate(density)]
    return Estimate(
        rate=_dot(density, _RATES) / total,
        low=_quantile(upto, _TAIL),
        high=_quantile(upto, 1 - _TAIL),
        chance=_dot(per_office, guess.overlooked),
    )


def _quantile(upto: Sequence[float], share: float) -> float:
    """The rate below which that share lies, between two points of the grid if need be."""
    place = next(n for n, one in enumerate(upto) if one >= share or n == len(upto) - 1)
    before = upto[place - 1] if place else 0.0
    within = (share - before) / (upto[place] - before) if upto[place] > before else 1.0
    step = _RATES[1] / _RATES[0]
    return float(_RATES[place] * step ** (min(within, 1.0) - 0.5))


def _dot(one: Iterable[float], other: Iterable[float]) -> float:
    return sum(a * b for a, b in zip(one, other, strict=True))
