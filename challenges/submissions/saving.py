"""Writes a submission down without moving it; a new one in one statement."""

from sqlalchemy.orm import Session, make_transient_to_detached

from challenges.errors import AlreadyClimbed
from challenges.storage.sql import insert_once
from challenges.submissions.models import Submission

_WRITTEN = tuple(column.key for column in Submission.__table__.columns if column.key != "id")


def save(session: Session, submission: Submission) -> None:
    """Write the submission as it stands. Raises AlreadyClimbed if its person opened another one."""
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
    # The row is there: nothing to insert, and no need to read it back.
    make_transient_to_detached(submission)
    session.add(submission)
