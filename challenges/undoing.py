"""Taking back: a person withdraws their own, a manager who thinks again takes an acceptance back, the DX office voids
with a reason and restores. Nothing that ever counted is deleted.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import delete, exists, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from challenges import totals
from challenges.errors import N_, FieldWrong, Moved, NotAllowed, RuleBroken
from challenges.events import StepRestored, StepUndone
from challenges.models import OPEN, Completion, DecidedHow, Practice, Submission, SubmissionState
from challenges.outbox import record
from challenges.tokyo import month_of
from challenges.written import as_written

WINDOW = timedelta(days=7)
"""How long a person may withdraw a completion by themself."""
WITHDRAWN_REASON = "本人の取り下げ"
REGRET = timedelta(minutes=10)
"""How long a manager may take an acceptance back."""
REGRET_REASON = "受けとめた人の取り消し"
REASON_LENGTH = (5, 400)


def withdraw_claim(session: Session, submission: Submission, *, by_id: int) -> None:
    """Drop an open claim of one's own; asked twice it is dropped once. Raises NotAllowed, Moved."""
    if submission.person_id != by_id:
        raise NotAllowed("取り下げられるのは本人だけです。")
    session.refresh(submission, with_for_update=True)
    if submission.state is SubmissionState.WITHDRAWN:
        return
    if submission.state not in OPEN:
        raise Moved
    _move_claim(session, submission, start=submission.state, to=SubmissionState.WITHDRAWN)


def reopen_claim(session: Session, submission: Submission, *, by_id: int) -> None:
    """Take a waiting claim of one's own back as a draft, to word it anew. Raises NotAllowed, Moved."""
    if submission.person_id != by_id:
        raise NotAllowed("書き直せるのは本人だけです。")
    session.refresh(submission, with_for_update=True)
    if submission.state is SubmissionState.DRAFT:
        return
    _move_claim(session, submission, start=SubmissionState.WAITING, to=SubmissionState.DRAFT)


def remove_day(session: Session, submission: Submission, *, by_id: int, day: date) -> None:
    """Take one wrong day out of a habit of one's own that is not done yet; without its last day the claim is dropped.

    A day that is not there is no fault. Raises NotAllowed, Moved. Who writes down a day at the same time waits, or is
    waited for.
    """
    if submission.person_id != by_id:
        raise NotAllowed("消せるのは本人だけです。")
    session.refresh(submission, with_for_update=True)
    if submission.state is SubmissionState.WITHDRAWN:
        return
    if submission.state is not SubmissionState.DRAFT:
        raise Moved
    session.execute(delete(Practice).where(Practice.submission_id == submission.id, Practice.day == day))
    if not session.scalar(select(exists().where(Practice.submission_id == submission.id))):
        _move_claim(session, submission, start=SubmissionState.DRAFT, to=SubmissionState.WITHDRAWN)


def _move_claim(session: Session, submission: Submission, *, start: SubmissionState, to: SubmissionState) -> None:
    """Take the claim out of the queue, if it is where it is thought to be. Raises Moved."""
    changed = session.execute(
        update(Submission)
        .where(Submission.id == submission.id, Submission.state == start)
        .values(state=to, waiting_since=None)
    )
    if changed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        raise Moved


def may_withdraw(completion: Completion, *, by_id: int, at: datetime) -> bool:
    """Whether this person may still withdraw it: their own, standing, written down at most seven days ago."""
    is_own = completion.person_id == by_id
    return is_own and completion.voided_at is None and at - completion.recorded_at <= WINDOW


def withdraw(session: Session, completion: Completion, *, by_id: int, at: datetime) -> None:
    """Take one's own completion back; asked twice it is done once. Raises NotAllowed, RuleBroken after the window."""
    if completion.person_id != by_id:
        raise NotAllowed("取り下げられるのは本人だけです。")
    session.refresh(completion, with_for_update=True)
    if undone_by(completion) is UndoneBy.PERSON:
        return
    if not may_withdraw(completion, by_id=by_id, at=at):
        raise RuleBroken("取り下げは記録から7日までです。必要なときはDX事務局に声をかけてください。")
    _undo(session, completion, by_id=by_id, reason=WITHDRAWN_REASON, to=SubmissionState.WITHDRAWN, at=at)


def withdraw_acceptance(session: Session, completion: Completion, *, by_id: int, at: datetime) -> None:
    """A manager thinks again: the claim waits as before, at its old place in the queue.

    Raises NotAllowed, Moved, RuleBroken after ten minutes or where the step was claimed again since.
    """
    if (completion.decided_by_id, completion.decided_how) != (by_id, DecidedHow.MANAGER):
        raise NotAllowed("元に戻せるのは、受けとめた本人だけです。")
    if completion.voided_at is not None:
        raise Moved
    if at - completion.decided_at > REGRET:
        raise RuleBroken("元に戻せるのは、受けとめてから10分までです。必要なときはDX事務局に声をかけてください。")
    _undo(session, completion, by_id=by_id, reason=REGRET_REASON, to=SubmissionState.WAITING, at=at)


