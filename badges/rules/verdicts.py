"""Evaluates a rule against a person's deeds: whether it is met, since when, and what is missing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from badges.rules.deeds import AnyDeed
from badges.rules.language import AllOf, AnyOf, AtLeast, Rule

FAR_FUTURE = datetime.max.replace(tzinfo=UTC)
"""Later than every deed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of some deeds: "3 of 5" is ``have`` of ``need``, and never more than it."""

    rule: Rule
    met: bool
    have: int
    need: int
    evidence: tuple[int, ...]
    """Ids of the completions that met the rule or, until it is met, of those that count so far.

    Earliest first.
    """
    awarded_on: datetime | None
    """When the deed happened that first met the rule; None until then."""
    missing: tuple[AtLeast, ...]
    """What is still missing, as rules of their own. Empty when met."""
    parts: tuple["Verdict", ...] = ()

    @property
    def gap(self) -> int:
        """How much is missing; 0 when met."""
        return self.need - self.have


def evaluate(rule: Rule, deeds: Iterable[AnyDeed]) -> Verdict:
    """Evaluate one rule. The deeds may come in any order."""
    return evaluate_each([rule], deeds)[0]


def evaluate_each(rules: Iterable[Rule], deeds: Iterable[AnyDeed]) -> list[Verdict]:
    """Evaluate several rules against the same deeds, which are sorted only once."""
    ordered = sorted(deeds, key=lambda deed: (deed.happened_at, deed.completion_id))
    return [_judge(rule, ordered) for rule in rules]


def _judge(rule: Rule, deeds: Sequence[AnyDeed]) -> Verdict:
    if isinstance(rule, AtLeast):
        return _judge_at_least(rule, deeds)
    parts = tuple(_judge(part, deeds) for part in rule.parts)
    return _judge_all(rule, parts, deeds) if isinstance(rule, AllOf) else _judge_any(rule, parts)


def _judge_at_least(rule: AtLeast, deeds: Sequence[AnyDeed]) -> Verdict:
    # Deeds come earliest first, so the first deed with each key is the one that counts, and the
    # nth of them decides the date.
    first: dict[object, AnyDeed] = {}
    for deed in deeds:
        if rule.counts(deed):
            first.setdefault(rule.of.key(deed), deed)
            if len(first) == rule.n:
                break
    have, met = len(first), len(first) == rule.n
    return Verdict(
        rule=rule,
        met=met,
        have=have,
        need=rule.n,
        evidence=tuple(deed.completion_id for deed in first.values()),
        awarded_on=[*first.values()][-1].happened_at if met else None,
        missing=() if met else (AtLeast(rule.n - have, rule.of, rule.matching),),
    )


def _judge_all(rule: AllOf, parts: tuple[Verdict, ...], deeds: Sequence[AnyDeed]) -> Verdict:
    met = all(part.met for part in parts)
    ids = {id_ for part in parts for id_ in part.evidence}
    return Verdict(
        rule=rule,
        met=met,
        have=sum(part.have for part in parts),
        need=sum(part.need for part in parts),
        evidence=tuple(deed.completion_id for deed in deeds if deed.completion_id in ids),
        awarded_on=max(part.awarded_on for part in parts if part.awarded_on) if met else None,
        missing=tuple(missing for part in parts for missing in part.missing),
        parts=parts,
    )


def _judge_any(rule: AnyOf, parts: tuple[Verdict, ...]) -> Verdict:
    """The verdict of the part that was met first or, before that, of the nearest part."""
    # `min` takes the first of equals: where two parts are even, the order in the file decides.
    best = min(parts, key=lambda part: (part.awarded_on or FAR_FUTURE, part.gap))
    return replace(best, rule=rule, parts=parts)
