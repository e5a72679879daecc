"""Steps are known by their number. Finds new definitions that would put another step in the place
of one that people have worked on: what they did would suddenly be something else.

Only the newest step may be taken away or put on top. Words, days and who checks may change: a
completion keeps the version it was made under, and says how it was decided.
"""

from collections.abc import Collection, Iterable, Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.catalogue.definitions import ChallengeDefinition, StepDefinition
from challenges.catalogue.models import Challenge, ChallengeVersion, Step

_RULE = "a step that people have worked on keeps its place; steps may be added or removed only at the top"


def moved_steps(
    session: Session, definitions: Iterable[ChallengeDefinition], *, used_steps: Collection[int]
) -> list[str]:
    """A sentence, beginning with the file, for each of the ``used_steps`` whose place another step
    would take."""
    wanted = {definition.slug: definition for definition in definitions}
    return [
        f"{slug}.yaml: steps: {why}; {_RULE}"
        for slug, step, published in _published_last(session, used_steps)
        if slug in wanted and step.number <= len(wanted[slug].steps)
        for why in _moved(step, published, wanted[slug].steps)
    ]


def _published_last(
    session: Session, used_steps: Collection[int]
) -> Iterator[tuple[str, Step, list[dict[str, Any]]]]:
    """The steps, each with its challenge's steps as they were published last."""
    rows = session.execute(
        select(Challenge.slug, Step, ChallengeVersion.definition["steps"])
        .join(Step, Step.challenge_id == Challenge.id)
        .join(
            ChallengeVersion,
            (ChallengeVersion.challenge_id == Challenge.id)
            & (ChallengeVersion.number == Challenge.version),
        )
        .where(Step.id.in_(used_steps))
        .order_by(Challenge.slug, Step.number)
    )
    return ((slug, step, published) for slug, step, published in rows)


def _moved(
    step: Step, published: list[dict[str, Any]], wanted: list[StepDefinition]
) -> Iterator[str]:
    """At most one sentence; a step that only moved among those of its own stage is known by its
    words."""
    new = wanted[step.number - 1]
    if new.stage is not step.stage:
        yield f"step {step.number} is {step.stage} and would become {new.stage}"
        return
    before, after = [said["ja"]["ask"] for said in published], [one.ja.ask for one in wanted]
    if step.number > len(before) or before[step.number - 1] == new.ja.ask:
        return
    if new.ja.ask in before:
        yield f"step {step.number} would become what is step {before.index(new.ja.ask) + 1}"
    elif before[step.number - 1] in after:
        yield f"step {step.number} would move to {after.index(before[step.number - 1]) + 1}"
