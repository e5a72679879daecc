"""The states of a submission, and the one function that moves it from one to the next."""

from typing import Any

from sqlalchemy import inspect, literal_column, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from challenges.errors import AlreadyDecided
from challenges.submissions.models import Submission
from challenges.submissions.saving import save
from challenges.vocabulary import SubmissionState

NEXT_STATES: dict[SubmissionState, frozenset[SubmissionState]] = {
    SubmissionState.DRAFT: frozenset(
        {
            SubmissionState.WAITING,
            SubmissionState.ACCEPTED,
            SubmissionState.WITHDRAWN,
        }
    ),
    SubmissionState.WAITING: frozenset(
        {
            SubmissionState.ACCEPTED,
            SubmissionState.SENT_BACK,
            SubmissionState.WITHDRAWN,
            SubmissionState.DRAFT,
        }
    ),
    # ACCEPTED: a new version of the challenge may have a step checked by its person that a manager
    # used to check.
    SubmissionState.SENT_BACK: frozenset(
        {
            SubmissionState.WAITING,
            SubmissionState.ACCEPTED,
            SubmissionState.WITHDRAWN,
        }
    ),
    # WAITING: a manager who thinks again takes an acceptance back, and the submission waits as
    # before. DRAFT: its person withdraws the completion, and what they wrote stays theirs.
    # WITHDRAWN: the same where nothing was written, as for a quiz.
    SubmissionState.ACCEPTED: frozenset(
        {
            SubmissionState.DRAFT,
            SubmissionState.WITHDRAWN,
            SubmissionState.VOIDED,
            SubmissionState.WAITING,
        }
    ),
    SubmissionState.VOIDED: frozenset({SubmissionState.ACCEPTED}),
    SubmissionState.WITHDRAWN: frozenset(),
}
"""The whole state machine: from each state, the states that may follow. ``move`` asks it."""

# Written out, because SQLite uses a partial index only for a condition it can read, never for a
# bound value.
IS_WAITING = Submission.state == literal_column(f"'{SubmissionState.WAITING}'")

_COLUMNS = tuple(column.key for column in Submission.__table__.columns if column.key != "id")


class ImpossibleMove(Exception):
    """The code asks for a move that ``NEXT_STATES`` does not have: a mistake in the program."""


def move(
    session: Session,
    submission: Submission,
    *,
    to: SubmissionState,
    start: SubmissionState | None = None,
    **values: object,
) -> None:
    """Move a submission to the state ``to`` and write it down with ``values``, in one statement.

    ``start`` is the state it must be in; without it, the one that the object says. Changes of the
    object that are not written yet are written too. A new submission is inserted.

    Raises AlreadyDecided if the row is in another state by now, AlreadyClimbed if a new submission
    finds another open one, ImpossibleMove if NEXT_STATES does not allow the move.
    """
    start = start or submission.state
    if to not in NEXT_STATES[start]:
        raise ImpossibleMove(f"from {start} to {to}")
    values["state"] = to
    if submission.id is None:
        for name, value in values.items():
            setattr(submission, name, value)
        save(session, submission)
        return
    values = _unwritten(submission) | values
    # Without autoflush: it would write the object's own changes in a statement of their own.
    with session.no_autoflush:
        moved = session.execute(
            update(Submission)
            .where(Submission.id == submission.id, Submission.state == start)
            .values(values)
            .execution_options(synchronize_session=False)
        )
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise AlreadyDecided
    # Only now does the row say so, and so may the object.
    for name, value in values.items():
        set_committed_value(submission, name, value)


def _unwritten(submission: Submission) -> dict[str, Any]:
    """What was assigned to the object since it was read, by column."""
    attributes = inspect(submission).attrs
    return {
        name: attributes[name].value for name in _COLUMNS if attributes[name].history.has_changes()
    }
