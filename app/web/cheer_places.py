"""What the form for cheering one completion shows, on a page of its own or within another."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import abort

from app.clock import now
from app.web import catalogue
from app.web.rendering import db_session, viewer
from badges.queries import completions_under_badges
from challenges.calendar import day_of
from challenges.catalogue.published import PublishedChallenge, PublishedStep
from challenges.people import org_chart
from challenges.recognition.budgets import Budget, budget_of
from challenges.recognition.cheer_lists import ShownCheer, cheers_on
from challenges.recognition.seeing import (
    Around,
    SeenCompletion,
    latest_of_others,
    seen_completions,
)

LATELY = timedelta(days=60)
"""How far back the steps of others lie that are offered beside one."""
OTHERS_AT_ONCE = 20

KnownStep = tuple[PublishedChallenge, PublishedStep]


@dataclass(frozen=True)
class CheerPlace:
    """Where a cheer is left: the completion, and what the viewer has left and has to give."""

    completion: SeenCompletion
    known: KnownStep | None
    """None where the catalogue has the step no longer."""
    given: list[ShownCheer]
    """By the viewer."""
    budget: Budget
    others: Sequence[SeenCompletion] = ()
    """What others did lately, where several are to be cheered."""
    steps: Mapping[int, KnownStep] | None = None


def place_of(completion_id: int, *, with_others: bool = False) -> CheerPlace:
    """The place of a completion that the viewer sees; 404 of any other."""
    me, at = viewer(), now()
    seen = seen_of_viewer([completion_id]).get(completion_id)
    if seen is None:
        abort(404)
    on_it = cheers_on(db_session(), [completion_id], viewer_id=me.id).get(completion_id, [])
    steps = catalogue.current().challenges.by_step
    return CheerPlace(
        completion=seen,
        known=steps.get(seen.step_id),
        given=[one for one in on_it if one.giver_id == me.id],
        budget=budget_of(db_session(), me.id, at=at),
        others=_others(seen) if with_others else (),
        steps=steps,
    )


def seen_of_viewer(completion_ids: Sequence[int]) -> dict[int, SeenCompletion]:
    """Those of the completions that the viewer sees, beneath badges too. Two statements, none
    without completions."""
    if not completion_ids:
        return {}
    return seen_completions(
        db_session(),
        completion_ids,
        viewer_id=viewer().id,
        on=day_of(now()),
        under_badges=completions_under_badges(db_session(), completion_ids),
    )


def _others(besides: SeenCompletion) -> list[SeenCompletion]:
    me, today = viewer(), day_of(now())
    units = set(org_chart.units_on(db_session(), me.id, today))
    if me.is_manager:
        for unit in org_chart.managed_units(db_session(), me.id, on=today):
            units |= unit.unit_ids
    looking = Around(viewer_id=me.id, unit_ids=units, on=today, since=now() - LATELY)
    found = latest_of_others(db_session(), looking, limit=OTHERS_AT_ONCE + 1)
    return [one for one in found if one.person_id != besides.person_id][:OTHERS_AT_ONCE]
