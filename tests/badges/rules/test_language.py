"""What a rule can say, and the sentence for each mistake in it."""

from datetime import UTC, date, datetime
from typing import Any

import pytest

from badges.rules.deeds import MINDSETS, STAGES, Deed
from badges.rules.language import AllOf, AnyOf, AtLeast, Matching, Of, RuleWrong, leaves, parse
from challenges.vocabulary import Mindset, Stage

ONE: dict[str, Any] = {"at_least": {"n": 1, "of": "challenge", "matching": {}}}


def test_rules_use_the_mindsets_and_stages_of_the_domain() -> None:
    assert tuple(Mindset) == MINDSETS
    assert tuple(Stage) == STAGES


def test_a_rule_keeps_every_condition() -> None:
    lists = {
        "mindset": ["LEARN"],
        "project": ["data"],
        "challenge": ["a", "b"],
        "besides": ["c"],
        "stage": ["TRY"],
    }
    rule = parse({"at_least": {"n": 2, "of": "step", "matching": {**lists, "endorsed": True}}})
    assert rule == AtLeast(
        2,
        Of.STEP,
        Matching(**{key: frozenset(texts) for key, texts in lists.items()}, endorsed=True),
    )


def test_matching_may_be_left_out_when_everything_counts() -> None:
    assert parse({"at_least": {"n": 3, "of": "day"}}) == AtLeast(3, Of.DAY, Matching())


def test_all_and_any_can_be_nested() -> None:
    two = {"at_least": {"n": 2, "of": "mindset"}}
    rule = parse({"any": [{"all": [ONE, two]}, ONE]})
    one = AtLeast(1, Of.CHALLENGE)
    assert rule == AnyOf((AllOf((one, AtLeast(2, Of.MINDSET))), one))


def test_each_at_least_is_found_with_its_place() -> None:
    rule = parse({"any": [{"all": [ONE, ONE]}, ONE]})
    assert [place for _, place in leaves(rule)] == [
        ("any", 0, "all", 0, "at_least"),
        ("any", 0, "all", 1, "at_least"),
        ("any", 1, "at_least"),
    ]


@pytest.mark.parametrize(
    ("data", "place", "said"),
    [
        (None, (), "exactly one of at_least, all, any"),
        ([], (), "exactly one of at_least, all, any"),
        ({}, (), "exactly one of at_least, all, any"),
        ({**ONE, "all": [ONE, ONE]}, (), "exactly one of at_least, all, any"),
        ({"not": ONE}, (), "exactly one of at_least, all, any"),
        ({"all": ONE}, ("all",), "at least two rules"),
        ({"any": [ONE]}, ("any",), "at least two rules"),
        ({"all": [ONE, {"any": [ONE, {"none": 1}]}]}, ("all", 1, "any", 1), "exactly one of"),
        ({"at_least": 3}, ("at_least",), "takes the keys matching, n, of"),
        (
            {"at_least": {"n": 1, "of": "step", "points": 5}},
            ("at_least", "points"),
            "not known here",
        ),
        ({"at_least": {"n": 0, "of": "step"}}, ("at_least", "n"), "from 1 to 1000, not 0"),
        ({"at_least": {"n": 1001, "of": "step"}}, ("at_least", "n"), "from 1 to 1000, not 1001"),
        ({"at_least": {"n": True, "of": "step"}}, ("at_least", "n"), "whole number"),
        ({"at_least": {"n": "3", "of": "step"}}, ("at_least", "n"), "whole number"),
        ({"at_least": {"of": "step"}}, ("at_least", "n"), "whole number"),
        (
            {"at_least": {"n": 1, "of": "point"}},
            ("at_least", "of"),
            "challenge, step, mindset, project, day",
        ),
        ({"at_least": {"n": 1, "of": ["step"]}}, ("at_least", "of"), "must be one of"),
        (
            {"at_least": {"n": 1, "of": "step", "matching": []}},
            ("at_least", "matching"),
            "takes the keys",
        ),
        (
            {"at_least": {"n": 1, "of": "step", "matching": {"mood": ["x"]}}},
            ("at_least", "matching", "mood"),
            "known",
        ),
        (
            {"at_least": {"n": 1, "of": "step", "matching": {"stage": "TRY"}}},
            ("at_least", "matching", "stage"),
            "a list of at least one word",
        ),
        (
            {"at_least": {"n": 1, "of": "step", "matching": {"challenge": []}}},
            ("at_least", "matching", "challenge"),
            "a list of at least one word",
        ),
        (
            {"at_least": {"n": 1, "of": "step", "matching": {"mindset": ["LEARN", "THINK"]}}},
            ("at_least", "matching", "mindset", 1),
            "'THINK' is none of LEARN, PRODUCE, CHALLENGE",
        ),
        (
            {"at_least": {"n": 1, "of": "step", "matching": {"endorsed": False}}},
            ("at_least", "matching", "endorsed"),
            "can only be true",
        ),
        (
            {"at_least": {"n": 1, "of": "receiver", "matching": {"stage": ["TRY"]}}},
            ("at_least", "matching", "stage"),
            "known are other_unit",
        ),
        (
            {"at_least": {"n": 1, "of": "step", "matching": {"other_unit": True}}},
            ("at_least", "matching", "other_unit"),
            "not known here",
        ),
    ],
)
def test_an_invalid_rule_is_refused_with_a_sentence_and_a_place(
    data: Any, place: tuple[Any, ...], said: str
) -> None:
    with pytest.raises(RuleWrong) as wrong:
        parse(data)
    assert wrong.value.place == place
    assert said in wrong.value.sentence


DEED = Deed(
    1,
    "a",
    2,
    "LEARN",
    "data",
    "HABIT",
    datetime(2026, 7, 1, tzinfo=UTC),
    date(2026, 7, 1),
    endorsed=False,
)


@pytest.mark.parametrize(
    ("matching", "accepts"),
    [
        (Matching(), True),
        (Matching(mindset=frozenset({"LEARN"})), True),
        (Matching(mindset=frozenset({"PRODUCE", "CHALLENGE"})), False),
        (Matching(project=frozenset({"data", "meetings"})), True),
        (Matching(project=frozenset({"meetings"})), False),
        (Matching(challenge=frozenset({"a"})), True),
        (Matching(challenge=frozenset({"b"})), False),
        (Matching(besides=frozenset({"b"})), True),
        (Matching(besides=frozenset({"a", "b"})), False),
        (Matching(stage=frozenset({"HABIT"})), True),
        (Matching(stage=frozenset({"TRY", "SPREAD"})), False),
        (Matching(endorsed=True), False),
        (Matching(mindset=frozenset({"LEARN"}), stage=frozenset({"TRY"})), False),
    ],
)
def test_a_deed_counts_when_it_meets_every_condition(matching: Matching, accepts: bool) -> None:
    assert matching.accepts(DEED) is accepts
