"""Which steps would bring a person nearer to a badge, found by trying each of them on the rule."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from badges.rules.deeds import CatalogueStep, Deed
from badges.rules.language import Rule
from badges.rules.verdicts import FAR_FUTURE, Verdict, evaluate


class Needs(StrEnum):
    """What a step needs in order to count."""

    CLIMB = "climb"
    ENDORSEMENT = "endorsement"
    """It is climbed already, and a manager's endorsement would make it count."""
    BOTH = "both"
    """It has to be climbed and endorsed."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A step that would bring the badge nearer."""

    challenge: str
    """Slug of the challenge."""
    number: int
    stage: str
    needs: Needs


def candidates(
    rule: Rule, deeds: Sequence[Deed], steps: Iterable[CatalogueStep]
) -> tuple[Candidate, ...]:
    """Those of the steps that would reduce what an open part of the rule still misses.

    Empty when the rule is met. Every part of an ``any`` counts, not only the nearest one, because
    that one may be closed to this person.
    """
    open_parts = _open_parts(evaluate(rule, deeds))
    climbed = {(deed.challenge, deed.step_number): deed for deed in deeds}
    tried = (
        (step, _needs(open_parts, deeds, step, climbed.get((step.challenge, step.number))))
        for step in steps
    )
    return tuple(
        Candidate(step.challenge, step.number, step.stage, needs) for step, needs in tried if needs
    )


def _open_parts(verdict: Verdict) -> list[Verdict]:
    """The counting parts (``at_least``) that are not met."""
    if verdict.met:
        return []
    if not verdict.parts:
        return [verdict]
    return [leaf for part in verdict.parts for leaf in _open_parts(part)]


def _needs(
    open_parts: list[Verdict], deeds: Sequence[Deed], step: CatalogueStep, climbed: Deed | None
) -> Needs | None:
    """What the step needs to bring one of these parts nearer; None where nothing helps."""
    if climbed is not None:
        others = [deed for deed in deeds if deed is not climbed]
        endorsed = [*others, replace(climbed, endorsed=True)]
        return Needs.ENDORSEMENT if _brings_nearer(open_parts, endorsed) else None
    for needs, is_endorsed in ((Needs.CLIMB, False), (Needs.BOTH, True)):
        if _brings_nearer(open_parts, [*deeds, _imagined(step, endorsed=is_endorsed)]):
            return needs
    return None


def _brings_nearer(open_parts: list[Verdict], deeds: Sequence[Deed]) -> bool:
    return any(evaluate(part.rule, deeds).gap < part.gap for part in open_parts)


def _imagined(step: CatalogueStep, *, endorsed: bool) -> Deed:
    return Deed(
        completion_id=0,
        challenge=step.challenge,
        step_number=step.number,
        mindset=step.mindset,
        project=step.project,
        stage=step.stage,
        # On a day of its own, after everything else: a badge that counts days comes nearer by it.
        happened_at=FAR_FUTURE,
        day=date.max,
        endorsed=endorsed,
    )
