"""Accepts a submission that has waited for more than five working days, so that nobody loses a step
because a manager is busy."""

from datetime import date, datetime, time, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.calendar import TOKYO, day_of, working_days_after, working_days_before
from challenges.errors import AlreadyClimbed
from challenges.outbox import record
from challenges.submissions.completing import complete
from challenges.submissions.events import WaitingChanged
from challenges.submissions.models import Submission
from challenges.submissions.states import IS_WAITING, move
from challenges.submissions.totals import in_lock_order
from challenges.vocabulary import DecidedHow, SubmissionState

PATIENCE = 5
"""Working days a submission may wait."""


def due_on(waiting_since: datetime) -> date:
    """The day in Tokyo on which a submission that nobody has decided is accepted automatically."""
    return working_days_after(day_of(waiting_since), PATIENCE + 1)


def accept_overdue(session: Session, *, at: datetime, limit: int = 200) -> int:
    """Accept up to ``limit`` overdue submissions, oldest first; how many there were.

    Submissions that somebody is deciding at this moment are left for the next run.
    """
    sixth = working_days_before(day_of(at) + timedelta(days=1), PATIENCE + 1)
    overdue = session.scalars(
        select(Submission)
        .where(IS_WAITING, Submission.waiting_since < datetime.combine(sixth, time(), TOKYO))
        .order_by(Submission.waiting_since)
        .limit(limit)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    ).all()
    for submission in in_lock_order(overdue):
        _accept_by_itself(session, submission, at=at)
    return len(overdue)


def _accept_by_itself(session: Session, submission: Submission, *, at: datetime) -> None:
    happened_at = submission.submitted_at or at
    try:
        with session.begin_nested():
            complete(session, submission, happened_at=happened_at, how=DecidedHow.OVERDUE, at=at)
    except AlreadyClimbed:
        # A completion of the step was restored while this submission was being made. Nothing is
        # left to decide, and the submissions behind it must not wait forever.
        session.refresh(submission)
        move(session, submission, to=SubmissionState.WITHDRAWN)
        record(session, WaitingChanged.of(submission, at=at))
