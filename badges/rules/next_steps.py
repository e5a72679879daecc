"""Which steps would bring somebody nearer to a badge: tried out on the rule itself."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from badges.rules.deeds import CatalogueStep, Deed
from badges.rules.language import Rule
from badges.rules.verdicts import FAR, Verdict, evaluate


class Needs(StrEnum):
    """How a step would move a verdict."""

    CLIMB = "climb"
    ENDORSEMENT = "endorsement"
    """It is climbed already; a manager's endorsement of it would count."""
    BOTH = "both"
    """To be climbed, and endorsed."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A step that would move a verdict."""

    challenge: str
    number: int
    stage: str
    how: Needs


def would_fill(
    rule: Rule, deeds: Sequence[Deed], catalogue: Iterable[CatalogueStep]
) -> tuple[Candidate, ...]:
    """The steps of the catalogue that would bring an open part of the rule nearer, each found by
    trying it.

    Empty when the rule is met. Of ``any`` every way counts, for the nearest one may be closed to
    this person.
    """
    wanted = _open(evaluate(rule, deeds))
    done = {(deed.challenge, deed.step_number): deed for deed in deeds}
    tried = (
        (step, _how(wanted, deeds, step, done.get((step.challenge, step.number))))
        for step in catalogue
    )
    return tuple(
        Candidate(step.challenge, step.number, step.stage, how) for step, how in tried if how
    )


def _open(verdict: Verdict) -> list[Verdict]:
    """The counting parts that still want something."""
    if verdict.met or not verdict.parts:
        return [] if verdict.met else [verdict]
    return [leaf for part in verdict.parts for leaf in _open(part)]


def _how(
    wanted: list[Verdict], deeds: Sequence[Deed], step: CatalogueStep, done: Deed | None
) -> Needs | None:
    if done is not None:
        others = [deed for deed in deeds if deed is not done]
        return (
            Needs.ENDORSEMENT if _moves(wanted, [*others, replace(done, endorsed=True)]) else None
        )
    for how, endorsed in ((Needs.CLIMB, False), (Needs.BOTH, True)):
        if _moves(wanted, [*deeds, _imagined(step, endorsed=endorsed)]):
            return how
    return None


def _moves(wanted: list[Verdict], deeds: Sequence[Deed]) -> bool:
    return any(evaluate(part.rule, deeds).gap < part.gap for part in wanted)


def _imagined(step: CatalogueStep, *, endorsed: bool) -> Deed:
    return Deed(
        0,
        step.challenge,
        step.number,
        step.mindset,
        step.project,
        step.stage,
        FAR,
        date.max,
        endorsed,
    )
