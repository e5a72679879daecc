"""The one place where a claim becomes a completion. Exactly once: the database's key decides, not a look before."""

from datetime import datetime

from sqlalchemy.orm import Session

from challenges import totals
from challenges.errors import AlreadyClimbed
from challenges.events import StepClimbed
from challenges.models import Completion, DecidedHow, Submission, SubmissionState
from challenges.outbox import record
from challenges.upserting import upsert


def complete(
    session: Session,
    submission: Submission,
    *,
    happened_at: datetime,
    how: DecidedHow,
    at: datetime,
    by_id: int | None = None,
) -> int:
    """Accept the claim; the id of the completion. Raises AlreadyClimbed when one stands already."""
    submission.state = SubmissionState.ACCEPTED
    submission.decided_at, submission.decided_by_id = at, by_id
    session.flush()
    insert = upsert(session, Completion).values(
        person_id=submission.person_id,
        step_id=submission.step_id,
        submission_id=submission.id,
        unit_id=submission.unit_id,
        challenge_version=submission.challenge_version,
        happened_at=happened_at,
        decided_at=at,
        decided_by_id=by_id,
        decided_how=how,
        recorded_at=at,
    )
    completion_id: int | None = session.scalar(insert.on_conflict_do_nothing().returning(Completion.id))
    if completion_id is None:
        raise AlreadyClimbed
    totals.move(session, step_id=submission.step_id, happened_at=happened_at, by=1)
    record(session, StepClimbed(occurred_at=at, completion_id=completion_id, person_id=submission.person_id))
    session.flush()
    return completion_id
