"""Each number of the lint is met one below, exactly, and one above."""

from dataclasses import replace
from datetime import date

import pytest

from challenges.campaigns.lint import codes
from challenges.campaigns.lint.texts import JARGON, JARGON_IN_ENGLISH, plain
from challenges.campaigns.lint.values import Earlier
from challenges.vocabulary import Check, Need
from tests.challenges.campaigns.lint.campaigns import (
    FACTS,
    MEETING,
    POSTED,
    SHORT,
    TODAY,
    codes_of,
    defined,
    facts,
    reached,
    stair,
    values_of,
    with_challenge,
)

MANAGER = stair("short", Check.MANAGER, Check.SELF, Check.SELF)
JUST_SHORT = [{"slug": "short"}]


@pytest.mark.parametrize(("letters", "is_found"), [(59, False), (60, False), (61, True)])
def test_a_sentence_of_sixty_letters_is_not_long(letters: int, is_found: bool) -> None:
    text = "短い。" + "あ" * letters + "。"
    assert (codes.LONG_SENTENCE in codes_of(defined(ja__purpose=text), FACTS)) == is_found


@pytest.mark.parametrize(("letters", "is_found"), [(399, False), (400, False), (401, True)])
def test_a_purpose_of_four_hundred_letters_is_not_long(letters: int, is_found: bool) -> None:
    text = ("あ" * 39 + "。") * 10 + "い" * (letters - 400)
    text = text[:letters]
    assert (codes.LONG_PURPOSE in codes_of(defined(ja__purpose=text), FACTS)) == is_found


def test_addresses_and_marks_of_markdown_are_not_read() -> None:
    text = "**聞く**だけの時間は、[投稿](https://example.jp/長いアドレス)に。\n- 一つ\n1. 二つ"
    assert plain(text) == "聞くだけの時間は、投稿に。\n一つ\n二つ"


@pytest.mark.parametrize("word", JARGON)
def test_each_word_needs_a_gloss_where_it_stands_first(word: str) -> None:
    for purpose, is_found in (
        (f"{word}を試します。", True),
        (f"「{word}」（やさしい説明）を試します。{word}です。", False),
        (f"{word}（やさしい説明）を試します。", False),
        (f"{word}を試します。{word}（あとからの説明）", True),
        ("やさしい言葉だけです。", False),
    ):
        assert (codes.JARGON in codes_of(defined(ja__purpose=purpose), FACTS)) == is_found, purpose


@pytest.mark.parametrize(("words", "is_found"), [(24, False), (25, False), (26, True)])
@pytest.mark.parametrize("field", ["purpose", "stop_when"])
def test_an_english_sentence_of_25_words_is_not_long(words, is_found, field) -> None:
    text = "It costs 1.5 hours, e.g. today. " + " ".join(["word"] * words) + ". Short again!"
    found = codes_of(defined(**{f"en__{field}": text}), FACTS)
    assert (codes.LONG_ENGLISH in found) == is_found


@pytest.mark.parametrize("word", JARGON_IN_ENGLISH)
def test_each_english_word_needs_a_gloss_where_it_stands_first(word: str) -> None:
    for purpose, is_found in (
        (f"We try {word} today.", True),
        (f"{word} is new.", True),
        (f"We try {word} (in plain words) today. Then {word} again.", False),
        (f"We try un{word}ed things.", False),
    ):
        found = codes_of(defined(en__purpose=purpose), FACTS)
        assert (codes.JARGON_IN_ENGLISH in found) == is_found, purpose


@pytest.mark.parametrize("text", ["Ask the DX office.", "We API-proof it.", "Kpis in a name"])
def test_an_english_word_within_a_name_is_no_jargon(text: str) -> None:
    assert codes.JARGON_IN_ENGLISH not in codes_of(defined(en__purpose=text), FACTS)


