"""Finds definitions that would put another step in the place of one that people have worked on.

A step is known by its number, so what they did would suddenly be something else. Steps may be added
or removed only at the top. Words, days and the check may change: a completion keeps the version it
was made under.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.catalogue.definitions import ChallengeDefinition, StepDefinition
from challenges.catalogue.models import Challenge, ChallengeVersion, Step

_RULE = (
    "a step that people have worked on keeps its place; "
    "steps may be added or removed only at the top"
)


def moved_steps(
    session: Session, definitions: Iterable[ChallengeDefinition], *, used_steps: Collection[int]
) -> list[str]:
    """A sentence for each of the ``used_steps`` whose place another step would take.

    ``used_steps`` are ids. Each sentence begins with the name of the file.
    """
    by_slug = {definition.slug: definition for definition in definitions}
    found = []
    for used in _used(session, used_steps):
        definition = by_slug.get(used.slug)
        # A removed challenge or step is retired, which moves nothing.
        if definition is None or used.step.number > len(definition.steps):
            continue
        why = _why_moved(used.step, used.published, definition.steps)
        if why:
            found.append(f"{used.slug}.yaml: steps: {why}; {_RULE}")
    return found


class _Used(NamedTuple):
    """A used step, with all steps of its challenge as they were published last."""

    slug: str
    step: Step
    published: list[dict[str, Any]]


def _used(session: Session, used_steps: Collection[int]) -> Iterator[_Used]:
    rows = session.execute(
        select(
            Challenge.slug.label("slug"),
            Step,
            ChallengeVersion.definition["steps"].label("published"),
        )
        .join(Step, Step.challenge_id == Challenge.id)
        .join(
            ChallengeVersion,
            (ChallengeVersion.challenge_id == Challenge.id)
            & (ChallengeVersion.number == Challenge.version),
        )
        .where(Step.id.in_(used_steps))
        .order_by(Challenge.slug, Step.number)
    )
    return (_Used(slug=row.slug, step=row.Step, published=row.published) for row in rows)


def _why_moved(
    step: Step, published: list[dict[str, Any]], definitions: list[StepDefinition]
) -> str | None:
    """Which step would take its place, or None if it keeps it.

    Another stage is another step. Within one stage, a step is recognised by its Japanese words.
    """
    new = definitions[step.number - 1]
    if new.stage is not step.stage:
        return f"step {step.number} is {step.stage} and would become {new.stage}"
    before = [published_step["ja"]["ask"] for published_step in published]
    after = [definition.ja.ask for definition in definitions]
    # A retired step above the published ones may come back with any words.
    if step.number > len(before) or before[step.number - 1] == new.ja.ask:
        return None
    if new.ja.ask in before:
        return f"step {step.number} would become what is step {before.index(new.ja.ask) + 1}"
    if before[step.number - 1] in after:
        return f"step {step.number} would move to {after.index(before[step.number - 1]) + 1}"
    # Words that stand nowhere else: the step is only reworded.
    return None
