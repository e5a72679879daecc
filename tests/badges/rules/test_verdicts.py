"""What a rule says of deeds: "3 of 5", what is missing, on what evidence and since when.

Each operator is tried just below its number, at it, and above it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from badges.rules.deeds import MINDSETS, AnyDeed
from badges.rules.language import AllOf, AnyOf, AtLeast, Matching, Of, Rule
from badges.rules.verdicts import Verdict, evaluate
from tests.badges.rules.samples import (
    BOTH,
    at_least,
    cheer,
    deed,
    deeds_strategy,
    many_deeds,
    slowly_met,
    tree_rules,
)

DIFFERENT: dict[str, Sequence[AnyDeed]] = {
    "challenge": [deed(n, challenge=f"c{n}") for n in range(1, 4)],
    "step": [deed(n, step=n) for n in range(1, 4)],
    "mindset": [deed(n, mindset=mindset) for n, mindset in enumerate(MINDSETS, start=1)],
    "project": [deed(n, project=f"p{n}") for n in range(1, 4)],
    "day": [deed(n) for n in range(1, 4)],
    "receiver": [cheer(n, receiver=n) for n in range(1, 4)],
}
"""For each kind of counting, three deeds that differ in what is counted."""


@pytest.mark.parametrize("of", list(Of))
def test_a_count_is_met_at_n_and_above_but_not_below(of: str) -> None:
    one, two, three = DIFFERENT[of]
    rule = at_least(2, of)

    few = evaluate(rule, [one])
    assert (few.met, few.have, few.need, few.evidence, few.awarded_on) == (False, 1, 2, (1,), None)
    assert few.missing == (AtLeast(1, Of(of)),)

    enough = evaluate(rule, [one, two])
    assert (enough.met, enough.have, enough.need, enough.evidence) == (True, 2, 2, (1, 2))
    assert (enough.awarded_on, enough.missing) == (two.happened_at, ())

    assert evaluate(rule, [one, two, three]) == enough


@pytest.mark.parametrize("of", [of for of in Of if of is not Of.RECEIVER])
def test_the_same_thing_twice_counts_once(of: str) -> None:
    # Two deeds that agree in what is counted, and in nothing else.
    one = deed(1)
    other = deed(2, "b", 2, mindset="PRODUCE", project="meetings", stage="HABIT")
    same = {
        "challenge": replace(other, challenge="a"),
        "step": replace(other, challenge="a", step_number=1),
        "mindset": replace(other, mindset="LEARN"),
        "project": replace(other, project="data"),
        "day": replace(other, happened_at=one.happened_at + timedelta(hours=2), day=one.day),
    }[of]
    assert evaluate(at_least(2, of), [one, same]).have == 1
    assert evaluate(at_least(1, of), [one, same]).evidence == (1,)


def test_the_same_person_cheered_twice_counts_once() -> None:
    rule = at_least(2, "receiver")
    again = [cheer(n, receiver=1, other_unit=n == 3) for n in (1, 2, 3)]
    assert (evaluate(rule, again).have, evaluate(rule, again).evidence) == (1, (1,))
    assert evaluate(rule, [*again, cheer(4, receiver=2)]).evidence == (1, 4)


def test_steps_and_cheers_never_stand_in_for_each_other() -> None:
    steps, cheers = [deed(1), deed(2, "b", 2)], [cheer(3, receiver=1), cheer(4, receiver=2)]
    for of in Of:
        its, others = (cheers, steps) if of is Of.RECEIVER else (steps, cheers)
        assert evaluate(at_least(1, of), others).have == 0
        assert evaluate(at_least(1, of), [*steps, *cheers]).evidence == (its[0].completion_id,)


def test_somebody_of_another_unit_can_be_asked_for() -> None:
    rule = at_least(1, "receiver", other_unit=True)
    near, far = cheer(1, receiver=1), cheer(2, receiver=2, other_unit=True)
    assert not evaluate(rule, [near]).met
    assert evaluate(rule, [near, far]).evidence == (2,)


@pytest.mark.parametrize(
    ("matching", "counts", "does_not"),
    [
        ({"mindset": ["CHALLENGE"]}, {"mindset": "CHALLENGE"}, {"mindset": "LEARN"}),
        ({"project": ["meetings"]}, {"project": "meetings"}, {"project": "data"}),
        ({"challenge": ["c1", "c2", "c3"]}, {}, {"challenge": "other"}),
        ({"besides": ["other"]}, {}, {"challenge": "other"}),
        ({"stage": ["HABIT", "SPREAD"]}, {"stage": "SPREAD"}, {"stage": "TRY"}),
        ({"endorsed": True}, {"endorsed": True}, {"endorsed": False}),
    ],
)
def test_only_matching_deeds_count_below_at_and_above_n(
    matching: dict[str, Any], counts: dict[str, Any], does_not: dict[str, Any]
) -> None:
    rule = at_least(2, "challenge", **matching)
    one, two, three = (deed(n, challenge=f"c{n}", **counts) for n in (1, 2, 3))
    beside = deed(0, **({"challenge": "beside"} | does_not))
    assert not evaluate(rule, [beside, one]).met
    assert evaluate(rule, [beside, one, two]).evidence == (1, 2)
    assert evaluate(rule, [beside, one, two, three]).evidence == (1, 2)


def test_all_is_met_when_every_part_is() -> None:
    tries = [deed(1, "a"), deed(2, "b")]
    verdict = evaluate(BOTH, tries)
    assert (verdict.met, verdict.have, verdict.need) == (False, 2, 3)
    assert verdict.missing == (AtLeast(1, Of.STEP, Matching(stage=frozenset({"SPREAD"}))),)

    spread = deed(3, "b", 3, stage="SPREAD")
    verdict = evaluate(BOTH, [*tries, spread])
    assert (verdict.met, verdict.have, verdict.need) == (True, 3, 3)
    assert verdict.evidence == (1, 2, 3)
    assert verdict.awarded_on == spread.happened_at
    assert evaluate(BOTH, [*tries, spread, deed(4, "c")]) == verdict


def test_a_deed_can_serve_two_parts_of_all_and_is_evidence_once() -> None:
    verdict = evaluate(BOTH, [deed(1, "a", 3, stage="SPREAD"), deed(2, "b")])
    assert (verdict.met, verdict.evidence) == (True, (1, 2))


EITHER = AnyOf((AtLeast(3, Of.DAY), AtLeast(1, Of.STEP, Matching(endorsed=True))))


def test_any_is_met_by_one_part_and_shows_the_nearest() -> None:
    far = evaluate(EITHER, [])
    # One endorsement is nearer than three days.
    assert (far.met, far.have, far.need) == (False, 0, 1)

    even = evaluate(EITHER, [deed(1), deed(2)])
    # One is missing in both parts, so the order in the file decides.
    assert (even.have, even.need) == (2, 3)
    assert even.missing == (AtLeast(1, Of.DAY),)

    assert evaluate(EITHER, [deed(1), deed(2), deed(3)]).evidence == (1, 2, 3)
    assert evaluate(EITHER, [deed(1), deed(2), deed(3), deed(4)]).evidence == (1, 2, 3)


def test_any_rests_on_the_part_that_was_met_first() -> None:
    verdict = evaluate(EITHER, [deed(1), deed(2), deed(3, endorsed=True), deed(4)])
    # Both parts were met on the same day.
    assert verdict.evidence == (1, 2, 3)
    verdict = evaluate(EITHER, [deed(1), deed(2, endorsed=True), deed(3)])
    assert (verdict.evidence, verdict.awarded_on) == ((2,), deed(2).happened_at)


def test_deeds_count_in_order_of_time() -> None:
    # A completion that was decided late keeps the day on which it happened, and has a high id.
    late = [deed(9, "a", day=1), deed(3, "a", 2, day=3), deed(2, "b", day=2)]
    assert evaluate(at_least(2, "challenge"), late).evidence == (9, 2)


# Compared with a slow and obvious implementation.


def slowly_gap(rule: Rule, deeds: Sequence[AnyDeed]) -> int:
    if isinstance(rule, AtLeast):
        return next(left for left in range(rule.n + 1) if slowly_met(_of(rule, left), deeds))
    gaps = [slowly_gap(part, deeds) for part in rule.parts]
    return sum(gaps) if isinstance(rule, AllOf) else min(gaps)


def _of(rule: AtLeast, left: int) -> AtLeast:
    return replace(rule, n=rule.n - left)


def slowly_awarded_on(rule: Rule, deeds: Sequence[AnyDeed]) -> datetime | None:
    """Replay the deeds one by one."""
    in_order = sorted(deeds, key=lambda one: (one.happened_at, one.completion_id))
    for count in range(1, len(in_order) + 1):
        if slowly_met(rule, in_order[:count]):
            return in_order[count - 1].happened_at
    return None


@given(tree_rules, many_deeds)
def test_a_verdict_equals_a_step_by_step_replay(rule: Rule, deeds: list[AnyDeed]) -> None:
    verdict = evaluate(rule, deeds)
    assert verdict.met is slowly_met(rule, deeds)
    assert verdict.gap == slowly_gap(rule, deeds)
    assert verdict.awarded_on == slowly_awarded_on(rule, deeds)
    assert verdict.met is (verdict.have == verdict.need) is (not verdict.missing)


@given(tree_rules, many_deeds)
def test_the_evidence_of_a_verdict_is_enough_by_itself(rule: Rule, deeds: list[AnyDeed]) -> None:
    verdict = evaluate(rule, deeds)
    alone = evaluate(rule, [one for one in deeds if one.completion_id in verdict.evidence])
    assert _without_parts(alone) == _without_parts(verdict)


def _without_parts(verdict: Verdict) -> Verdict:
    """The parts of an ``any`` that were not chosen may differ without their deeds."""
    return replace(verdict, parts=())


@given(tree_rules, many_deeds, st.randoms())
def test_the_order_of_deeds_does_not_matter(rule: Rule, deeds: list[AnyDeed], random: Any) -> None:
    shuffled = list(deeds)
    random.shuffle(shuffled)
    assert evaluate(rule, shuffled) == evaluate(rule, deeds)


@given(tree_rules, many_deeds, deeds_strategy)
def test_doing_more_never_loses_a_badge(
    rule: Rule, deeds: list[AnyDeed], more: dict[str, Any]
) -> None:
    before = evaluate(rule, deeds)
    after = evaluate(rule, [*deeds, deed(len(deeds) + 1, **more)])
    assert after.gap <= before.gap
