"""The DX office takes a completion back, with a reason, and restores it. Nothing that ever counted
is deleted.

Each time is a row of ``CompletionVoid``, which restoring closes. The columns of the completion that
say the same change in the same transaction.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from challenges.errors import N_, AlreadyDecided, InvalidField, RuleBroken
from challenges.outbox import record
from challenges.submissions import totals
from challenges.submissions.events import StepRestored, StepUndone
from challenges.submissions.models import OPEN, Completion, CompletionVoid, Submission
from challenges.submissions.states import move
from challenges.text import as_written, has_length
from challenges.vocabulary import SubmissionState, VoidedHow

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
    if not has_length(reason, REASON_LENGTH):
        raise InvalidField(
            "本人に伝わる理由を%(shortest)s文字から%(longest)s文字で書いてください。",
            field="reason",
            shortest=shortest,
            longest=longest,
        )
    take_back(session, completion, how=VoidedHow.OFFICE, by_id=by_id, reason=reason, at=at)


def undone_by(completion: Completion) -> VoidedHow | None:
    """Who took it back, or None while it stands."""
    if completion.voided_at is None or completion.open_void is None:
        return None
    return completion.open_void.voided_how


def may_restore(completion: Completion) -> bool:
    """Whether the DX office took it back. A person climbs again what they withdrew, and what a
    manager took back waits again."""
    return undone_by(completion) is VoidedHow.OFFICE


def restore(
    session: Session, completion: Completion, *, at: datetime, by_id: int | None = None
) -> None:
    """The DX office lets a voided completion stand again. An open submission of its person on the
    step is withdrawn.

    Raises RuleBroken if somebody else took it back, or the step was climbed again since.
    """
    if not may_restore(completion):
        raise RuleBroken("元に戻せるのは、DX事務局が取り消したものだけです。")
    _drop_open_submission(session, completion)
    _give_back(session, completion, by_id=by_id, at=at)
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
    how: VoidedHow,
    by_id: int,
    reason: str,
    at: datetime,
) -> None:
    """Let a completion stand no longer. The caller has checked who may.

    Raises AlreadyDecided if it does not stand, RuleBroken if its step was submitted again.
    """
    void = {"voided_at": at, "voided_by_id": by_id}
    with _changing(session, completion, to=STATE_AFTER[how]):
        _update(session, completion, Completion.voided_at.is_(None), **void, void_reason=reason)
        undecided = {"decided_at": None, "decided_by_id": None}
        move(
            session,
            completion.submission,
            start=SubmissionState.ACCEPTED,
            to=STATE_AFTER[how],
            **(undecided if how is VoidedHow.MANAGER else {}),
        )
        row = {"completion_id": completion.id, "voided_how": how, "reason": reason}
        session.execute(insert(CompletionVoid).values(**row, **void))
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


def _give_back(
    session: Session, completion: Completion, *, by_id: int | None, at: datetime
) -> None:
    void = {"voided_at": None, "voided_by_id": None, "void_reason": None}
    with _changing(session, completion, to=SubmissionState.ACCEPTED):
        _update(session, completion, Completion.voided_at.is_not(None), **void)
        move(
            session,
            completion.submission,
            start=SubmissionState.VOIDED,
            to=SubmissionState.ACCEPTED,
        )
        session.execute(
            update(CompletionVoid)
            .where(
                CompletionVoid.completion_id == completion.id, CompletionVoid.restored_at.is_(None)
            )
            .values(restored_at=at, restored_by_id=by_id)
        )


@contextmanager
def _changing(session: Session, completion: Completion, *, to: SubmissionState) -> Iterator[None]:
    """All or nothing. Raises RuleBroken if its person climbed or submitted the step again: only
    the unique keys can tell, because somebody may do so at this moment."""
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        raise RuleBroken(_AGAIN[to]) from error
    session.expire(completion, ["open_void"])


def _update(
    session: Session, completion: Completion, condition: ColumnElement[bool], **values: object
) -> None:
    """Raises AlreadyDecided if somebody was quicker, and the condition does not hold."""
    changed = session.execute(
        update(Completion).where(Completion.id == completion.id, condition).values(values)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise AlreadyDecided


STATE_AFTER = {
    VoidedHow.PERSON: SubmissionState.WITHDRAWN,
    VoidedHow.MANAGER: SubmissionState.WAITING,
    VoidedHow.OFFICE: SubmissionState.VOIDED,
}
"""Of the submission, by who took its completion back."""

_AGAIN = {
    SubmissionState.ACCEPTED: N_(
        "この段はそのあとでもう一度達成されています。元に戻す必要はありません。"
    ),
    SubmissionState.WAITING: N_(
        "この段はそのあとでもう一度申請されています。新しい申請のほうを見てください。"
    ),
}
