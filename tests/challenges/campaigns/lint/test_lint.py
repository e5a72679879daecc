"""Bad campaigns are found with exactly their faults; good ones can be published."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.campaigns.lint import FORM, Severity, codes, has_errors, lint
from challenges.campaigns.lint.values import Earlier, KnownUnit
from challenges.vocabulary import Check, Need
from tests.challenges.campaigns.lint.campaigns import (
    FACTS,
    GOOD,
    LAST_YEAR,
    MEETING,
    POSTED,
    SHORT,
    TODAY,
    UNITS,
    Bad,
    codes_of,
    defined,
    facts,
    reached,
    stair,
    with_challenge,
)

MANAGER = stair("short", Check.MANAGER, Check.SELF, Check.SELF)
QUIZ = stair("short", Check.QUIZ, Check.SELF, Check.SELF)
PC, SLACK = frozenset({Need.PC}), frozenset({Need.SLACK})
JUST_SHORT = [{"slug": "short"}]
LONG = "句点が来ないまま六十文字を超えて続く文は、読む人の息が途中で切れてしまい、" * 2

EACH_FAULT: Mapping[str, Bad] = {
    "no Japanese name": Bad([codes.JAPANESE_MISSING], ja__name=""),
    "no Japanese purpose": Bad([codes.JAPANESE_MISSING], ja__purpose=""),
    "no Japanese motto beside an English one": Bad([codes.JAPANESE_MISSING], ja__motto=""),
    "no Japanese word on stopping": Bad([codes.JAPANESE_MISSING], ja__stop_when=""),
    "no English name": Bad([codes.ENGLISH_MISSING], en__name=""),
    "no English purpose": Bad([codes.ENGLISH_MISSING], en__purpose=""),
    "no English motto": Bad([codes.ENGLISH_MISSING], en__motto=""),
    "no English word on stopping": Bad([codes.ENGLISH_MISSING], en__stop_when=""),
    "no name at all": Bad(
        [codes.ENGLISH_MISSING, codes.JAPANESE_MISSING], ja__name="", en__name=""
    ),
    "nothing said about stopping": Bad(
        [codes.STOP_WHEN_MISSING], ja__stop_when="", en__stop_when=""
    ),
    "nobody chosen": Bad([codes.NOBODY_REACHED], facts(reached=reached(people=0)), audience={}),
    "everybody new, and nobody is": Bad(
        [codes.NOBODY_REACHED],
        facts(reached=reached(people=0, managers=0)),
        audience={"new_since": "2026-06-01"},
    ),
    "a unit that nobody knows": Bad([codes.UNIT_UNKNOWN], audience={"units": ["宇宙部"]}),
    "an unknown unit and a good one": Bad(
        [codes.UNIT_UNKNOWN], facts(units=UNITS), audience={"units": ["宇宙部", "総務部"]}
    ),
    "a unit that ends before the last day": Bad(
        [codes.UNIT_ENDED],
        facts(units={"総務部": KnownUnit(420, 0)}),
        audience={"units": ["総務部"]},
    ),
    "a unit that begins after the first day": Bad(
        [codes.UNIT_ENDED],
        facts(units={"総務部": KnownUnit(0, 420)}, reached=reached(people=0)),
        audience={"units": ["総務部"]},
    ),
    "a unit that ended before the first day": Bad(
        [codes.UNIT_EMPTY],
        facts(units={**UNITS, "旧観光部": KnownUnit(0, 0)}),
        audience={"units": ["旧観光部", "総務部"]},
    ),
    "nobody to look after it": Bad([codes.OWNER_MISSING], facts(has_owner=False)),
    "no challenge": Bad([codes.CHALLENGE_MISSING], challenges=[]),
    "a challenge that is not in the catalogue": Bad(
        [codes.CHALLENGE_UNKNOWN], challenges=[{"slug": "short"}, {"slug": "gone"}]
    ),
    "one challenge retired": Bad(
        [codes.CHALLENGE_RETIRED], with_challenge(posted=replace(POSTED, is_retired=True))
    ),
    "every challenge retired": Bad(
        [codes.NOTHING_OPEN],
        with_challenge(short=replace(SHORT, is_retired=True)),
        challenges=JUST_SHORT,
    ),
    "a project that begins after the last day": Bad(
        [codes.PROJECT_NOT_BEGUN],
        with_challenge(posted=replace(POSTED, begins=date(2026, 8, 1))),
    ),
    "every project begins after the last day": Bad(
        [codes.NOTHING_OPEN],
        with_challenge(short=replace(SHORT, begins=date(2026, 8, 1))),
        challenges=JUST_SHORT,
    ),
    "a project that begins on the way": Bad(
        [codes.PROJECT_BEGINS_LATER],
        with_challenge(posted=replace(POSTED, begins=date(2026, 7, 2))),
    ),
    "for managers, where there are none": Bad(
        [codes.MANAGERS_ONLY],
        replace(
            with_challenge(posted=replace(POSTED, is_for_managers=True)),
            reached=reached(managers=0),
        ),
    ),
    "a fourth step of three": Bad(
        [codes.STEP_UNKNOWN], challenges=[{"slug": "short", "steps": [1, 4]}]
    ),
    "only a step that is not there": Bad(
        [codes.STEP_UNKNOWN], challenges=[{"slug": "short", "steps": [4]}]
    ),
    "a quiz without a key": Bad(
        [codes.QUIZ_WITHOUT_KEY], with_challenge(short=replace(QUIZ, has_key=False))
    ),
    "a quiz without a key below the step that counts": Bad(
        [codes.QUIZ_WITHOUT_KEY],
        with_challenge(short=replace(QUIZ, has_key=False)),
        challenges=[{"slug": "short", "steps": [3]}],
    ),
    "a habit of three days in two": Bad(
        [codes.HABIT_TOO_LONG],
        first_day="2026-07-01",
        last_day="2026-07-02",
    ),
    "no first day": Bad([codes.FIRST_DAY_MISSING], first_day=None),
    "no last day": Bad([codes.LAST_DAY_MISSING], last_day=None),
    "the days the wrong way round": Bad([codes.DAYS_REVERSED], last_day="2026-06-30"),
    "a year typed wrong": Bad([codes.PERIOD_TOO_LONG], last_day="2062-07-31"),
    "the first year there is": Bad([codes.PERIOD_TOO_LONG], first_day="0001-01-01"),
    "the last year there is": Bad(
        [codes.PERIOD_TOO_LONG], first_day="9999-12-01", last_day="9999-12-31"
    ),
    "over before it is published": Bad(
        [codes.PERIOD_OVER], facts(today=date(2026, 8, 1)), first_day="2026-07-01"
    ),
    "no goal": Bad([codes.GOAL_MISSING], goal={"kind": "steps", "target": 0}),
    "no goal, as a share": Bad([codes.GOAL_MISSING], goal={"kind": "share", "target": 0}),
    "a long sentence in the purpose": Bad([codes.LONG_SENTENCE], ja__purpose=LONG),
    "a long sentence on stopping": Bad([codes.LONG_SENTENCE], ja__stop_when=LONG),
    "a long purpose": Bad([codes.LONG_PURPOSE], ja__purpose="みんなで試します。" * 60),
    "a long English sentence": Bad([codes.LONG_ENGLISH], en__purpose="We try it. " + "so " * 26),
    "English jargon": Bad([codes.JARGON_IN_ENGLISH], en__motto="A huddle a day."),
    "jargon in the purpose": Bad([codes.JARGON], ja__purpose="RPAを使います。"),
    "jargon in the motto": Bad([codes.JARGON], ja__motto="ハドルで話そう。"),
    "nobody to review for some": Bad(
        [codes.NOBODY_REVIEWS],
        replace(
            with_challenge(short=MANAGER),
            reached=reached(without_reviewer=12, units_without_reviewer=("観光課",)),
        ),
    ),
    "more reviews than ever": Bad(
        [codes.MANY_REVIEWS],
        replace(with_challenge(short=MANAGER), reached=reached(reviewers=700, reviews=100)),
    ),
    "three campaigns at once": Bad([codes.CROWDED], facts(meetings=(MEETING,))),
    "a computer or Slack for each": Bad(
        [codes.NOTHING_WITHOUT_TOOLS],
        with_challenge(short=replace(SHORT, needs=PC), posted=replace(POSTED, needs=SLACK)),
    ),
    "a badge in five minutes": Bad(
        [codes.QUICK_BADGE], with_challenge(short=replace(SHORT, minutes=5))
    ),
    "too few days left for the habit": Bad(
        [codes.HABIT_TIGHT], facts(today=date(2026, 7, 30), is_published=True)
    ),
    "a first day that is past": Bad([codes.BEGINS_IN_PAST], facts(today=date(2026, 7, 2))),
    "mostly holidays": Bad([codes.MOSTLY_CLOSED], first_day="2027-04-28", last_day="2027-05-09"),
    "over the closure": Bad([codes.OVER_CLOSURE], first_day="2026-12-01", last_day="2027-01-29"),
    "far above last year": Bad(
        [codes.GOAL_ABOVE_LAST_YEAR],
        facts(earlier=LAST_YEAR),
        goal={"kind": "steps", "target": 9000},
    ),
    "far above what such months brought": Bad(
        [codes.GOAL_ABOVE_MONTHS], facts(earlier=Earlier(month_steps=900, month_people=4500))
    ),
    "a share far above the usual": Bad(
        [codes.GOAL_SHARE_ABOVE],
        facts(earlier=LAST_YEAR),
        goal={"kind": "share", "target": 90},
    ),
}

MIXED: Mapping[str, Bad] = {
    "an empty draft": Bad(
        [
            codes.CHALLENGE_MISSING,
            codes.ENGLISH_MISSING,
            codes.ENGLISH_MISSING,
            codes.FIRST_DAY_MISSING,
            codes.GOAL_MISSING,
            codes.JAPANESE_MISSING,
            codes.JAPANESE_MISSING,
            codes.LAST_DAY_MISSING,
            codes.NOBODY_REACHED,
            codes.STOP_WHEN_MISSING,
        ],
        facts(reached=reached(people=0, managers=0)),
        ja={},
        en={},
        first_day=None,
        last_day=None,
        audience={},
        challenges=[],
        goal={},
    ),
    "a clone over a changed organisation": Bad(
        [codes.CHALLENGE_RETIRED, codes.UNIT_EMPTY, codes.UNIT_UNKNOWN],
        replace(
            with_challenge(posted=replace(POSTED, is_retired=True)),
            units={"総務部": KnownUnit(0, 0)},
            reached=reached(people=0),
        ),
        audience={"units": ["総務部", "旧観光部"]},
    ),
    "a file written in a hurry": Bad(
        [codes.DAYS_REVERSED, codes.ENGLISH_MISSING, codes.GOAL_MISSING, codes.JARGON],
        last_day="2026-06-01",
        en__purpose="",
        goal={"kind": "steps", "target": 0},
        ja__purpose="KPIを上げます。",
    ),
    "new year, everything needs Slack": Bad(
        [codes.MOSTLY_CLOSED, codes.NOTHING_WITHOUT_TOOLS, codes.OVER_CLOSURE],
        with_challenge(short=replace(SHORT, needs=SLACK), posted=replace(POSTED, needs=SLACK)),
        first_day="2026-12-26",
        last_day="2027-01-06",
    ),
    "two days for managers, none of whom is there": Bad(
        [codes.HABIT_TOO_LONG, codes.MANAGERS_ONLY, codes.QUICK_BADGE],
        replace(
            with_challenge(short=replace(SHORT, is_for_managers=True, minutes=3)),
            reached=reached(managers=0),
        ),
        challenges=JUST_SHORT,
        last_day="2026-07-02",
    ),
    "managers who are asked for too much": Bad(
        [codes.CROWDED, codes.GOAL_ABOVE_LAST_YEAR, codes.MANY_REVIEWS, codes.NOBODY_REVIEWS],
        replace(
            with_challenge(short=MANAGER),
            reached=reached(
                reviewers=10, reviews=10, without_reviewer=1, units_without_reviewer=("課",)
            ),
            earlier=Earlier(steps=10, share=30),
            meetings=(MEETING,),
        ),
    ),
}

GOOD_ONES: Mapping[str, Bad] = {
    "everybody in July": Bad([]),
    "two departments": Bad([], facts(units=UNITS), audience={"units": list(UNITS)}),
    "managers alone": Bad(
        [],
        with_challenge(posted=replace(POSTED, is_for_managers=True)),
        audience={"managers": True},
    ),
    "newcomers, with one step each": Bad(
        [],
        audience={"new_since": "2026-04-01"},
        challenges=[{"slug": "short", "steps": [1]}, {"slug": "posted", "steps": [1]}],
    ),
    "a step above one that does not count": Bad([], challenges=[{"slug": "short", "steps": [3]}]),
    "newcomers of a day to come, whom nobody can count yet": Bad(
        [], facts(reached=reached(people=0, managers=0)), audience={"new_since": "2026-07-01"}
    ),
    "a share of people": Bad([], facts(earlier=LAST_YEAR), goal={"kind": "share", "target": 40}),
    "no motto": Bad([], ja__motto="", en__motto=""),
    "jargon with its gloss": Bad(
        [],
        ja__purpose="RPA（くり返しの操作を任せるしくみ）を試します。RPAは便利です。DX事務局が伴走します。",
    ),
    "managers who keep up": Bad(
        [],
        replace(with_challenge(short=MANAGER), reached=reached(reviewers=700, reviews=9000)),
    ),
    "published long ago and open": Bad([], facts(today=date(2026, 7, 15), is_published=True)),
    "the first step is quick": Bad(
        [codes.QUICK_BADGE], with_challenge(short=replace(SHORT, minutes=5))
    ),
    "over the closure, thought through": Bad(
        [codes.OVER_CLOSURE], first_day="2026-12-01", last_day="2027-01-29"
    ),
}


@pytest.mark.parametrize("name", [*EACH_FAULT, *MIXED])
def test_a_bad_campaign_is_found_with_exactly_its_faults(name: str) -> None:
    bad = {**EACH_FAULT, **MIXED}[name]
    assert codes_of(bad.definition, bad.facts) == bad.codes


@pytest.mark.parametrize("name", GOOD_ONES)
def test_a_good_campaign_has_no_error(name: str) -> None:
    good = GOOD_ONES[name]
    assert not has_errors(lint(good.definition, good.facts))
    assert codes_of(good.definition, good.facts) == good.codes


def test_every_code_has_a_campaign_that_shows_it() -> None:
    shown = {code for bad in EACH_FAULT.values() for code in bad.codes}
    assert shown == {value for name, value in vars(codes).items() if name.isupper()}


def test_errors_come_first_then_the_order_of_the_form() -> None:
    bad = MIXED["a file written in a hurry"]
    found = lint(bad.definition, bad.facts)
    assert [(one.severity, one.place) for one in found] == [
        (Severity.ERROR, "en.purpose"),
        (Severity.ERROR, "last_day"),
        (Severity.ERROR, "goal"),
        (Severity.WARNING, "ja.purpose"),
    ]


@given(st.sets(st.sampled_from(sorted(EACH_FAULT)), min_size=2, max_size=4))
def test_faults_that_meet_are_all_found(names: set[str]) -> None:
    """Faults of different fields: each is found as if it stood alone."""
    chosen: list[Bad] = []
    for name in sorted(names):
        bad = EACH_FAULT[name]
        if bad.facts == FACTS and not any(bad.fields & other.fields for other in chosen):
            chosen.append(bad)
    changes = {key: value for bad in chosen for key, value in bad.changes.items()}
    found = set(codes_of(defined(**changes), FACTS))
    wanted = {code for bad in chosen for code in bad.codes}
    # Without a habit, or without days, no habit can be too long.
    assert found | {codes.HABIT_TOO_LONG} == wanted | {codes.HABIT_TOO_LONG}


def test_the_same_facts_give_the_same_findings() -> None:
    for bad in EACH_FAULT.values():
        assert lint(bad.definition, bad.facts) == lint(bad.definition, bad.facts)


def test_every_finding_stands_beside_a_field_of_the_form() -> None:
    places = {
        one.place
        for bad in [*EACH_FAULT.values(), *MIXED.values()]
        for one in lint(bad.definition, bad.facts)
    }
    assert places <= set(FORM)
    assert date.fromisoformat(GOOD["first_day"]) > TODAY
