"""A habit is practised on several days. Each day is a row. Enough days within the window
complete the step."""

from datetime import date, datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from challenges.calendar import day_of, noon_of
from challenges.catalogue.models import Step
from challenges.catalogue.published import PublishedStep
from challenges.errors import AlreadyDecided, InvalidField, NotAllowed
from challenges.storage.sql import insert_once
from challenges.submissions.completing import complete
from challenges.submissions.models import Practice, Submission
from challenges.submissions.saving import save
from challenges.submissions.states import move
from challenges.submissions.submitting import credit, must_fit, open_or_new
from challenges.text import as_written
from challenges.vocabulary import DecidedHow, SubmissionState

DAYS_BACK = 14
"""How many days back a day of a habit may lie when it is recorded."""


def record_day(
    session: Session,
    *,
    person_id: int,
    step: Step | PublishedStep,
    version: int,
    day: date,
    reflection: str,
    at: datetime,
) -> int | None:
    """Record one day of a habit. The completion's id once there are enough different days,
    else None.

    Days are days in Tokyo. Recording a day again with the same words changes nothing. Raises
    InvalidField (also for a recorded day with other words), PreviousStepMissing, AlreadyClimbed.
    """
    reflection = as_written(reflection)
    must_fit(reflection, needed=True)
    today = day_of(at)
    if not today - timedelta(days=DAYS_BACK) <= day <= today:
        raise InvalidField(
            "日付は、今日から%(days)s日前までの間で選んでください。", field="day", days=DAYS_BACK
        )
    submission = open_or_new(session, person_id=person_id, step=step, version=version, at=at)
    save(session, submission)
    _write_day(session, submission, day=day, reflection=reflection, at=at)
    days = list(
        session.scalars(select(Practice.day).where(Practice.submission_id == submission.id))
    )
    last = habit_reached(days, needed=step.days, within=step.within_days)
    if last is None:
        return None
    submission.reflection, submission.submitted_at = reflection, at
    credit(session, submission, on=last)
    happened_at = at if last == today else noon_of(last)
    return complete(session, submission, happened_at=happened_at, how=DecidedHow.SELF, at=at)


def _write_day(
    session: Session, submission: Submission, *, day: date, reflection: str, at: datetime
) -> None:
    written = {"submission_id": submission.id, "day": day}
    if insert_once(session, Practice, **written, reflection=reflection, recorded_at=at) is None:
        kept = session.scalar(select(Practice.reflection).filter_by(**written))
        if kept != reflection:
            raise InvalidField(
                "この日はもう記録してあります。別の日を選んでください。", field="day"
            )


def habit_reached(days: list[date], *, needed: int, within: int) -> date | None:
    """The day on which ``needed`` different days lay within ``within`` days for the first time, or
    None.

    Three days within 90 means that the third is at most the 90th day, the first counted as one.
    """
    different = sorted(set(days))
    for first, last in zip(different, different[needed - 1 :], strict=False):
        if (last - first).days < within:
            return last
    return None


def days_that_count(days: list[date], *, within: int, on: date) -> int:
    """How many of the days lie in the window that ends on ``on``."""
    return sum(0 <= (on - day).days < within for day in set(days))


def remove_day(session: Session, submission: Submission, *, by_id: int, day: date) -> None:
    """Remove a wrong day from one's own habit that is not complete yet. Without any day left the
    submission is withdrawn. Removing a day that is not there changes nothing.

    Raises NotAllowed if it is somebody else's, AlreadyDecided if it is complete.
    """
    if submission.person_id != by_id:
        raise NotAllowed("消せるのは本人だけです。")
    # Locked: ``record_day`` locks it too, so no day is added to a submission without days.
    session.refresh(submission, with_for_update=True)
    if submission.state is SubmissionState.WITHDRAWN:
        return
    if submission.state is not SubmissionState.DRAFT:
        raise AlreadyDecided
    session.execute(
        delete(Practice).where(Practice.submission_id == submission.id, Practice.day == day)
    )
    if not session.scalar(select(exists().where(Practice.submission_id == submission.id))):
        move(session, submission, start=SubmissionState.DRAFT, to=SubmissionState.WITHDRAWN)
