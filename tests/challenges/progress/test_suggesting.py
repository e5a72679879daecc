"""What is worth trying next: explainable, never random, small things first."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.progress.staircases import (
    Stone,
    rungs,
    stones,
    stones_by_mindset,
    stones_of_steps,
)
from challenges.progress.suggesting import Why, next_of, suggest
from challenges.submissions.queries import OpenSubmission
from challenges.vocabulary import Mindset, Stage, SubmissionState

TODAY = date(2026, 7, 15)


def claim_on(step, state=SubmissionState.DRAFT, days=()):
    return {
        step.id: OpenSubmission(
            id=1,
            step_id=step.id,
            state=state,
            is_already_doing=False,
            reflection="",
            link=None,
            question="どの会議ですか。",
            asked_by=None,
            asked_at=None,
            submitted_at=None,
            waiting_since=None,
            days=dict.fromkeys(days, "続けた"),
        )
    }


def test_a_newcomer_is_offered_the_quickest_of_three_mindsets(catalogue):
    offered = catalogue.offered(to_manager=False)
    found = suggest(offered, set(), {}, on=TODAY)
    assert [one.why for one in found] == [Why.NEW] * 3
    assert {one.challenge.mindset for one in found} == set(Mindset)
    assert found[0].challenge.minutes == min(challenge.minutes for challenge in offered)


def test_a_reviewers_question_comes_first(catalogue):
    step = catalogue.by_slug["meeting-as-post"].steps[0]
    submissions = claim_on(step, SubmissionState.SENT_BACK)
    found = suggest(catalogue.offered(to_manager=False), set(), submissions, on=TODAY)
    assert (found[0].step, found[0].why) == (step, Why.ASKED)


def test_a_habit_on_its_way_comes_before_anything_new(catalogue):
    first, second, _ = catalogue.by_slug["thread-week"].steps
    submissions = claim_on(second, days=[date(2026, 7, 10)])
    found = suggest(catalogue.offered(to_manager=False), {first.id}, submissions, on=TODAY)
    assert (found[0].step, found[0].why) == (second, Why.HABIT)


def test_a_waiting_step_is_not_suggested(catalogue):
    step = catalogue.by_slug["meeting-as-post"].steps[0]
    submissions = claim_on(step, SubmissionState.WAITING)
    found = suggest(catalogue.offered(to_manager=False), set(), submissions, on=TODAY, count=99)
    assert "meeting-as-post" not in [one.challenge.slug for one in found]


@pytest.mark.parametrize(
    ("days", "is_urged"),
    [
        ([date(2026, 7, 14)], True),
        ([date(2026, 7, 14), TODAY], False),
        ([TODAY], False),
        ([date(2026, 7, 10), date(2026, 7, 12), date(2026, 7, 14)], False),
    ],
)
def test_a_habit_is_urged_only_where_a_day_is_missing_today(catalogue, days, is_urged):
    challenge = catalogue.by_slug["thread-week"]
    submissions = claim_on(challenge.steps[1], days=days)
    climbed = {challenge.steps[0].id}
    found = suggest(catalogue.offered(to_manager=False), climbed, submissions, on=TODAY, count=99)
    assert (challenge in [one.challenge for one in found]) is is_urged
    assert (next_of(challenge, climbed, submissions, on=TODAY) is not None) is is_urged


def test_nothing_is_suggested_when_everything_is_completed(catalogue):
    assert suggest(catalogue.offered(to_manager=True), set(catalogue.by_step), {}, on=TODAY) == []


def test_an_old_day_leaves_the_window_without_harm(catalogue):
    first, second, _ = catalogue.by_slug["thread-week"].steps
    submissions = claim_on(second, days=[date(2026, 4, 15), date(2026, 4, 17), date(2026, 7, 14)])
    stair = rungs(catalogue.by_slug["thread-week"], {first.id}, submissions, on=TODAY)
    assert stones(stair)[1].text == "2 / 3"


def test_stones_by_mindset_are_the_slow_count(catalogue):
    @given(st.sets(st.sampled_from(sorted(catalogue.by_step))))
    def hold(climbed):
        counted = stones_by_mindset(catalogue, climbed, {}, on=TODAY)
        for mindset in Mindset:
            for stone, stage in zip(counted[mindset], Stage, strict=True):
                slow = sum(
                    challenge.mindset is mindset
                    and any(s.stage is stage and s.id in climbed for s in challenge.steps)
                    for challenge in catalogue.challenges
                )
                assert stone.text == (str(slow) if slow else "")

    hold()


def test_preferred_steps_come_before_quicker_ones(catalogue):
    offered = catalogue.offered(to_manager=False)
    longest = max(offered, key=lambda one: one.minutes)
    found = suggest(offered, set(), {}, on=TODAY, preferred={longest.steps[0].id})
    assert found[0].challenge is longest
    assert {one.challenge.mindset for one in found} == set(Mindset)


def test_but_not_before_a_question_or_a_habit_on_its_way(catalogue):
    offered = catalogue.offered(to_manager=False)
    every = {step.id for one in offered for step in one.steps}
    asked = catalogue.by_slug["meeting-as-post"].steps[0]
    submissions = claim_on(asked, SubmissionState.SENT_BACK)
    found = suggest(offered, set(), submissions, on=TODAY, preferred=every - {asked.id})
    assert found[0].why is Why.ASKED


def test_steps_of_many_challenges_are_one_stone_a_stage(catalogue):
    hello, thread = (catalogue.by_slug[one] for one in ("first-hello", "thread-week"))
    steps = [*hello.steps, *thread.steps]
    climbed = {hello.steps[0].id, thread.steps[0].id}
    habit = claim_on(thread.steps[1], days=[date(2026, 7, 13), date(2026, 7, 14)])
    assert stones_of_steps(steps, climbed, habit, on=TODAY) == (
        Stone("done", "2", Stage.TRY),
        Stone("now", f"2 / {thread.steps[1].days}", Stage.HABIT, thread.steps[1].days - 2),
        Stone("later", "", Stage.SPREAD),
    )


def test_a_stage_that_no_step_has_is_no_stone(catalogue):
    first = [catalogue.by_slug["first-hello"].steps[0]]
    assert stones_of_steps(first, set(), {}, on=TODAY) == (Stone("now", "", Stage.TRY),)
    assert stones_of_steps([], set(), {}, on=TODAY) == ()
