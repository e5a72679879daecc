"""A person says: I did it."""

from datetime import date, datetime, timedelta
from threading import Barrier, Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from challenges.calendar import TOKYO
from challenges.catalogue.models import Step
from challenges.errors import AlreadyClimbed, AlreadyDecided, InvalidField, PreviousStepMissing
from challenges.outbox import Fact
from challenges.submissions import reviewing, submitting, withdrawing
from challenges.submissions.habits import habit_reached, record_day
from challenges.submissions.models import Completion, StepTotal, Submission
from challenges.submissions.states import ImpossibleMove, move
from challenges.submissions.submitting import Evidence, submit
from challenges.vocabulary import Check, DecidedHow, SubmissionState


def say(session, person, step, at, **evidence):
    evidence = {"reflection": "やってみました", **evidence}
    version = step.challenge.version
    return submit(
        session,
        person_id=person.id,
        step=step,
        version=version,
        evidence=Evidence(**evidence),
        at=at,
    )


def practise(session, person, step, day, at, words="続けた"):
    version = step.challenge.version
    return record_day(
        session, person_id=person.id, step=step, version=version, day=day, reflection=words, at=at
    )


def test_one_line_completes_a_step(session, cast, step_of, at):
    completion = session.get_one(Completion, say(session, cast.staff, step_of("first-hello"), at))
    assert completion.happened_at == completion.decided_at == at
    assert completion.decided_how is DecidedHow.SELF
    assert completion.unit_id == cast.section.id
    assert completion.submission.state is SubmissionState.ACCEPTED
    assert session.scalars(select(Fact.kind)).all() == ["step_climbed"]


