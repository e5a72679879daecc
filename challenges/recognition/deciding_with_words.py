"""A manager accepts a submission and endorses it in one act."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy.orm import Session

from challenges.errors import InvalidField
from challenges.recognition import endorsing
from challenges.recognition.praising import checked
from challenges.submissions import reviewing
from challenges.submissions.models import Completion, Submission
from challenges.text import as_written


def accept(
    session: Session,
    submission: Submission,
    *,
    by_id: int,
    words: str,
    kinds: Collection[str] = (),
    at: datetime,
) -> int:
    """Accept a submission, and endorse it if there are ``words`` or ``kinds``; the
    completion's id. Asked again, it changes nothing.

    Raises what ``reviewing.accept`` raises, InvalidField (words too short or too long, no kind),
    RuleBroken (the manager has endorsed it with other words).
    """
    if not (as_written(words) or kinds):
        return reviewing.accept(session, submission, by_id=by_id, at=at)
    try:
        praise = checked(words, kinds)
    except InvalidField:
        # Whoever may not decide is told so, rather than what is wrong with their words.
        reviewing.must_be_decidable_by(session, submission, by_id=by_id, at=at)
        raise
    completion_id = reviewing.accept(session, submission, by_id=by_id, at=at)
    completion = session.get_one(Completion, completion_id)
    endorsing.vouch(session, completion, by_id=by_id, praise=praise, at=at)
    return completion_id
