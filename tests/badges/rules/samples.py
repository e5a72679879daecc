"""Deeds and rules to try things on, made up or generated, and the slow way to judge them."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from badges.rules.deeds import MINDSETS, STAGES, AnyDeed, CheerDeed, Deed
from badges.rules.language import AllOf, AnyOf, AtLeast, Matching, Of, Rule, parse
from challenges.calendar import day_of

BEGIN = datetime(2026, 4, 1, 3, tzinfo=UTC)


def deed(
    number: int, challenge: str = "a", step: int = 1, *, day: int | None = None, **other: Any
) -> Deed:
    """The completion with the id ``number``, at noon in Tokyo, ``day`` days after 1 April 2026.

    ``day`` is the number where it is not given.
    """
    at = BEGIN + timedelta(days=number if day is None else day)
    values = {"mindset": "LEARN", "project": "data", "stage": "TRY", "endorsed": False} | other
    return Deed(number, challenge, step, happened_at=at, day=day_of(at), **values)


def cheer(
    number: int, receiver: int, *, other_unit: bool = False, day: int | None = None
) -> CheerDeed:
    """A cheer for the completion with the id ``number``, at noon as in ``deed``."""
    at = BEGIN + timedelta(days=number if day is None else day)
    return CheerDeed(number, receiver, other_unit, at)


def at_least(n: int, of: str, **matching: Any) -> Rule:
    return parse({"at_least": {"n": n, "of": of, "matching": matching}})


BOTH = AllOf((AtLeast(2, Of.CHALLENGE), AtLeast(1, Of.STEP, Matching(stage=frozenset({"SPREAD"})))))

deeds_strategy = st.fixed_dictionaries(
    {
        "challenge": st.sampled_from("abcd"),
        "step": st.integers(1, 3),
        "mindset": st.sampled_from(MINDSETS),
        "project": st.sampled_from("pqr"),
        "stage": st.sampled_from(STAGES),
        "day": st.integers(0, 6),
        "endorsed": st.booleans(),
    }
)
cheers_strategy = st.fixed_dictionaries(
    {"receiver": st.integers(1, 6), "other_unit": st.booleans(), "day": st.integers(0, 6)}
)
many_deeds = st.lists(st.one_of(deeds_strategy, cheers_strategy), max_size=14).map(
    lambda rows: [_deed_of(number, row) for number, row in enumerate(rows, start=1)]
)


def _deed_of(number: int, row: dict[str, Any]) -> AnyDeed:
    return cheer(number, **row) if "receiver" in row else deed(number, **row)


def _some(words: Sequence[str]) -> st.SearchStrategy[frozenset[str]]:
    return st.one_of(st.just(frozenset[str]()), st.frozensets(st.sampled_from(words), min_size=1))


leaf_rules = st.builds(
    AtLeast,
    st.integers(1, 4),
    st.sampled_from(Of),
    st.builds(
        Matching,
        _some(MINDSETS),
        _some("pqr"),
        _some("abcd"),
        _some("abcd"),
        _some(STAGES),
        st.booleans(),
        other_unit=st.booleans(),
    ),
)
tree_rules = st.recursive(
    leaf_rules,
    lambda inner: st.builds(
        lambda kind, parts: kind(tuple(parts)),
        st.sampled_from([AllOf, AnyOf]),
        st.lists(inner, min_size=2, max_size=3),
    ),
    max_leaves=6,
)


def slowly_met(rule: Rule, deeds: Sequence[AnyDeed]) -> bool:
    if isinstance(rule, AtLeast):
        kind = CheerDeed if rule.of is Of.RECEIVER else Deed
        its = [one for one in deeds if type(one) is kind and rule.matching.accepts(one)]
        return len({rule.of.key(one) for one in its}) >= rule.n
    holds = [slowly_met(part, deeds) for part in rule.parts]
    return all(holds) if isinstance(rule, AllOf) else any(holds)
