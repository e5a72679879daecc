"""A manager looks at a claim: accepts it, or asks for clarity. There is no third answer.

A busy manager never costs anyone a step: what has waited over five working days is accepted by itself, and every
completion bears the day the claim was made.
"""

from datetime import datetime, time, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from challenges import managing
from challenges.completing import complete
from challenges.errors import CannotDecideOwnClaim, FieldWrong, Moved, NotTheirManager
from challenges.events import ClaimSentBack
from challenges.models import DecidedHow, Submission, SubmissionState
from challenges.outbox import record
from challenges.tokyo import TOKYO, day_of, working_days_before

PATIENCE = 5
"""Working days a claim may wait."""
QUESTION_LENGTH = (5, 400)


def accept(session: Session, submission: Submission, *, by_id: int, at: datetime) -> int:
    """Accept a claim; the completion's id. Raises CannotDecideOwnClaim, NotTheirManager, Moved."""
    must_be_decidable_by(session, submission, by_id=by_id, at=at)
    _take(session, submission, to=SubmissionState.ACCEPTED)
    happened_at = submission.submitted_at or at
    return complete(session, submission, happened_at=happened_at, how=DecidedHow.MANAGER, at=at, by_id=by_id)


def send_back(session: Session, submission: Submission, *, by_id: int, question: str, at: datetime) -> None:
    """Ask the person a question about the claim; it is theirs again. Raises as ``accept``, and FieldWrong."""
    must_be_decidable_by(session, submission, by_id=by_id, at=at)
    question = question.strip()
    shortest, longest = QUESTION_LENGTH
    if not shortest <= len(question) <= longest:
        raise FieldWrong("聞きたいことを5文字から400文字で書いてください。", field="question")
    _take(session, submission, to=SubmissionState.SENT_BACK)
    submission.question, submission.waiting_since = question, None
    session.flush()
    record(
        session, ClaimSentBack(occurred_at=at, submission_id=submission.id, person_id=submission.person_id, by_id=by_id)
    )


def must_be_decidable_by(session: Session, submission: Submission, *, by_id: int, at: datetime) -> None:
    """Raise CannotDecideOwnClaim or NotTheirManager unless this person may decide the claim."""
    if submission.person_id == by_id:
        raise CannotDecideOwnClaim
    asked = submission.reviewing_unit_id or submission.unit_id
    if not managing.manages(session, by_id, unit_id=asked, on=day_of(at)):
        raise NotTheirManager


def accept_overdue(session: Session, *, at: datetime, limit: int = 200) -> int:
    """Accept up to ``limit`` claims that have waited over five working days; how many."""
    sixth = working_days_before(day_of(at) + timedelta(days=1), PATIENCE + 1)
    overdue = session.scalars(
        select(Submission)
        .where(Submission.state == SubmissionState.WAITING)
        .where(Submission.waiting_since < datetime.combine(sixth, time(), TOKYO))
        .order_by(Submission.waiting_since)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for submission in overdue:
        complete(session, submission, happened_at=submission.submitted_at or at, how=DecidedHow.OVERDUE, at=at)
    return len(overdue)


def _take(session: Session, submission: Submission, *, to: SubmissionState) -> None:
    """Move the claim on from WAITING, if nobody was quicker. Raises Moved."""
    moved = session.execute(
        update(Submission)
        .where(Submission.id == submission.id, Submission.state == SubmissionState.WAITING)
        .values(state=to)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise Moved
    session.refresh(submission, ["state"])