@pytest.mark.parametrize("text", ["DX事務局が伴走します。", "DXFを開きます。", "スレッドビューア"])
def test_a_word_within_a_name_is_no_jargon(text: str) -> None:
    assert codes.JARGON not in codes_of(defined(ja__purpose=text), FACTS)


@pytest.mark.parametrize(("people", "is_found"), [(0, True), (1, False), (2, False)])
def test_one_person_is_an_audience(people: int, is_found: bool) -> None:
    known = facts(reached=reached(people=people))
    assert (codes.NOBODY_REACHED in codes_of(defined(), known)) == is_found


@pytest.mark.parametrize(("managers", "is_found"), [(0, True), (1, False), (2, False)])
def test_one_manager_can_climb_what_is_for_managers(managers: int, is_found: bool) -> None:
    known = replace(
        with_challenge(posted=replace(POSTED, is_for_managers=True)),
        reached=reached(managers=managers),
    )
    assert (codes.MANAGERS_ONLY in codes_of(defined(), known)) == is_found


@pytest.mark.parametrize(("step", "is_found"), [(1, False), (3, False), (4, True), (5, True)])
def test_the_highest_step_can_be_chosen(step: int, is_found: bool) -> None:
    definition = defined(challenges=[{"slug": "short", "steps": [step]}])
    assert (codes.STEP_UNKNOWN in codes_of(definition, FACTS)) == is_found


@pytest.mark.parametrize(
    ("last_day", "is_found"), [("2026-07-02", True), ("2026-07-03", False), ("2026-07-06", False)]
)
def test_a_habit_of_three_days_fits_into_three_working_days(last_day: str, is_found: bool) -> None:
    definition = defined(last_day=last_day, challenges=JUST_SHORT)
    assert (codes.HABIT_TOO_LONG in codes_of(definition, FACTS)) == is_found


@pytest.mark.parametrize(("today", "is_found"), [(28, False), (29, False), (30, True)])
def test_three_working_days_left_are_enough_for_a_habit(today: int, is_found: bool) -> None:
    known = facts(today=date(2026, 7, today), is_published=True)
    assert (codes.HABIT_TIGHT in codes_of(defined(), known)) == is_found


def test_the_days_of_the_step_below_are_counted_too() -> None:
    """Five days of the first step, then a habit of three that may begin on the fifth: seven."""
    steps = (replace(SHORT.steps[0], takes_days=5), *SHORT.steps[1:])
    known = with_challenge(short=replace(SHORT, steps=steps))
    for last_day, is_found in (("2026-07-08", True), ("2026-07-09", False), ("2026-07-10", False)):
        definition = defined(last_day=last_day, challenges=JUST_SHORT)
        assert (codes.HABIT_TIGHT in codes_of(definition, known)) == is_found, last_day
    definition = defined(last_day="2026-07-08", challenges=JUST_SHORT)
    assert values_of(codes.HABIT_TIGHT, definition, known)["days"] == 7


@pytest.mark.parametrize(("minutes", "is_found"), [(9, True), (10, False), (11, False)])
def test_a_badge_of_ten_minutes_is_not_quick(minutes: int, is_found: bool) -> None:
    known = with_challenge(short=replace(SHORT, minutes=minutes))
    assert (codes.QUICK_BADGE in codes_of(defined(), known)) == is_found


@pytest.mark.parametrize(("step", "minutes"), [(1, 2), (2, 8)])
def test_the_way_up_to_the_lowest_step_that_counts_takes_its_time(step: int, minutes: int) -> None:
    """Two minutes for the first step, and for each of the three days of the habit."""
    known = with_challenge(short=replace(SHORT, minutes=2))
    definition = defined(challenges=[{"slug": "short", "steps": [step, 3]}])
    assert values_of(codes.QUICK_BADGE, definition, known)["minutes"] == minutes


