"""What a person wrote stays theirs when a completion is taken back, whoever takes it back."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from challenges.errors import AlreadyClimbed, AlreadyDecided, PreviousStepMissing, RuleBroken
from challenges.people.models import Membership
from challenges.submissions import habits, reviewing, submitting, totals, verifying, voiding
from challenges.submissions import queries as submission_queries
from challenges.submissions.models import Completion, Submission
from challenges.submissions.submitting import Evidence
from challenges.submissions.withdrawing import withdraw
from challenges.vocabulary import DecidedHow, SubmissionState

WORDS = {3: "朝に試した", 2: "昼に続けた", 1: "夕方も続いた"}
"""By how many days ago."""
REASON = "別の段の記録でした"


@pytest.fixture
def habit(session, cast, step_of, climb, at):
    """``habit()``: the arguments of staff's habit; ``habit(day=…)`` with more."""
    climb(cast.staff, "first-hello", at=at - timedelta(days=20))
    step = step_of("first-hello", 2)
    asked = {"person_id": cast.staff.id, "step": step, "version": step.challenge.version, "at": at}
    return lambda **more: {**asked, **more}


@pytest.fixture
def done(session, habit, at):
    """A habit that staff finished on three days."""
    for back, words in WORDS.items():
        day = at.date() - timedelta(days=back)
        completed = habits.record_day(session, **habit(day=day, reflection=words))
    return session.get_one(Completion, completed)


@pytest.fixture
def under_way(session, cast, at):
    """``under_way(step)``: what staff has open on that step, or None."""

    def look(step):
        session.flush()
        return submission_queries.open_submissions(session, cast.staff.id).get(step.id)

    return look


@pytest.fixture
def say(session, cast, step_of, at):
    """``say(slug, words, …)``: staff submits the first step of that challenge."""

    def make(slug, words, *, link=None, at=at, **evidence):
        step = step_of(slug)
        return submitting.submit(
            session,
            person_id=cast.staff.id,
            step=step,
            version=step.challenge.version,
            evidence=Evidence(words, link, **evidence),
            at=at,
        )

    return make


@pytest.fixture
def agrees(session):
    """``agrees()``: nothing that is stored contradicts anything else."""

    def check():
        session.flush()
        return [
            *verifying.submissions_that_disagree(session),
            *verifying.completions_that_disagree(session),
            *verifying.decisions_that_disagree(session),
            *verifying.voids_that_disagree(session),
            *verifying.units_that_disagree(session),
            *totals.differences(session),
        ] == []

    return check


def days_of(at):
    return {at.date() - timedelta(days=back): words for back, words in WORDS.items()}


def test_a_withdrawn_habit_stands_at_three_of_three(
    session, cast, done, under_way, habit, at, agrees
):
    step = habit()["step"]
    withdraw(session, done, by_id=cast.staff.id, at=at)
    kept = under_way(step)
    assert (kept.state, kept.days) == (SubmissionState.DRAFT, days_of(at))
    on = at.date()
    assert habits.days_done(kept.days, needed=step.days, within=step.within_days, on=on) == 3
    assert agrees()


def test_one_wrong_day_can_be_taken_out_and_replaced(
    session, cast, done, under_way, habit, at, agrees
):
    withdraw(session, done, by_id=cast.staff.id, at=at)
    habits.remove_day(
        session, done.submission, by_id=cast.staff.id, day=at.date() - timedelta(days=2)
    )
    assert len(under_way(habit()["step"]).days) == 2
    again = habits.record_day(session, **habit(day=at.date(), reflection="きょうは本当にした"))
    completion = session.get_one(Completion, again)
    assert (completion.happened_at, completion.submission_id) == (at, done.submission_id)
    assert agrees()


def test_a_withdrawn_habit_is_completed_again_on_its_own_day(session, cast, done, habit, at):
    withdraw(session, done, by_id=cast.staff.id, at=at)
    later = at + timedelta(days=40)
    again = session.get_one(Completion, habits.finish(session, **habit(at=later)))
    assert (again.happened_at, again.decided_at) == (done.happened_at, later)
    assert again.submission.reflection == "夕方も続いた"
    with pytest.raises(AlreadyClimbed):
        habits.finish(session, **habit(at=later))


@pytest.mark.parametrize("recorded", [0, 1, 2])
def test_a_habit_without_all_its_days_is_not_finished(session, habit, at, recorded):
    for back in range(recorded):
        day = at.date() - timedelta(days=back)
        habits.record_day(session, **habit(day=day, reflection="続けた"))
    with pytest.raises(RuleBroken, match="まだ日が足りません"):
        habits.finish(session, **habit())


def test_a_habit_is_not_finished_above_a_missing_step(session, cast, done, habit, at):
    withdraw(session, done, by_id=cast.staff.id, at=at)
    below = session.scalars(select(Completion).where(Completion.id != done.id)).one()
    voiding.void(session, below, by_id=cast.dx.id, reason=REASON, at=at)
    with pytest.raises(PreviousStepMissing):
        habits.finish(session, **habit())


