"""What somebody did, as rules see it: plain values without a database, so that a rule can be tried
on anything."""

from dataclasses import dataclass
from datetime import date, datetime

MINDSETS = ("LEARN", "PRODUCE", "CHALLENGE")


STAGES = ("TRY", "HABIT", "SPREAD")


@dataclass(frozen=True, slots=True)
class Deed:
    """One standing completion, read by the version of the challenge it was made under."""

    completion_id: int
    challenge: str
    """Slug of the challenge."""
    step_number: int
    mindset: str
    project: str
    """Slug of the project."""
    stage: str
    happened_at: datetime
    """Aware."""
    day: date
    """The day of the Tokyo calendar it happened on."""
    endorsed: bool
    """At least one manager's endorsement stands."""


@dataclass(frozen=True, slots=True)
class CatalogueStep:
    """A step somebody could climb."""

    challenge: str
    number: int
    mindset: str
    project: str
    stage: str