@pytest.mark.parametrize(
    ("begins", "code"),
    [
        (date(2026, 6, 30), None),
        (date(2026, 7, 1), None),
        (date(2026, 7, 2), codes.PROJECT_BEGINS_LATER),
        (date(2026, 7, 31), codes.PROJECT_BEGINS_LATER),
        (date(2026, 8, 1), codes.PROJECT_NOT_BEGUN),
    ],
)
def test_a_project_has_to_begin_by_the_first_day(begins: date, code: str | None) -> None:
    known = with_challenge(posted=replace(POSTED, begins=begins))
    assert codes_of(defined(), known) == ([code] if code else [])


@pytest.mark.parametrize(
    ("last_day", "code"),
    [("2026-06-30", codes.DAYS_REVERSED), ("2026-07-01", None), ("2026-07-02", None)],
)
def test_a_campaign_may_last_one_day(last_day: str, code: str | None) -> None:
    definition = defined(last_day=last_day, challenges=[{"slug": "short", "steps": [1]}])
    assert codes_of(definition, FACTS) == ([code] if code else [])


@pytest.mark.parametrize(
    ("last_day", "is_found"), [("2027-06-30", False), ("2027-07-01", False), ("2027-07-02", True)]
)
def test_a_campaign_lasts_a_year_at_most(last_day: str, is_found: bool) -> None:
    definition = defined(last_day=last_day)
    assert (codes.PERIOD_TOO_LONG in codes_of(definition, FACTS)) == is_found


@pytest.mark.parametrize(
    ("today", "found"),
    [
        (date(2026, 6, 30), []),
        (date(2026, 7, 1), []),
        (date(2026, 7, 2), [codes.BEGINS_IN_PAST]),
        (date(2026, 7, 31), [codes.BEGINS_IN_PAST]),
        (date(2026, 8, 1), [codes.PERIOD_OVER]),
    ],
)
def test_a_draft_may_begin_today(today: date, found: list[str]) -> None:
    definition = defined(challenges=[{"slug": "short", "steps": [1]}])
    assert codes_of(definition, facts(today=today)) == found
    assert codes_of(definition, facts(today=today, is_published=True)) == []


@pytest.mark.parametrize(
    ("first_day", "last_day", "is_found"),
    [
        ("2026-07-03", "2026-07-06", False),  # two of four are working days
        ("2026-07-03", "2026-07-05", True),  # one of three
        ("2026-07-02", "2026-07-05", False),
    ],
)
def test_half_of_the_days_have_to_be_working_days(
    first_day: str, last_day: str, is_found: bool
) -> None:
    definition = defined(
        first_day=first_day, last_day=last_day, challenges=[{"slug": "short", "steps": [1]}]
    )
    assert (codes.MOSTLY_CLOSED in codes_of(definition, FACTS)) == is_found


@pytest.mark.parametrize(
    ("first_day", "last_day", "days"),
    [
        ("2026-12-01", "2026-12-28", 0),
        ("2026-12-01", "2026-12-29", 1),
        ("2027-01-03", "2027-01-29", 1),
        ("2027-01-04", "2027-01-29", 0),
        ("2026-12-01", "2027-01-29", 6),
    ],
)
def test_the_closure_is_from_29_december_to_3_january(
    first_day: str, last_day: str, days: int
) -> None:
    definition = defined(first_day=first_day, last_day=last_day)
    assert (codes.OVER_CLOSURE in codes_of(definition, FACTS)) == bool(days)
    if days:
        assert values_of(codes.OVER_CLOSURE, definition, FACTS)["days"] == days


@pytest.mark.parametrize(
    ("others", "people", "is_found"),
    [(1, 240, False), (2, 0, False), (2, 1, True), (2, 240, True)],
)
def test_two_campaigns_at_once_are_not_too_many(others: int, people: int, is_found: bool) -> None:
    meeting = replace(MEETING, campaigns=MEETING.campaigns[:others], people=people)
    assert (codes.CROWDED in codes_of(defined(), facts(meetings=(meeting,)))) == is_found


