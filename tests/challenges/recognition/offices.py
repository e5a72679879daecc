"""Synthetic offices with planted neglect, and what finds it. The calibration and a small test of it
use the same."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import exp, log
from random import Random

from challenges.recognition.overlooked import Estimate, Heard, estimate, exposure

FALSE_ALARMS = 0.10
NEGLECTED = 0.12
"""Of all people."""
WINDOW = 182
"""Days that are looked back on."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A person as the generator made them: it alone knows the true rate."""

    heard: Heard
    steps: int
    rate: float
    is_neglected: bool


def office(random: Random) -> list[Planted]:
    """An office of 3 to 30 people. Its giver has habits of their own, people take steps at paces of
    their own, and one in five came within the window. The rates are lognormal, which the estimate
    does not assume."""
    usual = exp(random.gauss(log(0.4), 0.6))
    return [_person(random, usual) for _ in range(random.randint(3, 30))]


def _person(random: Random, usual: float) -> Planted:
    days_here = random.randint(14, WINDOW) if random.random() < 0.2 else WINDOW
    pace = exp(random.gauss(log(1.6), 0.9)) / 30
    steps = max(_poisson(random, pace * days_here), 1)
    seen = [random.randint(0, days_here) for _ in range(steps)]
    is_neglected = random.random() < NEGLECTED
    rate = usual * exp(random.gauss(-0.08, 0.4))
    rate *= random.uniform(0.0, 0.2) if is_neglected else 1.0
    shown = exposure(seen)
    heard = Heard(_poisson(random, rate * shown), shown)
    return Planted(heard, steps, rate, is_neglected)


def _poisson(random: Random, mean: float) -> int:
    found, left = 0, random.expovariate(1.0)
    while left < mean:
        found, left = found + 1, left + random.expovariate(1.0)
    return found


@dataclass(frozen=True, slots=True)
class Figures:
    """How well neglect is found."""

    people: int
    neglected: int
    by_estimate: float
    """Of the neglected, the share that is found at the false alarms allowed."""
    by_counts: float
    by_ratio: float
    """By words a step, which forgets how little a small number says."""
    by_threshold: float
    """As the page names people: from the fixed chance on."""
    false_by_threshold: float
    coverage: float
    """Of all people, the share whose true rate lies in the interval."""

    @property
    def gain(self) -> float:
        """How many times as many as raw counts find."""
        return self.by_estimate / self.by_counts


def calibrate(offices: int, *, seed: int) -> Figures:
    """Figures of so many offices."""
    random = Random(seed)
    people: list[tuple[Planted, Estimate]] = []
    for _ in range(offices):
        made = office(random)
        people += zip(made, estimate([one.heard for one in made]), strict=True)
    named = [(one, said) for one, said in people if said.is_worth_a_look]
    ill = sum(one.is_neglected for one, _ in people)

    def found(score: Callable[[Planted, Estimate], float]) -> float:
        return detected([(score(*one), one[0].is_neglected) for one in people])

    return Figures(
        people=len(people),
        neglected=ill,
        by_estimate=found(lambda _one, said: said.chance),
        by_counts=found(lambda one, _said: -one.heard.words),
        by_ratio=found(lambda one, _said: -one.heard.words / one.steps),
        by_threshold=sum(one.is_neglected for one, _ in named) / ill,
        false_by_threshold=sum(not one.is_neglected for one, _ in named) / (len(people) - ill),
        coverage=sum(said.low <= one.rate <= said.high for one, said in people) / len(people),
    )


def detected(scored: Sequence[tuple[float, bool]]) -> float:
    """Of the ill, the share found where one in ten of the others is. Equal scores are drawn by lot,
    so that a coarse score loses nothing by the place of its limit."""
    others = sum(not is_ill for _, is_ill in scored)
    ill = len(scored) - others
    allowed, hits = FALSE_ALARMS * others, 0.0
    for score in sorted({score for score, _ in scored}, reverse=True):
        here = [is_ill for one, is_ill in scored if one == score]
        wrong = len(here) - sum(here)
        share = min(1.0, allowed / wrong) if wrong else 1.0
        hits += share * sum(here)
        allowed -= share * wrong
        if share < 1.0:
            break
    return hits / ill
