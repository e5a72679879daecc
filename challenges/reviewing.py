"""A manager looks at a claim: accepts it, or asks for clarity. There is no third answer.

A busy manager never costs anyone a step: what has waited over five working days is accepted by itself, and every
completion bears the day the claim was made.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from sqlalchemy import literal_column, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from challenges import endorsing, managing
from challenges.completing import complete
from challenges.errors import AlreadyClimbed, CannotDecideOwnClaim, FieldWrong, Moved, NotTheirManager
from challenges.events import ClaimSentBack
from challenges.models import Completion, DecidedHow, Submission, SubmissionState
from challenges.outbox import record
from challenges.tokyo import TOKYO, day_of, month_of, working_days_after, working_days_before
from challenges.written import as_written

PATIENCE = 5
"""Working days a claim may wait."""
QUESTION_LENGTH = (5, 400)
IS_WAITING = Submission.state == literal_column(f"'{SubmissionState.WAITING}'")
"""Written out, because SQLite uses a partial index only for a condition it can read, never for a bound value."""


def accept(session: Session, submission: Submission, *, by_id: int, at: datetime, words: str = "") -> int:
    """Accept a claim, and vouch for it where there are ``words``; the completion's id. Asked twice it is done once.

    Raises CannotDecideOwnClaim, NotTheirManager, FieldWrong, Moved, AlreadyClimbed, RuleBroken (it has other words).
    """
    must_be_decidable_by(session, submission, by_id=by_id, at=at)
    words = endorsing.checked(words) if as_written(words) else ""
    try:
        _take(session, submission, state=SubmissionState.ACCEPTED, decided_at=at, decided_by_id=by_id)
        happened_at = submission.submitted_at or at
        completion_id = complete(
            session, submission, happened_at=happened_at, how=DecidedHow.MANAGER, at=at, by_id=by_id
        )
    except Moved:
        completion_id = _accepted_before(session, submission, by_id=by_id)
    if words:
        completion = session.get_one(Completion, completion_id)
        endorsing.vouch(session, completion, by_id=by_id, words=words, at=at)
    return completion_id


def _accepted_before(session: Session, submission: Submission, *, by_id: int) -> int:
    """The completion where this manager accepted the claim already. Raises Moved where anything else became of it."""
    accepted = select(Completion.id).where(Completion.submission_id == submission.id, Completion.voided_at.is_(None))
    completion_id = session.scalar(accepted.where(Completion.decided_by_id == by_id))
    if completion_id is None:
        raise Moved
    return completion_id


@dataclass(frozen=True)
class Accepted:
    """What became of claims that were accepted together."""

    completion_ids: tuple[int, ...]
    moved: int
    """How many somebody else had decided, or their person withdrawn, in the meantime."""


def accept_all(session: Session, submissions: Iterable[Submission], *, by_id: int, at: datetime) -> Accepted:
    """Accept several claims at once: all that still wait, or none. Raises as ``accept``, but for Moved and
    AlreadyClimbed."""
    completion_ids: list[int] = []
    moved = 0
    for submission in _in_order(submissions):
        try:
            with session.begin_nested():
                completion_ids.append(accept(session, submission, by_id=by_id, at=at))
        except (Moved, AlreadyClimbed):
            moved += 1
    return Accepted(tuple(completion_ids), moved)


def send_back(session: Session, submission: Submission, *, by_id: int, question: str, at: datetime) -> None:
    """Ask the person a question about the claim; it is theirs again. Asked twice it is asked once.

    Raises CannotDecideOwnClaim, NotTheirManager, FieldWrong, Moved.
    """
    must_be_decidable_by(session, submission, by_id=by_id, at=at)
    question = as_written(question)
    shortest, longest = QUESTION_LENGTH
    if not shortest <= len(question) <= longest:
        raise FieldWrong("聞きたいことを5文字から400文字で書いてください。", field="question")
    written = {"question": question, "asked_by_id": by_id, "asked_at": at}
    try:
        _take(session, submission, state=SubmissionState.SENT_BACK, waiting_since=None, **written)
    except Moved:
        session.refresh(submission)
        found = submission.state, submission.question, submission.asked_by_id
        if found != (SubmissionState.SENT_BACK, question, by_id):
            raise
        return
    asked = ClaimSentBack(occurred_at=at, submission_id=submission.id, person_id=submission.person_id, by_id=by_id)
    record(session, asked)
    session.flush()


def must_be_decidable_by(session: Session, submission: Submission, *, by_id: int, at: datetime) -> None:
    """Raise CannotDecideOwnClaim or NotTheirManager unless this person may decide the claim."""
    if submission.person_id == by_id:
        raise CannotDecideOwnClaim
    asked = submission.reviewing_unit_id or submission.unit_id
    if not managing.manages(session, by_id, unit_id=asked, on=day_of(at)):
        raise NotTheirManager


def due_on(waiting_since: datetime) -> date:
    """The day in Tokyo from whose beginning a claim that nobody decides is accepted by itself."""
    return working_days_after(day_of(waiting_since), PATIENCE + 1)


def accept_overdue(session: Session, *, at: datetime, limit: int = 200) -> int:
    """Accept up to ``limit`` claims that have waited over five working days; how many were looked at."""
    sixth = working_days_before(day_of(at) + timedelta(days=1), PATIENCE + 1)
    overdue = session.scalars(
        select(Submission)
        .where(IS_WAITING, Submission.waiting_since < datetime.combine(sixth, time(), TOKYO))
        .order_by(Submission.waiting_since)
        .limit(limit)
        .with_for_update(skip_locked=True)
    ).all()
    for submission in _in_order(overdue):
        _accept_by_itself(session, submission, at=at)
    return len(overdue)


def _accept_by_itself(session: Session, submission: Submission, *, at: datetime) -> None:
    happened_at = submission.submitted_at or at
    try:
        with session.begin_nested():
            complete(session, submission, happened_at=happened_at, how=DecidedHow.OVERDUE, at=at)
    except AlreadyClimbed:
        # A completion of the step was restored while this claim was being made: there is nothing left to decide, and
        # the claims behind it must not wait for ever.
        session.refresh(submission)
        submission.state = SubmissionState.WITHDRAWN
        session.flush()


def _in_order(submissions: Iterable[Submission]) -> list[Submission]:
    """By the total that each will move, so that two transactions never wait for each other's rows crosswise."""

    def cell(submission: Submission) -> tuple[int, date, int]:
        claimed_at = submission.submitted_at or submission.created_at
        return submission.step_id, month_of(claimed_at), submission.id

    return sorted(submissions, key=cell)


def _take(session: Session, submission: Submission, *, state: SubmissionState, **values: object) -> None:
    """Move the claim on from WAITING, with ``values``, if nobody was quicker. Raises Moved."""
    moved = session.execute(
        update(Submission)
        .where(Submission.id == submission.id, Submission.state == SubmissionState.WAITING)
        .values(state=state, **values)
        .execution_options(synchronize_session=False)
    )
    if moved.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise Moved
    for name, value in {"state": state, **values}.items():
        set_committed_value(submission, name, value)
