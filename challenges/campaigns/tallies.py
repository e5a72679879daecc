"""Numbers of a campaign as they are added up: the whole, each department and section, each
challenge. Pure."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import date
from statistics import median

from challenges.campaigns.unit_rows import Organisation


@dataclass(slots=True)
class Tally:
    """Numbers of one unit, one challenge, or the whole."""

    counts: Counter[str] = field(default_factory=Counter)
    days: Counter[int] = field(default_factory=Counter)
    """Working days from a submission to its decision by a person, with how many took so long."""

    def add(self, **more: int) -> None:
        """Add to the counts of these names."""
        for name, number in more.items():
            self.counts[name] += number

    def days_to_decide(self) -> float | None:
        """The median."""
        return float(median(sorted(self.days.elements()))) if self.days else None


@dataclass(slots=True)
class Tallies:
    organisation: Organisation
    whole: Tally = field(default_factory=Tally)
    units: defaultdict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))
    challenges: defaultdict[int, Tally] = field(default_factory=lambda: defaultdict(Tally))
    oldest: date | None = None

    def of(self, unit_id: int | None, challenge_id: int | None = None) -> list[Tally]:
        """The tallies that something in that unit and challenge counts in."""
        found = [self.whole, *(self.units[one] for one in self.organisation.shown(unit_id))]
        return found if challenge_id is None else [*found, self.challenges[challenge_id]]
