"""The one place where a submission becomes a completion. Exactly once: the database's key decides,
not a look before."""

from datetime import datetime

from sqlalchemy.orm import Session, make_transient_to_detached

from challenges.errors import AlreadyClimbed
from challenges.outbox import record
from challenges.storage.sql import insert_once
from challenges.submissions import totals
from challenges.submissions.events import StepClimbed
from challenges.submissions.models import Completion, Submission
from challenges.vocabulary import DecidedHow, SubmissionState

_WRITTEN = tuple(column.key for column in Submission.__table__.columns if column.key != "id")


def complete(
    session: Session,
    submission: Submission,
    *,
    happened_at: datetime,
    how: DecidedHow,
    at: datetime,
    by_id: int | None = None,
) -> int:
    """Accept the submission; the id of the completion. Raises AlreadyClimbed when one stands
    already."""
    submission.state = SubmissionState.ACCEPTED
    submission.decided_at, submission.decided_by_id = at, by_id
    save(session, submission)
    return stand(session, submission, happened_at=happened_at, how=how, at=at, by_id=by_id)


def save(session: Session, submission: Submission) -> None:
    """Write the submission down as it stands; a new one is one statement. Raises AlreadyClimbed if
    another was opened."""
    if submission.id is not None:
        session.flush()
        return
    submission_id = insert_once(
        session, Submission, **{name: getattr(submission, name) for name in _WRITTEN}
    )
    if submission_id is None:
        raise AlreadyClimbed(
            "同じ段の記録がもう一つの画面で始まりました。最新の状態を確かめてください。"
        )
    submission.id = submission_id
    make_transient_to_detached(
        submission
    )  # the row is there: nothing to insert, and no need to read it back
    session.add(submission)


def stand(
    session: Session,
    accepted: Submission,
    *,
    happened_at: datetime,
    how: DecidedHow,
    at: datetime,
    by_id: int | None = None,
) -> int:
    """Make the completion of a submission whose row says already that it is accepted. Raises
    AlreadyClimbed."""
    completion_id = insert_once(
        session,
        Completion,
        person_id=accepted.person_id,
        step_id=accepted.step_id,
        submission_id=accepted.id,
        unit_id=accepted.unit_id,
        challenge_version=accepted.challenge_version,
        happened_at=happened_at,
        decided_at=at,
        decided_by_id=by_id,
        decided_how=how,
        recorded_at=at,
    )
    if completion_id is None:
        raise AlreadyClimbed
    totals.move(session, step_id=accepted.step_id, happened_at=happened_at, by=1)
    record(
        session,
        StepClimbed(occurred_at=at, completion_id=completion_id, person_id=accepted.person_id),
    )
    session.flush()
    return completion_id
