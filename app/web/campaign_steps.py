"""The steps of campaigns in the order in which a person is asked for them."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date

from app.queries.campaigns import Chosen
from challenges.catalogue.published import PublishedStep
from challenges.progress.suggesting import Suggestion, suggest
from challenges.submissions.queries import OpenSubmission


def steps_of(chosen: Iterable[Chosen]) -> list[PublishedStep]:
    """All steps that count, in the order of the campaign."""
    return [step for _challenge, steps in chosen for step in steps]


def next_small_step(
    chosen: list[Chosen],
    climbed: Collection[int],
    submissions: Mapping[int, OpenSubmission],
    *,
    on: date,
) -> Suggestion | None:
    """The step of the campaign that is suggested first, or None if none is left to do today."""
    offered = [challenge for challenge, _steps in chosen if not challenge.is_retired]
    counting = {step.id for step in steps_of(chosen)}
    every = suggest(offered, climbed, submissions, on=on, count=len(offered))
    return next((one for one in every if one.step.id in counting), None)
