"""A person withdraws their own submission or completion; a manager takes back an acceptance.

Nothing that ever counted is deleted, and what the person wrote for a completion is theirs again as
a draft. The DX office voids and restores: see ``voiding``.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from challenges.errors import AlreadyDecided, NotAllowed, RuleBroken
from challenges.outbox import record
from challenges.submissions.events import WaitingChanged
from challenges.submissions.models import OPEN, Completion, Submission
from challenges.submissions.sealing_words import seal_step, take_words_back
from challenges.submissions.states import move
from challenges.submissions.totals import in_lock_order
from challenges.submissions.voiding import (
    REGRET_REASON,
    WITHDRAWN_REASON,
    take_back,
    undone_by,
)
from challenges.vocabulary import DecidedHow, SubmissionState, VoidedHow
from challenges.words.kinds import SealedBecause

WINDOW = timedelta(days=7)
"""How long a person may withdraw their own completion."""
REGRET = timedelta(minutes=10)
"""How long a manager may take an acceptance back."""


def withdraw_submission(
    session: Session, submission: Submission, *, by_id: int, at: datetime
) -> None:
    """Withdraw one's own open submission. A second call changes nothing.

    Raises NotAllowed if it is somebody else's, AlreadyDecided if it is not open.
    """
    if submission.person_id != by_id:
        raise NotAllowed("取り下げられるのは本人だけです。")
    session.refresh(submission, with_for_update={"of": Submission})
    if submission.state is SubmissionState.WITHDRAWN:
        return
    if submission.state not in OPEN:
        raise AlreadyDecided
    take_words_back(session, submission, at=at)
    move(session, submission, to=SubmissionState.WITHDRAWN, waiting_since=None)
    record(session, WaitingChanged.of(submission, at=at))
    session.flush()


def reopen_submission(
    session: Session, submission: Submission, *, by_id: int, at: datetime
) -> None:
    """Turn one's own waiting submission into a draft, to word it anew. A second call changes
    nothing.

    Raises NotAllowed if it is somebody else's, AlreadyDecided if it does not wait.
    """
    if submission.person_id != by_id:
        raise NotAllowed("書き直せるのは本人だけです。")
    session.refresh(submission, with_for_update={"of": Submission})
    if submission.state is SubmissionState.DRAFT:
        return
    move(
        session,
        submission,
        start=SubmissionState.WAITING,
        to=SubmissionState.DRAFT,
        waiting_since=None,
    )
    record(session, WaitingChanged.of(submission, at=at))
    session.flush()


def may_withdraw(completion: Completion, *, by_id: int, at: datetime) -> bool:
    """Whether this person may withdraw it: it is their own, stands, and was recorded at most seven
    days ago."""
    is_own = completion.person_id == by_id
    return is_own and completion.voided_at is None and at - completion.recorded_at <= WINDOW


def withdraw(session: Session, completion: Completion, *, by_id: int, at: datetime) -> None:
    """Withdraw one's own completion. Its words and days become a draft. A second call changes
    nothing.

    Raises NotAllowed if it is somebody else's, RuleBroken after the window.
    """
    if completion.person_id != by_id:
        raise NotAllowed("取り下げられるのは本人だけです。")
    session.refresh(completion, with_for_update={"of": Completion})
    if undone_by(completion) is VoidedHow.PERSON:
        return
    if not may_withdraw(completion, by_id=by_id, at=at):
        raise RuleBroken(
            "取り下げは記録から%(days)s日までです。必要なときはDX事務局に声をかけてください。",
            days=WINDOW.days,
        )
    # A copy: what they wrote stays theirs, and they may change it from now on as they like.
    session.refresh(completion.submission, with_for_update={"of": Submission})
    seal_step(session, completion.submission, because=SealedBecause.TAKEN_BACK, at=at)
    take_back(
        session,
        completion,
        how=VoidedHow.PERSON,
        by_id=by_id,
        reason=WITHDRAWN_REASON,
        at=at,
    )


def withdraw_acceptance(
    session: Session, completion: Completion, *, by_id: int, at: datetime
) -> None:
    """A manager takes their acceptance back. The submission waits again, at its old place in
    the queue.

    Raises NotAllowed if somebody else accepted it, AlreadyDecided if it does not stand, RuleBroken
    after ten minutes or if the step was submitted again since.
    """
    if (completion.decided_by_id, completion.decided_how) != (by_id, DecidedHow.MANAGER):
        raise NotAllowed("取り消せるのは、確認した本人だけです。")
    if completion.voided_at is not None:
        raise AlreadyDecided
    if at - completion.decided_at > REGRET:
        raise RuleBroken(
            "取り消せるのは、確認してから%(minutes)s分までです。"
            "必要なときはDX事務局に声をかけてください。",
            minutes=REGRET // timedelta(minutes=1),
        )
    take_back(session, completion, how=VoidedHow.MANAGER, by_id=by_id, reason=REGRET_REASON, at=at)


def withdraw_acceptances(
    session: Session, completions: Iterable[Completion], *, by_id: int, at: datetime
) -> int:
    """Take back several acceptances, those that still stand; how many wait again.

    Raises what ``withdraw_acceptance`` raises; AlreadyDecided only if none stands.
    """
    returned = 0
    for completion in in_lock_order(completions):
        try:
            withdraw_acceptance(session, completion, by_id=by_id, at=at)
        except AlreadyDecided:
            continue
        returned += 1
    if not returned:
        raise AlreadyDecided
    return returned
