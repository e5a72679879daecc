"""What a rule says of somebody's deeds: met or not, how far, resting on what, since when, and what would move it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum

from badges.deeds import CatalogueStep, Deed
from badges.rules import AllOf, AnyOf, AtLeast, Rule

_FAR = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Verdict:
    """A rule held against deeds. "3 of 5" is ``have`` of ``need``; ``have`` never exceeds ``need``."""

    rule: Rule
    met: bool
    have: int
    need: int
    because: tuple[int, ...]
    """Completions it rests on, earliest first: those that made it true, or, until then, those that count so far."""
    awarded_on: datetime | None
    """When the deed happened that first made it true."""
    missing: tuple[AtLeast, ...]
    """What is still wanted: so many more, of these. Empty when met."""
    parts: tuple["Verdict", ...] = ()

    @property
    def gap(self) -> int:
        """How many are missing."""
        return self.need - self.have


class How(StrEnum):
    """How a step would move a verdict."""

    CLIMB = "climb"
    ENDORSEMENT = "endorsement"
    """It is climbed already; a manager's endorsement of it would count."""
    BOTH = "both"
    """To be climbed, and endorsed."""


@dataclass(frozen=True, slots=True)
class Filler:
    """A step that would move a verdict."""

    challenge: str
    number: int
    stage: str
    how: How


def evaluate(rule: Rule, deeds: Iterable[Deed]) -> Verdict:
    """Hold the rule against the deeds, in whatever order they come."""
    return evaluate_each([rule], deeds)[0]


def evaluate_each(rules: Iterable[Rule], deeds: Iterable[Deed]) -> list[Verdict]:
    """Hold each of the rules against the same deeds."""
    ordered = sorted(deeds, key=lambda deed: (deed.happened_at, deed.completion_id))
    return [_judge(rule, ordered) for rule in rules]


def would_fill(rule: Rule, deeds: Sequence[Deed], catalogue: Iterable[CatalogueStep]) -> tuple[Filler, ...]:
    """The steps of the catalogue that would bring an open part of the rule nearer, each found by trying it.

    Empty when the rule is met. Of ``any`` every way counts, for the nearest one may be closed to this person.
    """
    wanted = _open(evaluate(rule, deeds))
    done = {(deed.challenge, deed.step_number): deed for deed in deeds}
    tried = ((step, _how(wanted, deeds, step, done.get((step.challenge, step.number)))) for step in catalogue)
    return tuple(Filler(step.challenge, step.number, step.stage, how) for step, how in tried if how)


def _open(verdict: Verdict) -> list[Verdict]:
    """The counting parts that still want something."""
    if verdict.met or not verdict.parts:
        return [] if verdict.met else [verdict]
    return [leaf for part in verdict.parts for leaf in _open(part)]


def _how(wanted: list[Verdict], deeds: Sequence[Deed], step: CatalogueStep, done: Deed | None) -> How | None:
    if done is not None:
        others = [deed for deed in deeds if deed is not done]
        return How.ENDORSEMENT if _moves(wanted, [*others, replace(done, endorsed=True)]) else None
    for how, endorsed in ((How.CLIMB, False), (How.BOTH, True)):
        if _moves(wanted, [*deeds, _imagined(step, endorsed=endorsed)]):
            return how
    return None


def _moves(wanted: list[Verdict], deeds: Sequence[Deed]) -> bool:
    return any(evaluate(part.rule, deeds).gap < part.gap for part in wanted)


def _imagined(step: CatalogueStep, *, endorsed: bool) -> Deed:
    return Deed(0, step.challenge, step.number, step.mindset, step.project, step.stage, _FAR, date.max, endorsed)


def _judge(rule: Rule, deeds: Sequence[Deed]) -> Verdict:
    """Deeds come earliest first."""
    if isinstance(rule, AtLeast):
        return _judge_at_least(rule, deeds)
    parts = tuple(_judge(part, deeds) for part in rule.parts)
    return _judge_all(rule, parts, deeds) if isinstance(rule, AllOf) else _judge_any(rule, parts)


def _judge_at_least(rule: AtLeast, deeds: Sequence[Deed]) -> Verdict:
    first: dict[object, Deed] = {}
    for deed in deeds:
        if rule.matching.takes(deed):
            first.setdefault(rule.of.key(deed), deed)
            if len(first) == rule.n:
                break
    have, met = len(first), len(first) == rule.n
    return Verdict(
        rule=rule,
        met=met,
        have=have,
        need=rule.n,
        because=tuple(deed.completion_id for deed in first.values()),
        awarded_on=[*first.values()][-1].happened_at if met else None,
        missing=() if met else (AtLeast(rule.n - have, rule.of, rule.matching),),
    )


def _judge_all(rule: AllOf, parts: tuple[Verdict, ...], deeds: Sequence[Deed]) -> Verdict:
    met = all(part.met for part in parts)
    ids = {id_ for part in parts for id_ in part.because}
    return Verdict(
        rule=rule,
        met=met,
        have=sum(part.have for part in parts),
        need=sum(part.need for part in parts),
        because=tuple(deed.completion_id for deed in deeds if deed.completion_id in ids),
        awarded_on=max(part.awarded_on for part in parts if part.awarded_on) if met else None,
        missing=tuple(missing for part in parts for missing in part.missing),
        parts=parts,
    )


def _judge_any(rule: AnyOf, parts: tuple[Verdict, ...]) -> Verdict:
    """The part that was met first, or the one that is nearest; the earlier written one where they are even."""
    best = min(parts, key=lambda part: (part.awarded_on or _FAR, part.gap))
    return replace(best, rule=rule, parts=parts)
