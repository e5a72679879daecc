"""A person lets others read what they wrote for one step (「ひとことも見せる」), or no longer.

It is off until they say so. Whoever shows words asks the row, so that a withdrawal counts
everywhere at once.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from challenges.errors import NotAllowed
from challenges.submissions.models import Submission


def show_words(session: Session, submission: Submission, *, by_id: int, at: datetime) -> None:
    """Let colleagues, managers and the DX office read one's own words, with the name. Saying it
    again changes nothing, not even its time.

    Raises NotAllowed if it is somebody else's.
    """
    _must_be_own(session, submission, by_id=by_id)
    submission.words_shown_at = submission.words_shown_at or at
    session.flush()


def hide_words(session: Session, submission: Submission, *, by_id: int) -> None:
    """Let nobody read them any more whom the step itself does not let. A second call changes
    nothing.

    Raises NotAllowed if it is somebody else's.
    """
    _must_be_own(session, submission, by_id=by_id)
    submission.words_shown_at = None
    session.flush()


def _must_be_own(session: Session, submission: Submission, *, by_id: int) -> None:
    if submission.person_id != by_id:
        raise NotAllowed("見せるかどうかを決められるのは本人だけです。")
    session.refresh(submission, with_for_update={"of": Submission})
