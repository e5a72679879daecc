"""A wrong day of a habit can be taken out again, as long as the habit is under way."""

from datetime import timedelta
from threading import Barrier, Thread

import pytest
from sqlalchemy import select

from challenges.catalogue.models import Step
from challenges.errors import AlreadyDecided, NotAllowed
from challenges.submissions import habits
from challenges.submissions.habits import record_day
from challenges.submissions.models import Completion, Practice, Submission
from challenges.vocabulary import Stage, SubmissionState


@pytest.fixture
def practise(session, cast, catalogue, climb, at):
    """``practise(back)``: staff did the habit so many days ago; the completion's id, or None."""
    climb(cast.staff, "first-hello", at=at - timedelta(days=20))
    challenge = catalogue.by_slug["first-hello"]
    asked = {
        "person_id": cast.staff.id,
        "version": challenge.version,
        "step": challenge.steps[1],
        "reflection": "続けた",
    }
    return lambda back, own=session: record_day(
        own, day=at.date() - timedelta(days=back), at=at, **asked
    )


@pytest.fixture
def newest_habit(session):
    """``newest_habit()``: the newest submission on the habit."""
    days = select(Submission).join(Submission.step).where(Step.stage == Stage.HABIT)
    return lambda: session.scalars(days.order_by(Submission.id.desc())).first()


def days(session):
    return sorted(session.scalars(select(Practice.day)))


def test_the_other_days_stay_and_the_third_completes_the_habit(
    session, cast, practise, newest_habit, at
):
    practise(3)
    practise(1)
    habits.remove_day(
        session, newest_habit(), by_id=cast.staff.id, day=at.date() - timedelta(days=3)
    )
    assert days(session) == [at.date() - timedelta(days=1)]
    assert practise(2) is None
    assert practise(0) is not None


def test_the_same_day_can_be_written_down_anew(session, cast, practise, newest_habit, at):
    practise(1)
    practise(0)
    habits.remove_day(session, newest_habit(), by_id=cast.staff.id, day=at.date())
    assert practise(0) is None
    assert len(days(session)) == 2


def test_removing_the_last_day_drops_the_submission(session, cast, practise, newest_habit, at):
    practise(0)
    submission = newest_habit()
    habits.remove_day(session, submission, by_id=cast.staff.id, day=at.date())
    session.refresh(submission)
    assert submission.state is SubmissionState.WITHDRAWN
    assert practise(0) is None  # and begun anew


def test_nobody_else_can_remove_a_day(session, cast, practise, newest_habit, at):
    practise(0)
    with pytest.raises(NotAllowed):
        habits.remove_day(session, newest_habit(), by_id=cast.manager.id, day=at.date())
    assert days(session) == [at.date()]


def test_removing_a_day_twice_removes_it_once(session, cast, practise, newest_habit, at):
    practise(2)
    practise(1)
    for back in (2, 2, 1, 1):
        habits.remove_day(
            session, newest_habit(), by_id=cast.staff.id, day=at.date() - timedelta(days=back)
        )
    assert newest_habit().state is SubmissionState.WITHDRAWN


def test_a_completed_habit_keeps_its_days(session, cast, practise, newest_habit, at):
    practise(2)
    practise(1)
    practise(0)
    with pytest.raises(AlreadyDecided):
        habits.remove_day(session, newest_habit(), by_id=cast.staff.id, day=at.date())
    assert len(days(session)) == 3


@pytest.mark.parametrize("turn", range(4))
def test_the_second_and_third_day_written_at_once_finish_the_habit(
    database, session, practise, newest_habit, turn
):
    practise(3)
    submission_id = newest_habit().id
    session.commit()
    ready = Barrier(2)

    def write(back):
        ready.wait()
        with database.writing() as own:
            practise(back, own)

    threads = [Thread(target=write, args=(back,)) for back in (0, 1)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as reader:
        assert len(days(reader)) == 3
        assert (
            reader.scalar(select(Completion.id).where(Completion.submission_id == submission_id))
            is not None
        )


@pytest.mark.parametrize("turn", range(6))
def test_a_racing_third_day_and_removal_stay_consistent(
    database, session, cast, practise, newest_habit, at, turn
):
    practise(2)
    practise(1)
    submission_id, person_id = newest_habit().id, cast.staff.id
    session.commit()
    ready = Barrier(2)

    def finish():
        ready.wait()
        with database.writing() as own:
            practise(0, own)

    def remove():
        ready.wait()
        try:
            with database.writing() as own:
                submission = own.get_one(Submission, submission_id)
                habits.remove_day(
                    own, submission, by_id=person_id, day=at.date() - timedelta(days=2)
                )
        except AlreadyDecided:
            pass

    threads = [Thread(target=what) for what in ((finish, remove) if turn % 2 else (remove, finish))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as reader:
        is_done = (
            reader.scalar(select(Completion.id).where(Completion.submission_id == submission_id))
            is not None
        )
        left = len(days(reader))
    assert (is_done, left) in {(True, 3), (False, 2)}
