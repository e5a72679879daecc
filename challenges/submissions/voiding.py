"""The DX office takes a completion back, with a reason, and gives it back. Nothing that ever
counted is deleted."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from challenges.errors import N_, AlreadyDecided, InvalidField, RuleBroken
from challenges.outbox import record
from challenges.submissions import totals
from challenges.submissions.events import StepRestored, StepUndone
from challenges.submissions.models import OPEN, Completion, Submission
from challenges.submissions.states import move
from challenges.text import as_written
from challenges.vocabulary import SubmissionState

REASON_LENGTH = (5, 400)
WITHDRAWN_REASON = "本人の取り下げ"
REGRET_REASON = "受けとめた人の取り消し"


def void(
    session: Session, completion: Completion, *, by_id: int, reason: str, at: datetime
) -> None:
    """The DX office takes a completion back, with a reason for the person. The caller has checked
    the role."""
    reason = as_written(reason)
    shortest, longest = REASON_LENGTH
    if not shortest <= len(reason) <= longest:
        raise InvalidField("本人に伝わる理由を5文字から400文字で書いてください。", field="reason")
    take_back(session, completion, by_id=by_id, reason=reason, to=SubmissionState.VOIDED, at=at)


class UndoneBy(StrEnum):
    """Who took a completion back."""

    PERSON = "PERSON"
    MANAGER = "MANAGER"
    """Who had accepted it thought again."""
    OFFICE = "OFFICE"


def undone_by(completion: Completion) -> UndoneBy | None:
    """Who took it back, or None while it stands."""
    if completion.voided_at is None:
        return None
    said = completion.voided_by_id, completion.void_reason
    if said == (completion.person_id, WITHDRAWN_REASON):
        return UndoneBy.PERSON
    return (
        UndoneBy.MANAGER if said == (completion.decided_by_id, REGRET_REASON) else UndoneBy.OFFICE
    )


def may_restore(completion: Completion) -> bool:
    """Whether the DX office took it back; what a person withdrew is theirs to climb again, and what
    a manager had accepted and taken back before is over."""
    submission = completion.submission
    is_last = completion.decided_at == submission.decided_at
    return (
        completion.voided_at is not None and submission.state is SubmissionState.VOIDED and is_last
    )


def restore(session: Session, completion: Completion, *, at: datetime) -> None:
    """The DX office gives a voided completion back; what its person submissions anew for the step
    is settled by that.

    Raises RuleBroken where the step was climbed again since.
    """
    if not may_restore(completion):
        raise RuleBroken("元に戻せるのは、DX事務局が取り消したものだけです。")
    _drop_open_submission(session, completion)
    values = {"voided_at": None, "voided_by_id": None, "void_reason": None}
    _change(session, completion, stands=False, values=values, to=SubmissionState.ACCEPTED)
    totals.move(session, step_id=completion.step_id, happened_at=completion.happened_at, by=1)
    record(
        session,
        StepRestored(occurred_at=at, completion_id=completion.id, person_id=completion.person_id),
    )
    session.flush()


def _drop_open_submission(session: Session, completion: Completion) -> None:
    """Withdraw what the person submitted for the step since. There is at most one."""
    # Locked before the completion: whoever decides a submission locks in that order too.
    submission = session.scalars(
        select(Submission)
        .where(
            Submission.person_id == completion.person_id, Submission.step_id == completion.step_id
        )
        .where(Submission.state.in_(OPEN))
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one_or_none()
    if submission is not None:
        move(session, submission, to=SubmissionState.WITHDRAWN, waiting_since=None)


def take_back(
    session: Session,
    completion: Completion,
    *,
    by_id: int,
    reason: str,
    to: SubmissionState,
    at: datetime,
) -> None:
    values = {"voided_at": at, "voided_by_id": by_id, "void_reason": reason}
    _change(session, completion, stands=True, values=values, to=to)
    totals.move(session, step_id=completion.step_id, happened_at=completion.happened_at, by=-1)
    undone = StepUndone(
        occurred_at=at,
        completion_id=completion.id,
        person_id=completion.person_id,
        by_id=by_id,
        reason=reason,
    )
    record(session, undone)
    session.flush()


def _change(
    session: Session,
    completion: Completion,
    *,
    stands: bool,
    values: Mapping[str, object],
    to: SubmissionState,
) -> None:
    """Change the completion and its submission's state. Raises AlreadyDecided unless it still
    stands (or does not), RuleBroken where the step is climbed or submitted again."""
    condition = Completion.voided_at.is_(None) if stands else Completion.voided_at.is_not(None)
    try:
        with session.begin_nested():
            changed = session.execute(
                update(Completion).where(Completion.id == completion.id, condition).values(values)
            )
            if changed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
                raise AlreadyDecided
            undecided = {"decided_at": None, "decided_by_id": None}
            move(
                session,
                completion.submission,
                start=SubmissionState.ACCEPTED if stands else SubmissionState.VOIDED,
                to=to,
                **(undecided if to is SubmissionState.WAITING else {}),
            )
    except IntegrityError as error:
        raise RuleBroken(_AGAIN[to]) from error


_AGAIN = {
    SubmissionState.ACCEPTED: N_(
        "この段はそのあとでもう一度達成されています。元に戻す必要はありません。"
    ),
    SubmissionState.WAITING: N_(
        "この段はそのあとでもう一度申請されています。新しい申請のほうを見てください。"
    ),
}