def test_old_days_still_count_after_they_can_no_longer_be_entered(
    session, cast, done, habit, at, agrees
):
    """The person's loss that began all this: days older than fourteen days."""
    withdraw(session, done, by_id=cast.staff.id, at=at)
    much_later = at + timedelta(days=60)
    habits.remove_day(
        session, done.submission, by_id=cast.staff.id, day=at.date() - timedelta(days=1)
    )
    third = habit(day=much_later.date(), reflection="また続いた", at=much_later)
    assert habits.record_day(session, **third) is not None
    assert agrees()


@pytest.mark.parametrize("slug", ["first-hello", "ask-when-stuck"])
def test_withdrawn_words_and_link_become_a_draft(
    session, cast, say, step_of, under_way, at, agrees, slug
):
    link = "https://chat.example.jp/1"
    done = session.get_one(Completion, say(slug, "声をかけました", link=link))
    withdraw(session, done, by_id=cast.staff.id, at=at)
    kept = under_way(step_of(slug))
    assert (kept.state, kept.reflection, kept.link) == (
        SubmissionState.DRAFT,
        "声をかけました",
        link,
    )
    later = at + timedelta(days=3)
    again = session.get_one(Completion, say(slug, "声をかけ直しました", link=link, at=later))
    assert again.happened_at == later
    assert agrees()


def test_a_withdrawn_acceptance_waits_again_when_it_is_sent_again(
    session, cast, say, step_of, under_way, at, agrees
):
    say("meeting-as-post", "投稿に替えました")
    waiting = session.scalars(select(Submission)).one()
    done = session.get_one(
        Completion, reviewing.accept(session, waiting, by_id=cast.manager.id, at=at)
    )
    withdraw(session, done, by_id=cast.staff.id, at=at)
    kept = under_way(step_of("meeting-as-post"))
    assert (kept.reflection, kept.waiting_since) == ("投稿に替えました", None)
    with pytest.raises(AlreadyDecided):
        reviewing.accept(session, waiting, by_id=cast.deputy.id, at=at)
    later = at + timedelta(days=2)
    assert say("meeting-as-post", "週に二つ、投稿に替えました", at=later) is None
    session.refresh(waiting)
    assert (waiting.submitted_at, waiting.waiting_since) == (later, later)
    assert agrees()


def test_a_withdrawn_quiz_leaves_nothing(session, cast, say, step_of, under_way, at, agrees):
    done = session.get_one(Completion, say("dx-words", "", quiz_score=90))
    assert done.decided_how is DecidedHow.QUIZ
    withdraw(session, done, by_id=cast.staff.id, at=at)
    assert under_way(step_of("dx-words")) is None
    assert done.submission.state is SubmissionState.WITHDRAWN
    assert agrees()


def test_a_voided_habit_leaves_its_days_to_its_person(
    session, cast, done, under_way, habit, at, agrees
):
    voiding.void(session, done, by_id=cast.dx.id, reason=REASON, at=at)
    kept = under_way(habit()["step"])
    assert (kept.days, kept.id != done.submission_id) == (days_of(at), True)
    left = session.get_one(Submission, kept.id)
    habits.remove_day(session, left, by_id=cast.staff.id, day=at.date() - timedelta(days=3))
    assert len(done.submission.practices) == 3, "what may be restored is as it was"
    habits.record_day(session, **habit(day=at.date(), reflection="別の日にした"))
    assert agrees()


def test_voided_words_are_in_the_form_again(session, cast, say, step_of, under_way, at, agrees):
    done = session.get_one(Completion, say("first-hello", "声をかけました"))
    voiding.void(session, done, by_id=cast.dx.id, reason=REASON, at=at)
    assert under_way(step_of("first-hello")).reflection == "声をかけました"
    assert say("first-hello", "こんどは公開の場で声をかけました") is not None
    assert agrees()


def test_a_draft_left_by_a_void_belongs_to_the_unit_of_its_day(
    session, cast, say, step_of, under_way, at, agrees
):
    done = session.get_one(Completion, say("first-hello", "声をかけました"))
    post = session.scalars(select(Membership).where(Membership.person_id == cast.staff.id)).one()
    post.valid_to = at.date()
    moved = at.date() + timedelta(days=1)
    session.add(
        Membership(person_id=cast.staff.id, unit_id=cast.other_section.id, valid_from=moved)
    )
    later = at + timedelta(days=2)
    voiding.void(session, done, by_id=cast.dx.id, reason=REASON, at=later)
    again = session.get_one(Completion, say("first-hello", "もう一度かけました", at=later))
    assert (done.unit_id, again.unit_id) == (cast.section.id, cast.other_section.id)
    assert agrees()


def test_restoring_takes_the_draft_and_keeps_the_days(
    session, cast, done, under_way, habit, at, agrees
):
    voiding.void(session, done, by_id=cast.dx.id, reason=REASON, at=at)
    voiding.restore(session, done, by_id=cast.dx.id, at=at)
    assert under_way(habit()["step"]) is None
    records = submission_queries.records_of_challenge(
        session, cast.staff.id, done.step.challenge_id
    )
    assert records[done.step_id].days == days_of(at)
    assert agrees()


def test_a_challenge_that_lowers_its_days_leaves_the_end_to_its_person(
    session, cast, habit, under_way, at
):
    for back in (2, 1):
        day = at.date() - timedelta(days=back)
        habits.record_day(session, **habit(day=day, reflection="続けた"))
    habit()["step"].days = 2
    assert habits.finish(session, **habit()) is not None
