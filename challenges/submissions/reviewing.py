"""A manager accepts a submission or asks a question about it. There is no third answer.

Nobody loses a step because a manager is busy: see ``overdue``. Every completion bears the day on
which the submission was made.
"""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.errors import (
    N_,
    AlreadyClimbed,
    AlreadyDecided,
    CannotDecideOwnSubmission,
    InvalidField,
    NotTheirManager,
)
from challenges.outbox import record
from challenges.people import org_chart
from challenges.submissions.completing import complete
from challenges.submissions.events import SubmissionSentBack
from challenges.submissions.models import Completion, Submission
from challenges.submissions.sealing_words import seal_question
from challenges.submissions.states import move
from challenges.submissions.totals import in_lock_order
from challenges.text import as_written, has_length
from challenges.vocabulary import DecidedHow, SubmissionState

QUESTION_LENGTH = (5, 400)
_BY_ITS_PERSON = {
    SubmissionState.WITHDRAWN: N_("この申請は、本人が取り下げました。"),
    SubmissionState.DRAFT: N_("この申請は、本人が書き直しています。"),
}
"""What a manager reads who comes too late. In other states somebody else has decided."""
_COLUMNS = tuple(column.key for column in Submission.__table__.columns)


def accept(session: Session, submission: Submission, *, by_id: int, at: datetime) -> int:
    """Accept a submission; the completion's id. A second call by the same manager changes nothing.

    Raises CannotDecideOwnSubmission, NotTheirManager, AlreadyDecided, AlreadyClimbed.
    """
    must_be_decidable_by(session, submission, by_id=by_id, at=at)
    try:
        return complete(
            session,
            submission,
            start=SubmissionState.WAITING,
            happened_at=submission.submitted_at or at,
            how=DecidedHow.MANAGER,
            at=at,
            by_id=by_id,
        )
    except AlreadyDecided:
        return _accepted_before(session, submission, by_id=by_id)


def _accepted_before(session: Session, submission: Submission, *, by_id: int) -> int:
    """The id of the completion, if this manager has accepted the submission already. Raises
    AlreadyDecided otherwise."""
    accepted = select(Completion.id).where(
        Completion.submission_id == submission.id, Completion.voided_at.is_(None)
    )
    completion_id = session.scalar(accepted.where(Completion.decided_by_id == by_id))
    if completion_id is None:
        session.refresh(submission, _COLUMNS)
        raise _decided_already(submission)
    return completion_id


def _decided_already(submission: Submission) -> AlreadyDecided:
    return AlreadyDecided(_BY_ITS_PERSON.get(submission.state))


class SomeDecidedAlready(AlreadyDecided):
    """Some of the submissions that were to be accepted together did not wait any more."""

    sentence = N_("先に動いた申請があります。まだどれも確認していません。")

    def __init__(self, submission_ids: Collection[int]) -> None:
        super().__init__()
        self.submission_ids = tuple(submission_ids)
        """Which; ``queue.outcomes`` says what became of them."""


def accept_all(
    session: Session, submissions: Collection[Submission], *, by_id: int, at: datetime
) -> list[int]:
    """Accept all of the submissions, or none; the ids of the completions.

    Raises SomeDecidedAlready, which names all that no longer wait, and what ``accept`` raises about
    the person.
    """
    completion_ids: list[int] = []
    overtaken: list[Submission] = []
    with session.begin_nested() as together:
        _lock(session, submissions)
        for submission in in_lock_order(submissions):
            try:
                with session.begin_nested():
                    completion_ids.append(accept(session, submission, by_id=by_id, at=at))
            except (AlreadyDecided, AlreadyClimbed):
                overtaken.append(submission)
        if overtaken:
            together.rollback()
    if overtaken:
        for submission in submissions:
            # The savepoint took the row back, and no rollback tells the object.
            session.refresh(submission, _COLUMNS)
        raise SomeDecidedAlready([submission.id for submission in overtaken])
    return completion_ids


def _lock(session: Session, submissions: Collection[Submission]) -> None:
    """Lock all of them before anything else. Otherwise who waits for one of them may hold a total
    that its holder waits for."""
    ids = [submission.id for submission in submissions]
    rows = select(Submission.id).where(Submission.id.in_(ids)).order_by(Submission.id)
    session.execute(rows.with_for_update())


def send_back(
    session: Session, submission: Submission, *, by_id: int, question: str, at: datetime
) -> None:
    """Ask the person a question about the submission, which is theirs to change again. A second
    call with the same question changes nothing.

    Raises CannotDecideOwnSubmission, NotTheirManager, InvalidField, AlreadyDecided.
    """
    must_be_decidable_by(session, submission, by_id=by_id, at=at)
    question = as_written(question)
    shortest, longest = QUESTION_LENGTH
    if not has_length(question, QUESTION_LENGTH):
        raise InvalidField(
            "質問を%(shortest)s文字から%(longest)s文字で書いてください。",
            field="question",
            shortest=shortest,
            longest=longest,
        )
    if submission.question not in (None, question):
        session.refresh(submission, with_for_update={"of": Submission})
        seal_question(session, submission, at=at)
    written = {"question": question, "asked_by_id": by_id, "asked_at": at}
    try:
        move(
            session,
            submission,
            start=SubmissionState.WAITING,
            to=SubmissionState.SENT_BACK,
            waiting_since=None,
            **written,
        )
    except AlreadyDecided:
        session.refresh(submission)
        found = submission.state, submission.question, submission.asked_by_id
        if found != (SubmissionState.SENT_BACK, question, by_id):
            raise _decided_already(submission) from None
        return
    asked = SubmissionSentBack(
        occurred_at=at, submission_id=submission.id, person_id=submission.person_id, by_id=by_id
    )
    record(session, asked)
    session.flush()


def must_be_decidable_by(
    session: Session, submission: Submission, *, by_id: int, at: datetime
) -> None:
    """Raise CannotDecideOwnSubmission or NotTheirManager unless this person may decide the
    submission."""
    if submission.person_id == by_id:
        raise CannotDecideOwnSubmission
    asked = submission.reviewing_unit_id or submission.unit_id
    if not org_chart.manages(session, by_id, unit_id=asked, on=day_of(at)):
        raise NotTheirManager
