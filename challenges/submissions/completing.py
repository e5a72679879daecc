"""The one place where a submission becomes a completion. A unique key of the database
sees to it that this happens once."""

from datetime import datetime

from sqlalchemy.orm import Session

from challenges.errors import AlreadyClimbed
from challenges.outbox import record
from challenges.storage.sql import insert_once
from challenges.submissions import totals
from challenges.submissions.events import StepClimbed
from challenges.submissions.models import Completion, Submission
from challenges.submissions.states import move
from challenges.vocabulary import DecidedHow, SubmissionState


def complete(
    session: Session,
    submission: Submission,
    *,
    happened_at: datetime,
    how: DecidedHow,
    at: datetime,
    by_id: int | None = None,
    start: SubmissionState | None = None,
) -> int:
    """Accept the submission, and make its completion; the completion's id.

    ``start`` is the state the submission must be in; without it, the one that the object says.
    Raises AlreadyDecided if it is in another state by now, AlreadyClimbed if a completion of the
    step stands already.
    """
    move(
        session,
        submission,
        start=start,
        to=SubmissionState.ACCEPTED,
        decided_at=at,
        decided_by_id=by_id,
    )
    return _stand(session, submission, happened_at=happened_at, how=how, at=at, by_id=by_id)


def _stand(
    session: Session,
    accepted: Submission,
    *,
    happened_at: datetime,
    how: DecidedHow,
    at: datetime,
    by_id: int | None,
) -> int:
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
