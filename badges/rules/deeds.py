"""What a person did, as rules see it.

Plain values without a database, so that a rule can be evaluated against imagined deeds as well.
"""

from dataclasses import dataclass
from datetime import date, datetime

MINDSETS = ("LEARN", "PRODUCE", "CHALLENGE")
STAGES = ("TRY", "HABIT", "SPREAD")


@dataclass(frozen=True, slots=True)
class Deed:
    """One standing completion, described by the challenge version that it was made under."""

    completion_id: int
    challenge: str
    """Slug of the challenge."""
    step_number: int
    mindset: str
    project: str
    """Slug of the project."""
    stage: str
    happened_at: datetime
    """With a time zone."""
    day: date
    """The day in Tokyo on which it happened."""
    endorsed: bool
    """At least one manager's endorsement of it stands."""
    in_campaign: bool = False
    """It counts in a campaign."""
    team_light: bool = False
    """It counts in a campaign in which the light of its unit is lit."""


@dataclass(frozen=True, slots=True)
class CheerDeed:
    """A cheer that the person gave and has not taken back. It counts whatever becomes of the step:
    nobody loses a badge by what another does."""

    completion_id: int
    """The completion that they cheered, which is another person's."""
    receiver: int
    """Id of that person. However often they are cheered, rules count them once."""
    other_unit: bool
    """They worked in another unit then."""
    happened_at: datetime


AnyDeed = Deed | CheerDeed
"""What rules count: each of them one of the two kinds."""


@dataclass(frozen=True, slots=True)
class CatalogueStep:
    """A step that somebody could climb."""

    challenge: str
    number: int
    mindset: str
    project: str
    stage: str
