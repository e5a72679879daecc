"""Which steps would bring a badge nearer."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from badges.rules.deeds import STAGES, CatalogueStep, Deed
from badges.rules.language import Rule, parse
from badges.rules.next_steps import Candidate, Needs, candidates
from badges.rules.verdicts import evaluate
from tests.badges.rules.samples import BOTH, at_least, deed, slowly_met, tree_rules

STEPS = [
    CatalogueStep(challenge, number, mindset, project, stage)
    for challenge, mindset, project in (
        ("a", "LEARN", "p"),
        ("b", "PRODUCE", "q"),
        ("c", "CHALLENGE", "r"),
    )
    for number, stage in enumerate(STAGES, start=1)
]


def test_a_challenge_that_counts_already_has_no_candidates() -> None:
    found = candidates(at_least(2, "challenge", stage=["TRY"]), [deed(1, "a")], STEPS)
    assert found == (Candidate("b", 1, "TRY", Needs.CLIMB), Candidate("c", 1, "TRY", Needs.CLIMB))


def test_a_met_rule_has_no_candidates() -> None:
    assert candidates(at_least(1, "challenge"), [deed(1, "a")], STEPS) == ()


def test_every_new_step_is_a_candidate_for_a_badge_that_counts_days() -> None:
    found = candidates(at_least(2, "day"), [deed(1, "a")], STEPS)
    assert [(one.challenge, one.number) for one in found] == [
        (step.challenge, step.number) for step in STEPS if (step.challenge, step.number) != ("a", 1)
    ]


def test_a_climbed_step_is_a_candidate_for_an_endorsement() -> None:
    rule = at_least(2, "step", endorsed=True, challenge=["a"])
    found = candidates(rule, [deed(1, "a", endorsed=True), deed(2, "a", 2, stage="HABIT")], STEPS)
    assert found == (
        Candidate("a", 2, "HABIT", Needs.ENDORSEMENT),
        Candidate("a", 3, "SPREAD", Needs.BOTH),
    )


def test_every_part_of_any_has_candidates() -> None:
    rule = parse(
        {
            "any": [
                {"at_least": {"n": 2, "of": "challenge", "matching": {"challenge": ["a", "gone"]}}},
                {"at_least": {"n": 3, "of": "challenge", "matching": {"stage": ["SPREAD"]}}},
            ]
        }
    )
    found = candidates(rule, [deed(1, "a")], STEPS)
    assert [(one.challenge, one.number) for one in found] == [("a", 3), ("b", 3), ("c", 3)]


def test_a_met_part_of_all_has_no_candidates() -> None:
    found = candidates(BOTH, [deed(1, "a"), deed(2, "b")], STEPS)
    assert [(one.challenge, one.number) for one in found] == [("a", 3), ("b", 3), ("c", 3)]


@given(tree_rules, st.lists(st.sampled_from(STEPS), unique=True, max_size=7))
def test_following_the_candidates_meets_every_rule_that_can_be_met(
    rule: Rule, climbed: list[CatalogueStep]
) -> None:
    deeds = [_climb(step, number) for number, step in enumerate(climbed, start=1)]
    everything = [_climb(step, number) for number, step in enumerate(STEPS, start=1)]
    while found := candidates(rule, deeds, STEPS):
        deeds = _follow(deeds, found[0])
    assert evaluate(rule, deeds).met or not slowly_met(rule, everything)


def _climb(step: CatalogueStep, number: int, *, endorsed: bool = True) -> Deed:
    return deed(
        number,
        step.challenge,
        step.number,
        mindset=step.mindset,
        project=step.project,
        stage=step.stage,
        endorsed=endorsed,
    )


def _follow(deeds: list[Deed], candidate: Candidate) -> list[Deed]:
    wanted = (candidate.challenge, candidate.number)
    if candidate.needs is Needs.ENDORSEMENT:
        return [
            replace(one, endorsed=True) if (one.challenge, one.step_number) == wanted else one
            for one in deeds
        ]
    step = next(one for one in STEPS if (one.challenge, one.number) == wanted)
    return [*deeds, _climb(step, len(deeds) + 1, endorsed=candidate.needs is Needs.BOTH)]