@pytest.mark.parametrize("turn", range(4))
def test_a_draft_sent_from_two_tabs_waits_once(database, session, cast, step_of, at, turn):
    step = step_of("meeting-as-post")
    step_id, asked = (
        step.id,
        {"person_id": cast.staff.id, "version": step.challenge.version, "at": at},
    )
    submitting.save_draft(session, step=step, reflection="途中", link="", **asked)
    session.commit()
    ready, heard = Barrier(2), []

    def send(words):
        ready.wait()
        try:
            with database.writing() as own:
                submit(
                    own,
                    step=own.get_one(Step, step_id),
                    evidence=Evidence(reflection=words),
                    **asked,
                )
            heard.append(words)
        except AlreadyClimbed:
            pass

    threads = [Thread(target=send, args=(words,)) for words in ("一つ目", "二つ目")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as reader:
        assert [submission.reflection for submission in reader.scalars(select(Submission))] == heard


def test_already_doing_it_is_remembered_when_text_is_added(session, cast, step_of, at):
    """An older release let it wait."""
    say(session, cast.staff, step_of("meeting-as-post"), at)
    submission = session.scalars(select(Submission)).one()
    submission.is_already_doing = True
    reviewing.send_back(
        session, submission, by_id=cast.manager.id, question="どの会議でしたか。", at=at
    )
    say(session, cast.staff, step_of("meeting-as-post"), at)
    assert submission.is_already_doing


def test_already_doing_it_is_recorded(session, cast, step_of, at):
    completion = session.get_one(
        Completion, say(session, cast.staff, step_of("first-hello"), at, is_already_doing=True)
    )
    assert completion.submission.is_already_doing


@pytest.mark.parametrize("words", ["", "   \n"])
def test_a_submission_without_words_is_refused(session, cast, step_of, at, words):
    with pytest.raises(InvalidField) as error:
        say(session, cast.staff, step_of("first-hello"), at, reflection=words)
    assert error.value.field == "reflection"


@pytest.mark.parametrize(("length", "fits"), [(999, True), (1000, True), (1001, False)])
def test_a_reflection_has_up_to_a_thousand_characters(session, cast, step_of, at, length, fits):
    if fits:
        assert say(session, cast.staff, step_of("first-hello"), at, reflection="あ" * length)
        return
    with pytest.raises(InvalidField):
        say(session, cast.staff, step_of("first-hello"), at, reflection="あ" * length)


@pytest.mark.parametrize(
    "link",
    [
        "",
        "javascript:alert(1)",
        "ftp://example.jp/a",
        "https://",
        "ただの文",
        "http://a b",
        "https://x\n.jp",
        "https://[::1",
    ],
)
def test_an_unsafe_link_is_refused(session, cast, step_of, at, link):
    with pytest.raises(InvalidField) as error:
        say(session, cast.staff, step_of("ask-when-stuck"), at, link=link)
    assert error.value.field == "link"


def test_a_step_is_completed_once(session, cast, step_of, at):
    say(session, cast.staff, step_of("first-hello"), at)
    with pytest.raises(AlreadyClimbed):
        say(session, cast.staff, step_of("first-hello"), at)


def test_steps_are_completed_in_order(session, cast, step_of, at):
    with pytest.raises(PreviousStepMissing):
        practise(session, cast.staff, step_of("first-hello", 2), at.date(), at)


def test_a_submission_waits_at_the_nearest_unit_with_a_manager(session, cast, step_of, at):
    assert say(session, cast.staff, step_of("meeting-as-post"), at) is None
    submission = session.scalars(select(Submission)).one()
    assert submission.state is SubmissionState.WAITING
    assert submission.reviewing_unit_id == cast.section.id
    assert submission.waiting_since == submission.submitted_at == at


def test_a_draft_is_kept_and_becomes_the_submission(session, cast, step_of, at):
    step = step_of("first-hello")
    draft = submitting.save_draft(
        session, person_id=cast.staff.id, step=step, version=1, reflection="途中", link="", at=at
    )
    assert draft.state is SubmissionState.DRAFT
    completion = session.get_one(
        Completion, say(session, cast.staff, step, at, reflection="書けた")
    )
    assert completion.submission_id == draft.id
    assert completion.submission.reflection == "書けた"


def days(*numbers):
    return [date(2026, 7, 1) + timedelta(days=number) for number in numbers]


@pytest.mark.parametrize(
    ("given_days", "reached"),
    [
        (days(0, 1), None),
        (days(0, 1, 2), days(2)[0]),
        (days(0, 0, 1), None),
        (days(0, 1, 88), days(88)[0]),
        (days(0, 1, 89), days(89)[0]),
        (days(0, 1, 90), None),
        (days(0, 50, 100, 120), days(120)[0]),
    ],
)
def test_three_different_days_within_ninety(given_days, reached):
    assert habit_reached(given_days, needed=3, within=90) == reached


@given(st.lists(st.integers(0, 400), max_size=12), st.integers(2, 5), st.integers(5, 120))
def test_a_habit_is_reached_when_some_window_holds_enough_days(numbers, needed, within):
    given_days = days(*numbers)
    windows = [
        sorted({day for day in given_days if start <= day < start + timedelta(days=within)})
        for start in given_days
    ]
    full = [window[needed - 1] for window in windows if len(window) >= needed]
    assert habit_reached(given_days, needed=needed, within=within) == min(full, default=None)


def test_a_habit_grows_day_by_day_and_ends_on_the_last(session, cast, step_of, climb, at):
    climb(cast.staff, "first-hello")
    step = step_of("first-hello", 2)
    assert practise(session, cast.staff, step, at.date() - timedelta(days=2), at) is None
    assert practise(session, cast.staff, step, at.date(), at) is None
    assert (
        practise(session, cast.staff, step, at.date(), at) is None
    )  # a request that was sent twice
    with pytest.raises(InvalidField, match="もう記録してあります"):
        practise(session, cast.staff, step, at.date(), at, "同じ日にもう一度")
    done = practise(session, cast.staff, step, at.date() - timedelta(days=1), at)
    assert session.get_one(Completion, done).happened_at == at


def test_the_day_turns_at_midnight_in_tokyo(session, cast, step_of, climb):
    climb(cast.staff, "first-hello", at=datetime(2026, 7, 1, 9, tzinfo=TOKYO))
    step = step_of("first-hello", 2)
    just_before = datetime(2026, 7, 14, 23, 59, 59, tzinfo=TOKYO)
    with pytest.raises(InvalidField, match="日付"):
        practise(session, cast.staff, step, date(2026, 7, 15), just_before)
    just_after = just_before + timedelta(seconds=1)
    assert practise(session, cast.staff, step, date(2026, 7, 15), just_after) is None


@pytest.mark.parametrize(("back", "fits"), [(13, True), (14, True), (15, False), (-1, False)])
def test_a_day_can_be_recorded_for_two_weeks(session, cast, step_of, climb, at, back, fits):
    climb(cast.staff, "first-hello")
    day = at.date() - timedelta(days=back)
    if fits:
        practise(session, cast.staff, step_of("first-hello", 2), day, at)
        return
    with pytest.raises(InvalidField):
        practise(session, cast.staff, step_of("first-hello", 2), day, at)


def test_thirty_two_clicks_at_once_make_one_completion(database, session, cast, catalogue, at):
    challenge, person_id = catalogue.by_slug["first-hello"], cast.staff.id
    step, version = challenge.steps[0], challenge.version
    session.rollback()
    ready, outcomes = Barrier(32), []

    def click():
        ready.wait()
        try:
            with database.writing() as own:
                evidence = Evidence(reflection="いっせいに")
                outcomes.append(
                    submit(
                        own,
                        person_id=person_id,
                        step=step,
                        version=version,
                        evidence=evidence,
                        at=at,
                    )
                )
        except AlreadyClimbed:
            outcomes.append(None)

    threads = [Thread(target=click) for _ in range(32)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 32
    assert len([one for one in outcomes if one is not None]) == 1
    with database.reading() as reader:
        assert reader.scalar(select(func.count(Completion.id))) == 1
        assert reader.scalar(select(func.count(Submission.id))) == 1
        assert reader.scalar(select(func.sum(StepTotal.completions))) == 1
        assert reader.scalar(select(func.count(Fact.id))) == 1


def test_an_open_submission_can_be_dropped_and_made_again(session, cast, step_of, at):
    step = step_of("meeting-as-post")
    say(session, cast.staff, step, at)
    submission = session.scalars(select(Submission)).one()
    withdrawing.withdraw_submission(session, submission, by_id=cast.staff.id, at=at)
    assert say(session, cast.staff, step, at) is None
    assert session.scalar(select(func.count(Submission.id))) == 2


def test_a_sent_back_step_that_its_person_now_checks_is_accepted(session, cast, step_of, at):
    step = step_of("meeting-as-post")
    say(session, cast.staff, step, at)
    submission = session.scalars(select(Submission)).one()
    reviewing.send_back(
        session, submission, by_id=cast.manager.id, question="もう少し教えて", at=at
    )
    step.check = Check.SELF  # by a new version of the challenge
    assert say(session, cast.staff, step, at) is not None
    assert submission.state is SubmissionState.ACCEPTED


def test_a_submission_moves_only_as_the_states_allow(session, cast, step_of, at):
    say(session, cast.staff, step_of("first-hello"), at)
    submission = session.scalars(select(Submission)).one()
    with pytest.raises(ImpossibleMove):
        move(session, submission, to=SubmissionState.SENT_BACK)
    session.refresh(submission)
    assert submission.state is SubmissionState.ACCEPTED


def test_a_move_from_another_state_changes_neither_row_nor_object(session, cast, step_of, at):
    say(session, cast.staff, step_of("first-hello"), at)
    submission = session.scalars(select(Submission)).one()
    with pytest.raises(AlreadyDecided):
        move(
            session,
            submission,
            start=SubmissionState.WAITING,
            to=SubmissionState.SENT_BACK,
            question="もう少し教えて",
        )
    assert (submission.state, submission.question) == (SubmissionState.ACCEPTED, None)
    session.refresh(submission)
    assert (submission.state, submission.question) == (SubmissionState.ACCEPTED, None)


def test_a_move_writes_the_changes_of_the_object_in_one_statement(
    session, cast, step_of, at, count_statements
):
    submission = submitting.save_draft(
        session,
        person_id=cast.staff.id,
        step=step_of("meeting-as-post"),
        version=1,
        reflection="途中",
        link="",
        at=at,
    )
    submission.reflection = "書けました"
    with count_statements(session.get_bind()) as statements:
        move(session, submission, to=SubmissionState.WAITING, waiting_since=at)
        session.flush()
    assert len(statements) == 1, statements
    session.refresh(submission)
    assert (submission.state, submission.reflection, submission.waiting_since) == (
        SubmissionState.WAITING,
        "書けました",
        at,
    )


def test_resubmitting_keeps_the_first_day(session, cast, step_of, at):
    step = step_of("meeting-as-post")
    say(session, cast.staff, step, at)
    submission = session.scalars(select(Submission)).one()
    reviewing.send_back(
        session,
        submission,
        by_id=cast.manager.id,
        question="どの会議でしたか。",
        at=at + timedelta(days=1),
    )
    say(session, cast.staff, step, at + timedelta(days=3), reflection="定例の打合せです")
    session.refresh(submission)
    assert submission.state is SubmissionState.WAITING
    assert submission.submitted_at == at
    assert submission.waiting_since == at + timedelta(days=3)
    done = reviewing.accept(session, submission, by_id=cast.manager.id, at=at + timedelta(days=5))
    assert session.get_one(Completion, done).happened_at == at
