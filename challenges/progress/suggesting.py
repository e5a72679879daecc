"""Suggests which steps to try next: by fixed rules that can be explained, small steps first."""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from challenges.catalogue.published import PublishedChallenge, PublishedStep
from challenges.progress.staircases import Rung, rungs
from challenges.submissions.queries import OpenSubmission
from challenges.vocabulary import Mindset, Stage, SubmissionState


class Why(StrEnum):
    """Why a step is suggested; the page puts it into words."""

    ASKED = "asked"
    """A manager asked a question; an answer is enough."""
    HABIT = "habit"
    """Some days of a habit are recorded."""
    UP = "up"
    """The next step of a challenge that the person has begun."""
    NEW = "new"
    """The first step of a challenge."""


ORDER = {why: min(place, 2) for place, why in enumerate(Why)}
"""UP and NEW have the same rank: between them the mindset and the minutes decide."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One step, with the reason it is suggested."""

    challenge: PublishedChallenge
    step: PublishedStep
    why: Why
    rung: Rung


def suggest(
    offered: list[PublishedChallenge],
    climbed: Collection[int],
    submissions: Mapping[int, OpenSubmission],
    *,
    on: date,
    count: int = 3,
    preferred: Collection[int] = (),
) -> list[Suggestion]:
    """Up to ``count`` steps: first those with a question, then the habit with the fewest days
    missing, then the mindset with the fewest challenges begun.

    Among the habits and among the others, steps whose ids are ``preferred`` come first. Among
    equals the one with fewer minutes does, then the catalogue's order decides. After the first
    step, those of other mindsets come before a second one of the same.
    """
    tried = Counter(
        challenge.mindset
        for challenge in offered
        if any(step.id in climbed for step in challenge.steps)
    )
    every = [
        one for challenge in offered if (one := next_of(challenge, climbed, submissions, on=on))
    ]
    every.sort(key=lambda one: _rank(one, tried, preferred))
    chosen = every[:1]
    for one in every[1:]:
        if len(chosen) < count and one.challenge.mindset not in _mindsets(chosen):
            chosen.append(one)
    for one in every:
        if len(chosen) < count and one not in chosen:
            chosen.append(one)
    return chosen


def _mindsets(chosen: list[Suggestion]) -> set[Mindset]:
    return {one.challenge.mindset for one in chosen}


def next_of(
    challenge: PublishedChallenge,
    climbed: Collection[int],
    submissions: Mapping[int, OpenSubmission],
    *,
    on: date,
) -> Suggestion | None:
    """The step of this challenge that can be climbed next. None if none is left, if it waits for a
    manager, or if nobody should be urged: the day of a habit is recorded, or its person withdrew it
    with all of its days."""
    for rung in rungs(challenge, climbed, submissions, on=on):
        if rung.state in {"now", "back"}:
            is_left_alone = rung.is_recorded_today or rung.is_reached
            return None if is_left_alone else Suggestion(challenge, rung.step, _reason(rung), rung)
        if rung.state == "waiting":
            return None
    return None


def _reason(rung: Rung) -> Why:
    if rung.submission and rung.submission.state is SubmissionState.SENT_BACK:
        return Why.ASKED
    if rung.step.stage is Stage.HABIT and rung.days_done:
        return Why.HABIT
    return Why.NEW if rung.step.number == 1 else Why.UP


def _rank(
    one: Suggestion, tried: Counter[Mindset], preferred: Collection[int]
) -> tuple[int, bool, int, int, int, int]:
    missing = one.step.days - one.rung.days_done if one.why is Why.HABIT else 0
    newness = 0 if one.why in {Why.ASKED, Why.HABIT} else tried[one.challenge.mindset]
    is_other = one.step.id not in preferred
    return (
        ORDER[one.why],
        is_other,
        newness,
        missing,
        one.challenge.minutes,
        one.challenge.number,
    )
