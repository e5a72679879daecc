"""A habit is practised on several days. Each day is a row. Enough days within the window
complete the step.

A withdrawn completion leaves its days with the person: they may remove a wrong one, and ``finish``
the habit again.
"""

from collections.abc import Iterable
from datetime import date, datetime, timedelta

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from challenges.calendar import day_of, noon_of
from challenges.catalogue.models import Step
from challenges.catalogue.published import PublishedStep
from challenges.errors import AlreadyDecided, InvalidField, NotAllowed, RuleBroken
from challenges.storage.sql import insert_once
from challenges.submissions.completing import complete
from challenges.submissions.models import Practice, Submission
from challenges.submissions.saving import save
from challenges.submissions.sealing_words import seal_before_rewording
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
    InvalidField (also for a recorded day with other words), PreviousStepMissing, AlreadyClimbed,
    ProjectNotBegun.
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
    days = _days(session, submission)
    last = habit_reached(days, needed=step.days, within=step.within_days)
    if last is None:
        return None
    return _complete(session, submission, on=last, reflection=reflection, at=at)


def finish(
    session: Session, *, person_id: int, step: Step | PublishedStep, version: int, at: datetime
) -> int:
    """Complete a habit with the days that are recorded: those of a completion that was taken back.
    The completion's id.

    Raises RuleBroken if there are not enough days, PreviousStepMissing, AlreadyClimbed.
    """
    submission = open_or_new(session, person_id=person_id, step=step, version=version, at=at)
    days = {} if submission.id is None else _days(session, submission)
    last = habit_reached(days, needed=step.days, within=step.within_days)
    if last is None:
        raise RuleBroken("達成にするには、まだ日が足りません。")
    return _complete(session, submission, on=last, reflection=days[last], at=at)


def _days(session: Session, submission: Submission) -> dict[date, str]:
    rows = session.execute(
        select(Practice.day, Practice.reflection).where(Practice.submission_id == submission.id)
    )
    return {row.day: row.reflection for row in rows}


def _complete(
    session: Session, submission: Submission, *, on: date, reflection: str, at: datetime
) -> int:
    seal_before_rewording(session, submission, reflection=reflection, link=submission.link, at=at)
    submission.reflection, submission.submitted_at = reflection, at
    credit(session, submission, on=on)
    happened_at = at if on == day_of(at) else noon_of(on)
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


def earlier_days(today: date) -> list[date]:
    """The days before today that may be recorded, the newest first."""
    return [today - timedelta(days=back) for back in range(1, DAYS_BACK + 1)]


def habit_reached(days: Iterable[date], *, needed: int, within: int) -> date | None:
    """The day on which ``needed`` different days lay within ``within`` days for the first time, or
    None.

    Three days within 90 means that the third is at most the 90th day, the first counted as one.
    """
    different = sorted(set(days))
    for first, last in zip(different, different[needed - 1 :], strict=False):
        if (last - first).days < within:
            return last
    return None


def days_done(days: Iterable[date], *, needed: int, within: int, on: date) -> int:
    """How far a habit is on that day: all ``needed`` days if they were reached, else how many lie
    in the window that ends on ``on``."""
    different = set(days)
    if habit_reached(different, needed=needed, within=within) is not None:
        return needed
    return sum(0 <= (on - day).days < within for day in different)


def remove_day(session: Session, submission: Submission, *, by_id: int, day: date) -> None:
    """Remove a wrong day from one's own habit that is not complete. Without any day left the
    submission is withdrawn. Removing a day that is not there changes nothing.

    Raises NotAllowed if it is somebody else's, AlreadyDecided if it is complete.
    """
    if submission.person_id != by_id:
        raise NotAllowed("消せるのは本人だけです。")
    # Locked: ``record_day`` locks it too, so no day is added to a submission without days.
    session.refresh(submission, with_for_update={"of": Submission})
    if submission.state is SubmissionState.WITHDRAWN:
        return
    if submission.state is not SubmissionState.DRAFT:
        raise AlreadyDecided
    session.execute(
        delete(Practice).where(Practice.submission_id == submission.id, Practice.day == day)
    )
    if not session.scalar(select(exists().where(Practice.submission_id == submission.id))):
        move(session, submission, start=SubmissionState.DRAFT, to=SubmissionState.WITHDRAWN)
