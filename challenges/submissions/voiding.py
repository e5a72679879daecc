"""The DX office takes a completion back, with a reason, and restores it. Nothing that ever counted
is deleted.

Each time is a row of ``CompletionVoid``, which restoring closes. The columns of the completion that
say the same change in the same transaction. What the person wrote stays theirs: see ``_leave``.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from sqlalchemy import ColumnElement, insert, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from challenges.errors import N_, AlreadyClimbed, AlreadyDecided, InvalidField, RuleBroken
from challenges.outbox import record
from challenges.submissions import totals
from challenges.submissions.events import StepRestored, StepUndone, WaitingChanged
from challenges.submissions.models import OPEN, Completion, CompletionVoid, Practice, Submission
from challenges.submissions.saving import save
from challenges.submissions.sealing_words import take_words_back
from challenges.submissions.states import move
from challenges.submissions.submitting import open_submission
from challenges.text import as_written, has_length
from challenges.vocabulary import SubmissionState, VoidedHow
from challenges.words.withheld import own

REASON_LENGTH = (5, 400)
WITHDRAWN_REASON = "本人の取り下げ"
REGRET_REASON = "確認した人の取り消し"


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
    _leave(session, completion.submission, at=at)


def _leave(session: Session, voided: Submission, *, at: datetime) -> None:
    """Leave the person a draft with their words and days: the voided submission itself must stay as
    it is, so that it can be restored."""
    if not has_words(voided):
        return
    draft = open_submission(
        session,
        person_id=voided.person_id,
        step_id=voided.step_id,
        version=voided.challenge_version,
        at=at,
    )
    draft.is_already_doing = voided.is_already_doing
    draft.reflection, draft.link = own(voided.reflection), voided.link
    try:
        save(session, draft)
    except AlreadyClimbed:
        return  # the person has begun the step again by now
    days = select(literal(draft.id), Practice.day, Practice.reflection, Practice.recorded_at).where(
        Practice.submission_id == voided.id
    )
    session.execute(
        insert(Practice).from_select(["submission_id", "day", "reflection", "recorded_at"], days)
    )


def has_words(submission: Submission) -> bool:
    """Whether the person wrote anything that would be lost. A quiz has answers alone."""
    return bool(submission.reflection or submission.link)


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
    _drop_open_submission(session, completion, at=at)
    _give_back(session, completion, by_id=by_id, at=at)
    totals.move(session, step_id=completion.step_id, happened_at=completion.happened_at, by=1)
    record(
        session,
        StepRestored(occurred_at=at, completion_id=completion.id, person_id=completion.person_id),
    )
    session.flush()


def _drop_open_submission(session: Session, completion: Completion, *, at: datetime) -> None:
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
        take_words_back(session, submission, at=at)
        move(session, submission, to=SubmissionState.WITHDRAWN, waiting_since=None)
        record(session, WaitingChanged.of(submission, at=at))


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
    state = _state_after(how, completion.submission)
    with _changing(session, completion, to=state):
        _update(session, completion, Completion.voided_at.is_(None), **void, void_reason=reason)
        move(
            session,
            completion.submission,
            start=SubmissionState.ACCEPTED,
            to=state,
            **_CLEARED.get(state, {}),
        )
        row = {"completion_id": completion.id, "voided_how": how, "reason": reason}
        session.execute(insert(CompletionVoid).values(**row, **void))
    totals.move(session, step_id=completion.step_id, happened_at=completion.happened_at, by=-1)
    undone = StepUndone(
        occurred_at=at,
        completion_id=completion.id,
        person_id=completion.person_id,
        by_id=by_id,
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


def _state_after(how: VoidedHow, submission: Submission) -> SubmissionState:
    """The state of a submission whose completion was taken back."""
    if how is VoidedHow.MANAGER:
        return SubmissionState.WAITING
    if how is VoidedHow.OFFICE:
        return SubmissionState.VOIDED
    return SubmissionState.DRAFT if has_words(submission) else SubmissionState.WITHDRAWN


_UNDECIDED: dict[str, object] = {"decided_at": None, "decided_by_id": None}
_CLEARED: dict[SubmissionState, dict[str, object]] = {
    SubmissionState.WAITING: _UNDECIDED,
    # A draft is submitted anew, on the day of the new submission.
    SubmissionState.DRAFT: {**_UNDECIDED, "submitted_at": None, "waiting_since": None},
}
"""What a submission forgets on its way to a state."""

_IN_TWO_PLACES = N_("この段はそのあとでもう一度申請されています。新しい申請のほうを見てください。")
_AGAIN = {
    SubmissionState.ACCEPTED: N_(
        "この段はそのあとでもう一度達成されています。元に戻す必要はありません。"
    ),
    SubmissionState.WAITING: _IN_TWO_PLACES,
    SubmissionState.DRAFT: _IN_TWO_PLACES,
}


def let_reasons_go(session: Session, void_ids: Sequence[int], *, instead: str) -> None:
    """Put the sentence in the place of the reasons that completions repeat of these open voids."""
    open_voids = select(CompletionVoid.completion_id).where(
        CompletionVoid.id.in_(void_ids), CompletionVoid.restored_at.is_(None)
    )
    session.execute(
        update(Completion)
        .where(Completion.id.in_(open_voids))
        .values(void_reason=instead)
        .execution_options(synchronize_session=False)
    )
