"""Taking back: a person withdraws their own, the DX office voids with a reason and restores. Nothing is deleted."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from challenges import totals
from challenges.errors import FieldWrong, Moved, NotAllowed, RuleBroken
from challenges.events import StepClimbed, StepUndone
from challenges.models import Completion, Submission, SubmissionState
from challenges.outbox import record
from challenges.written import as_written

WINDOW = timedelta(days=7)
"""How long a person may withdraw a completion by themself."""
WITHDRAWN_REASON = "本人の取り下げ"
REASON_LENGTH = (5, 400)


def withdraw_claim(session: Session, submission: Submission, *, by_id: int) -> None:
    """Drop an open claim of one's own. Raises NotAllowed, Moved."""
    if submission.person_id != by_id:
        raise NotAllowed("取り下げられるのは本人だけです。")
    if submission.state is SubmissionState.ACCEPTED or not submission.may_become(SubmissionState.WITHDRAWN):
        raise Moved
    changed = session.execute(
        update(Submission)
        .where(Submission.id == submission.id, Submission.state == submission.state)
        .values(state=SubmissionState.WITHDRAWN, waiting_since=None)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise Moved


def reopen_claim(session: Session, submission: Submission, *, by_id: int) -> None:
    """Take a waiting claim of one's own back as a draft, to word it anew. Raises NotAllowed, Moved."""
    if submission.person_id != by_id:
        raise NotAllowed("書き直せるのは本人だけです。")
    changed = session.execute(
        update(Submission)
        .where(Submission.id == submission.id, Submission.state == SubmissionState.WAITING)
        .values(state=SubmissionState.DRAFT, waiting_since=None)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise Moved


def may_withdraw(completion: Completion, *, by_id: int, at: datetime) -> bool:
    """Whether this person may still withdraw it: their own, standing, written down at most seven days ago."""
    is_own = completion.person_id == by_id
    return is_own and completion.voided_at is None and at - completion.recorded_at <= WINDOW


def withdraw(session: Session, completion: Completion, *, by_id: int, at: datetime) -> None:
    """Take one's own completion back. Raises NotAllowed, RuleBroken after the window."""
    if completion.person_id != by_id:
        raise NotAllowed("取り下げられるのは本人だけです。")
    if not may_withdraw(completion, by_id=by_id, at=at):
        raise RuleBroken("取り下げは記録から7日までです。必要なときはDX事務局に声をかけてください。")
    _undo(session, completion, by_id=by_id, reason=WITHDRAWN_REASON, to=SubmissionState.WITHDRAWN, at=at)


def void(session: Session, completion: Completion, *, by_id: int, reason: str, at: datetime) -> None:
    """The DX office takes a completion back, with a reason for the person. The caller has checked the role."""
    reason = as_written(reason)
    shortest, longest = REASON_LENGTH
    if not shortest <= len(reason) <= longest:
        raise FieldWrong("本人に伝わる理由を5文字から400文字で書いてください。", field="reason")
    _undo(session, completion, by_id=by_id, reason=reason, to=SubmissionState.VOIDED, at=at)


def restore(session: Session, completion: Completion, *, at: datetime) -> None:
    """The DX office gives a voided completion back. Raises RuleBroken where the step was climbed again since."""
    submission = completion.submission
    if not submission.may_become(SubmissionState.ACCEPTED) or submission.state is not SubmissionState.VOIDED:
        raise RuleBroken("元に戻せるのは、DX事務局が取り消したものだけです。")
    values = {"voided_at": None, "voided_by_id": None, "void_reason": None}
    if not _change(session, completion, stands=False, values=values):
        raise Moved
    submission.state = SubmissionState.ACCEPTED
    totals.move(session, step_id=completion.step_id, happened_at=completion.happened_at, by=1)
    record(session, StepClimbed(occurred_at=at, completion_id=completion.id, person_id=completion.person_id))
    session.flush()


def _undo(
    session: Session, completion: Completion, *, by_id: int, reason: str, to: SubmissionState, at: datetime
) -> None:
    if not _change(
        session, completion, stands=True, values={"voided_at": at, "voided_by_id": by_id, "void_reason": reason}
    ):
        raise Moved
    completion.submission.state = to
    totals.move(session, step_id=completion.step_id, happened_at=completion.happened_at, by=-1)
    undone = StepUndone(
        occurred_at=at, completion_id=completion.id, person_id=completion.person_id, by_id=by_id, reason=reason
    )
    record(session, undone)
    session.flush()


def _change(session: Session, completion: Completion, *, stands: bool, values: Mapping[str, object]) -> bool:
    """Change the completion if it still stands (or does not); whether it did."""
    condition = Completion.voided_at.is_(None) if stands else Completion.voided_at.is_not(None)
    try:
        with session.begin_nested():
            changed = session.execute(
                update(Completion).where(Completion.id == completion.id, condition).values(values)
            )
    except IntegrityError as error:
        raise RuleBroken("この段はそのあとでもう一度達成されています。元に戻す必要はありません。") from error
    return changed.rowcount == 1  # type: ignore[attr-defined,no-any-return]  # an UPDATE's result has it