def withdraw_acceptances(session: Session, completions: Iterable[Completion], *, by_id: int, at: datetime) -> int:
    """Take back what was accepted together, as far as it still stands; how many wait again. Raises as the one above,
    and Moved where none did."""
    returned = 0
    for completion in sorted(completions, key=_cell):
        try:
            withdraw_acceptance(session, completion, by_id=by_id, at=at)
        except Moved:
            continue
        returned += 1
    if not returned:
        raise Moved
    return returned


def void(session: Session, completion: Completion, *, by_id: int, reason: str, at: datetime) -> None:
    """The DX office takes a completion back, with a reason for the person. The caller has checked the role."""
    reason = as_written(reason)
    shortest, longest = REASON_LENGTH
    if not shortest <= len(reason) <= longest:
        raise FieldWrong("本人に伝わる理由を5文字から400文字で書いてください。", field="reason")
    _undo(session, completion, by_id=by_id, reason=reason, to=SubmissionState.VOIDED, at=at)


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
    return UndoneBy.MANAGER if said == (completion.decided_by_id, REGRET_REASON) else UndoneBy.OFFICE


def may_restore(completion: Completion) -> bool:
    """Whether the DX office took it back; what a person withdrew is theirs to climb again, and what a manager had
    accepted and taken back before is over."""
    submission = completion.submission
    is_last = completion.decided_at == submission.decided_at
    return completion.voided_at is not None and submission.state is SubmissionState.VOIDED and is_last


def restore(session: Session, completion: Completion, *, at: datetime) -> None:
    """The DX office gives a voided completion back; what its person claims anew for the step is settled by that.

    Raises RuleBroken where the step was climbed again since.
    """
    if not may_restore(completion):
        raise RuleBroken("元に戻せるのは、DX事務局が取り消したものだけです。")
    session.execute(  # before the completion: whoever decides a claim locks in that order too
        update(Submission)
        .where(Submission.person_id == completion.person_id, Submission.step_id == completion.step_id)
        .where(Submission.state.in_(OPEN))
        .values(state=SubmissionState.WITHDRAWN, waiting_since=None)
    )
    values = {"voided_at": None, "voided_by_id": None, "void_reason": None}
    _change(session, completion, stands=False, values=values, to=SubmissionState.ACCEPTED)
    totals.move(session, step_id=completion.step_id, happened_at=completion.happened_at, by=1)
    record(session, StepRestored(occurred_at=at, completion_id=completion.id, person_id=completion.person_id))
    session.flush()


def _undo(
    session: Session, completion: Completion, *, by_id: int, reason: str, to: SubmissionState, at: datetime
) -> None:
    values = {"voided_at": at, "voided_by_id": by_id, "void_reason": reason}
    _change(session, completion, stands=True, values=values, to=to)
    totals.move(session, step_id=completion.step_id, happened_at=completion.happened_at, by=-1)
    undone = StepUndone(
        occurred_at=at, completion_id=completion.id, person_id=completion.person_id, by_id=by_id, reason=reason
    )
    record(session, undone)
    session.flush()


def _change(
    session: Session, completion: Completion, *, stands: bool, values: Mapping[str, object], to: SubmissionState
) -> None:
    """Change the completion and its claim's state. Raises Moved unless it still stands (or does not), RuleBroken where
    the step is climbed or claimed again."""
    condition = Completion.voided_at.is_(None) if stands else Completion.voided_at.is_not(None)
    claim = completion.submission
    try:
        with session.begin_nested():
            changed = session.execute(
                update(Completion).where(Completion.id == completion.id, condition).values(values)
            )
            if changed.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
                raise Moved
            claim.state = to
            if to is SubmissionState.WAITING:
                claim.decided_at = claim.decided_by_id = None
    except IntegrityError as error:
        raise RuleBroken(_AGAIN[to]) from error


_AGAIN = {
    SubmissionState.ACCEPTED: N_("この段はそのあとでもう一度達成されています。元に戻す必要はありません。"),
    SubmissionState.WAITING: N_("この段はそのあとでもう一度申請されています。新しい申請のほうを見てください。"),
}


def _cell(completion: Completion) -> tuple[int, date, int]:
    """By the total that each will move, so that two transactions never wait for each other's rows crosswise."""
    return completion.step_id, month_of(completion.happened_at), completion.id
