"""What everybody in the demo shares: its days, organisation, catalogue and words."""

from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from random import Random

from app.demo.days import Days
from app.demo.people import Organisation
from app.demo.words import Words
from challenges.catalogue.published import Catalogue, PublishedChallenge


@dataclass
class World:
    """The world in which a person acts."""

    seed: int
    days: Days
    organisation: Organisation
    catalogue: Catalogue
    dx_office: list[int]
    """Ids of its people."""
    words: Words = field(default_factory=Words)
    _warmth: dict[int, float] = field(default_factory=dict)

    def warmth(self, unit: int) -> float:
        """How much is tried and endorsed in a unit, from 0.4 to 1.6."""
        if unit not in self._warmth:
            self._warmth[unit] = Random(f"{self.seed}/unit/{unit}").uniform(0.4, 1.6)
        return self._warmth[unit]

    @cached_property
    def offers(self) -> dict[bool, tuple[list[PublishedChallenge], list[float]]]:
        """What is offered to managers (True) and to others (False), with cumulative weights.

        Short challenges are more popular.
        """
        both = {manager: self.catalogue.offered(to_manager=manager) for manager in (False, True)}
        return {
            key: (all_, list(accumulate(30 / (one.minutes + 10) for one in all_)))
            for key, all_ in both.items()
        }
