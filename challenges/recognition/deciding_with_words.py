"""A manager accepts a submission and endorses it in one act."""

from datetime import datetime

from sqlalchemy.orm import Session

from challenges.errors import InvalidField
from challenges.recognition import endorsing
from challenges.submissions import reviewing
from challenges.submissions.models import Completion, Submission
from challenges.text import as_written


def accept(
    session: Session, submission: Submission, *, by_id: int, words: str, at: datetime
) -> int:
    """Accept a submission, and endorse it if there are ``words``; the completion's id. Asked
    again, it changes nothing.

    Raises what ``reviewing.accept`` raises, InvalidField (words too short or too long), RuleBroken
    (the manager has endorsed it with other words).
    """
    if not as_written(words):
        return reviewing.accept(session, submission, by_id=by_id, at=at)
    try:
        words = endorsing.checked(words)
    except InvalidField:
        # Whoever may not decide is told so, rather than what is wrong with their words.
        reviewing.must_be_decidable_by(session, submission, by_id=by_id, at=at)
        raise
    completion_id = reviewing.accept(session, submission, by_id=by_id, at=at)
    completion = session.get_one(Completion, completion_id)
    endorsing.vouch(session, completion, by_id=by_id, words=words, at=at)
    return completion_id