def test_of_several_meetings_that_of_the_most_people_is_told() -> None:
    more = replace(MEETING, people=241)
    values = values_of(codes.CROWDED, defined(), facts(meetings=(MEETING, more)))
    assert (values["people"], values["count"]) == (241, 3)


@pytest.mark.parametrize("needs", [frozenset(), frozenset({Need.PC}), frozenset({Need.SLACK})])
def test_one_challenge_without_tools_is_enough(needs: frozenset[Need]) -> None:
    known = with_challenge(short=replace(SHORT, needs=needs))
    assert (codes.NOTHING_WITHOUT_TOOLS in codes_of(defined(), known)) == bool(needs)


@pytest.mark.parametrize(("people", "is_found"), [(0, False), (1, True), (2, True)])
def test_one_person_without_a_reviewer_is_told(people: int, is_found: bool) -> None:
    known = replace(with_challenge(short=MANAGER), reached=reached(without_reviewer=people))
    assert (codes.NOBODY_REVIEWS in codes_of(defined(), known)) == is_found


# 700 people × 30 per cent × 1 step ÷ 10 managers ÷ 4 weeks = 5.25 a week, shown as 5.2.
@pytest.mark.parametrize(("before", "is_found"), [(5.1, True), (5.2, False), (5.3, False)])
def test_reviews_are_compared_as_they_are_shown(before: float, is_found: bool) -> None:
    known = replace(
        with_challenge(short=MANAGER),
        reached=reached(people=700, reviewers=10, reviews=round(before * 10 * 26)),
    )
    definition = defined(last_day="2026-07-28")
    assert (codes.MANY_REVIEWS in codes_of(definition, known)) == is_found
    if is_found:
        values = values_of(codes.MANY_REVIEWS, definition, known)
        assert (values["expected"], values["before"], values["weeks"]) == (5.2, 5.1, 4.0)
        assert (values["share"], values["is_estimate"], values["steps"]) == (30, True, 1)


def test_the_share_of_earlier_campaigns_takes_the_place_of_the_guess() -> None:
    known = replace(
        with_challenge(short=MANAGER),
        reached=reached(people=700, reviewers=10),
        earlier=Earlier(share=60),
    )
    values = values_of(codes.MANY_REVIEWS, defined(last_day="2026-07-28"), known)
    assert (values["expected"], values["share"], values["is_estimate"]) == (10.5, 60, False)


@pytest.mark.parametrize(("target", "is_found"), [(1999, False), (2000, False), (2001, True)])
def test_twice_last_years_steps_are_not_far_above(target: int, is_found: bool) -> None:
    definition = defined(goal={"kind": "steps", "target": target})
    known = facts(earlier=Earlier(steps=1000, month_steps=1, month_people=1))
    assert (codes.GOAL_ABOVE_LAST_YEAR in codes_of(definition, known)) == is_found


@pytest.mark.parametrize(("target", "is_found"), [(1799, False), (1800, False), (1801, True)])
def test_months_are_compared_for_as_many_people(target: int, is_found: bool) -> None:
    """500 steps of 2,500 people then are 900 of the 4,500 reached now."""
    definition = defined(goal={"kind": "steps", "target": target})
    known = facts(earlier=Earlier(month_steps=500, month_people=2500))
    assert (codes.GOAL_ABOVE_MONTHS in codes_of(definition, known)) == is_found


@pytest.mark.parametrize(("target", "is_found"), [(49, False), (50, False), (51, True)])
def test_twice_the_usual_share_is_not_far_above(target: int, is_found: bool) -> None:
    definition = defined(goal={"kind": "share", "target": target})
    found = codes_of(definition, facts(earlier=Earlier(share=25)))
    assert (codes.GOAL_SHARE_ABOVE in found) == is_found


def test_without_earlier_numbers_no_goal_is_too_high() -> None:
    for goal in ({"kind": "steps", "target": 10_000_000}, {"kind": "share", "target": 100}):
        assert codes_of(defined(goal=goal), facts(today=TODAY)) == []
