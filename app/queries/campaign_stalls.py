"""Where people stop on the stairs of a campaign, and what may be the reason. Pure.

Everywhere fewer people reach the next stage than the one before. A staircase stalls where it loses
clearly more of them than the others of the same campaign lose at the same place.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median

from challenges.shares import SMALLEST_GROUP
from challenges.vocabulary import Stage

MORE_THAN_OTHERS = 0.1
"""A stage stalls if its share of people who go on is that much below the median of the others."""
SLOW_DAYS = 1.0
"""Working days that decisions take longer than elsewhere to be named as the reason."""
MANY_DRAFTS = 0.1
"""The share of people left with a draft that is named as the reason."""


class Why(StrEnum):
    """What is told beside a stall."""

    SLOW = "slow"
    """Decisions take longer than in the other challenges."""
    DRAFTS = "drafts"
    """Many began and have not sent it in."""
    WAITING = "waiting"
    """Many have sent it in and wait."""
    DAYS = "days"
    """The step takes several days."""
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Climb:
    """The people of one challenge by the stage that they have reached, in the period."""

    slug: str
    begun: int
    waiting: int
    reached: Mapping[Stage, int]
    """Only the stages that count in the campaign."""
    automatic: int = 0
    days_to_decide: float | None = None
    steps: Mapping[Stage, int] = field(default_factory=dict)
    """The number of the first step of each stage."""

    def passages(self) -> list[tuple[Stage, int, int]]:
        """Each stage with the people who stood before it and those who reached it."""
        before, found = self.begun, []
        for stage in Stage:
            if stage in self.reached:
                found.append((stage, before, self.reached[stage]))
                before = self.reached[stage]
        return found


@dataclass(frozen=True, slots=True)
class Stall:
    """A stage that people do not reach."""

    slug: str
    stage: Stage
    step: int
    """The number of the step."""
    lost: float
    """People who would have gone on, had it been as elsewhere."""
    why: Why
    values: Mapping[str, float] = field(default_factory=dict)


def stalls(climbs: Sequence[Climb]) -> list[Stall]:
    """Every place where the campaign stalls, the largest loss first."""
    found = [
        stall
        for climb in climbs
        for stage, before, after in climb.passages()
        if (stall := _stall(climb, stage, before, after, climbs)) is not None
    ]
    return sorted(found, key=lambda one: -one.lost)


def _stall(
    climb: Climb, stage: Stage, before: int, after: int, climbs: Sequence[Climb]
) -> Stall | None:
    elsewhere = [
        reached / stood
        for other in climbs
        if other is not climb
        for place, stood, reached in other.passages()
        if place is stage and stood >= SMALLEST_GROUP
    ]
    if before < SMALLEST_GROUP or not elsewhere:
        return None
    gap = median(elsewhere) - after / before
    lost = gap * before
    # Fewer people than a small group are no pattern, and would be too few to be told.
    if gap < MORE_THAN_OTHERS or lost < SMALLEST_GROUP:
        return None
    why, values = _reason(climb, stage, climbs)
    return Stall(climb.slug, stage, climb.steps.get(stage, 1), lost, why, values)


def _reason(climb: Climb, stage: Stage, climbs: Sequence[Climb]) -> tuple[Why, Mapping[str, float]]:
    others = [
        one.days_to_decide for one in climbs if one is not climb and one.days_to_decide is not None
    ]
    own = climb.days_to_decide
    if own is not None and others and own >= median(others) + SLOW_DAYS:
        return Why.SLOW, {"days": own, "others": median(others)}
    is_first = climb.passages()[0][0] is stage
    drafts = climb.begun - climb.waiting - climb.passages()[0][2]
    if is_first and drafts >= max(SMALLEST_GROUP, MANY_DRAFTS * climb.begun):
        return Why.DRAFTS, {"drafts": drafts, "begun": climb.begun}
    if climb.waiting >= max(SMALLEST_GROUP, MANY_DRAFTS * climb.begun):
        return Why.WAITING, {"waiting": climb.waiting}
    return (Why.DAYS if stage is Stage.HABIT else Why.UNKNOWN), {}
