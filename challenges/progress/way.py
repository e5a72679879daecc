"""「わたしの道のり」: one's own steps as a way through the fiscal years. Pure.

A year leads from April to March whoever walks it: a month has a stone for each mindset with a step
in it, however many steps those were. So no two ways can be compared by their length.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from challenges.calendar import fiscal_year_start
from challenges.catalogue.published import PublishedChallenge, PublishedStep
from challenges.submissions.steps_taken import StepTaken
from challenges.vocabulary import Mindset, Stage

RETURN_AFTER = timedelta(days=60)
"""Whoever was away that long is welcomed back."""

KnownSteps = Mapping[int, tuple[PublishedChallenge, PublishedStep]]


class MilestoneKind(StrEnum):
    """What a step was the first of."""

    FIRST = "FIRST"
    """The very first step."""
    MINDSET = "MINDSET"
    """The first one of a mindset."""
    STAGE = "STAGE"
    """The first habit, or the first time that something was spread."""
    RETURN = "RETURN"
    """The first step after a long rest."""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A first time or a return."""

    kind: MilestoneKind
    taken: StepTaken
    mindset: Mindset | None = None
    """Of a first one of a mindset."""
    stage: Stage | None = None
    """Of a first one of a stage."""


@dataclass(frozen=True, slots=True)
class MonthOnTheWay:
    """One month as a station of the way."""

    first_day: date
    mindsets: tuple[Mindset, ...]
    """Those of which a step was taken in it, each once."""
    has_steps: bool
    """Also true of a step that is in no catalogue any more, whose mindset nobody knows."""
    is_now: bool
    is_ahead: bool


def years_walked(steps: Sequence[StepTaken], *, on: date) -> list[int]:
    """The fiscal years from that of the first step to that of the day, both included and each named
    by its April."""
    this = fiscal_year_start(on).year
    first = min((fiscal_year_start(one.day).year for one in steps), default=this)
    # Also where a step is dated later than that day, which happens to a server that ran ahead.
    return list(range(min(first, this), this + 1))


def steps_of_year(steps: Sequence[StepTaken], year: int) -> list[StepTaken]:
    """Those of one fiscal year."""
    return [one for one in steps if fiscal_year_start(one.day).year == year]


def months_of_year(
    steps: Sequence[StepTaken], year: int, known: KnownSteps, *, on: date
) -> list[MonthOnTheWay]:
    """The twelve months of a fiscal year, April first."""
    found = []
    for first_day in _first_days(year):
        here = [one for one in steps if one.day.replace(day=1) == first_day]
        met = {known[one.step_id][0].mindset for one in here if one.step_id in known}
        found.append(
            MonthOnTheWay(
                first_day,
                mindsets=tuple(mindset for mindset in Mindset if mindset in met),
                has_steps=bool(here),
                is_now=first_day == on.replace(day=1),
                is_ahead=first_day > on,
            )
        )
    return found


def milestones(steps: Sequence[StepTaken], known: KnownSteps) -> list[Milestone]:
    """The first times and returns of a whole history, which is given in its order."""
    found: list[Milestone] = []
    seen: set[Mindset | Stage] = set()
    before: StepTaken | None = None
    for taken in steps:
        if before is None:
            found.append(Milestone(MilestoneKind.FIRST, taken))
        elif taken.day - before.day >= RETURN_AFTER:
            found.append(Milestone(MilestoneKind.RETURN, taken))
        firsts = list(_firsts(taken, known, seen))
        # The very first step is the first of everything.
        found += firsts if before else []
        before = taken
    return found


def _firsts(taken: StepTaken, known: KnownSteps, seen: set[Mindset | Stage]) -> Iterator[Milestone]:
    """What the step is the first of, which is ``seen`` from then on."""
    if taken.step_id not in known:
        return
    challenge, step = known[taken.step_id]
    if challenge.mindset not in seen:
        yield Milestone(MilestoneKind.MINDSET, taken, mindset=challenge.mindset)
    if step.stage not in seen and step.stage is not Stage.TRY:
        yield Milestone(MilestoneKind.STAGE, taken, stage=step.stage)
    seen |= {challenge.mindset, step.stage}


def _first_days(year: int) -> list[date]:
    return [date(year + (month < 4), month, 1) for month in (*range(4, 13), *range(1, 4))]
