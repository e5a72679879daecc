"""The states of a submission, and the one function that moves it from one to the next."""

from sqlalchemy import literal_column, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from challenges.errors import AlreadyDecided
from challenges.submissions.models import Submission
from challenges.vocabulary import SubmissionState

NEXT_STATES: dict[SubmissionState, frozenset[SubmissionState]] = {
    SubmissionState.DRAFT: frozenset(
        {SubmissionState.WAITING, SubmissionState.ACCEPTED, SubmissionState.WITHDRAWN}
    ),
    SubmissionState.WAITING: frozenset(
        {
            SubmissionState.ACCEPTED,
            SubmissionState.SENT_BACK,
            SubmissionState.WITHDRAWN,
            SubmissionState.DRAFT,
        }
    ),
    SubmissionState.SENT_BACK: frozenset({SubmissionState.WAITING, SubmissionState.WITHDRAWN}),
    SubmissionState.ACCEPTED: frozenset(
        {SubmissionState.WITHDRAWN, SubmissionState.VOIDED, SubmissionState.WAITING}
    ),
    SubmissionState.VOIDED: frozenset({SubmissionState.ACCEPTED}),
    SubmissionState.WITHDRAWN: frozenset(),
}
"""The whole state machine: from each state, the states that may follow. A test holds every act
against it.

A manager who thinks again at once takes an acceptance back, and the submission waits as before.
"""


IS_WAITING = Submission.state == literal_column(f"'{SubmissionState.WAITING}'")
"""Written out, because SQLite uses a partial index only for a condition it can read, never for a
bound value."""


def decide_waiting(
    session: Session, submission: Submission, *, state: SubmissionState, **values: object
) -> None:
    """Move the submission on from WAITING, with ``values``, if nobody was quicker. Raises
    AlreadyDecided."""
    moved = session.execute(
        update(Submission)
        .where(Submission.id == submission.id, Submission.state == SubmissionState.WAITING)
        .values(state=state, **values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise AlreadyDecided
    for name, value in {"state": state, **values}.items():
        set_committed_value(submission, name, value)


def move(
    session: Session, submission: Submission, *, start: SubmissionState, to: SubmissionState
) -> None:
    """Take the submission out of the queue, if it is where it is thought to be. Raises
    AlreadyDecided."""
    changed = session.execute(
        update(Submission)
        .where(Submission.id == submission.id, Submission.state == start)
        .values(state=to, waiting_since=None)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise AlreadyDecided
