"""What notices do when they hear of a fact: list what stands, and withdraw what does not.

A handler looks at how things stand now, not only at its fact, so facts that come late, twice or
out of order end in the same list. It holds a lock on the row it looks at: whoever changes that row
waits, and their own fact is handled after this one.
"""

from datetime import datetime

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.notices import reading
from app.notices.kinds import NoticeKind
from app.notices.models import NoticeOff
from app.notices.telling import Happening, tell, withdraw, withdraw_from
from badges.models import Award
from challenges.calendar import day_of
from challenges.moderation.texts import find_text
from challenges.outbox import Fact
from challenges.people.counting import is_asked_on
from challenges.people.models import Membership, Person
from challenges.people.org_chart import MANAGING, holds_on
from challenges.recognition.models import Endorsement
from challenges.submissions.models import Completion, CompletionVoid, Submission
from challenges.vocabulary import DecidedHow, SubmissionState, VoidedHow
from challenges.words.kinds import TextRef
from challenges.words.models import Mask

SUBSCRIBER = "notices"
"""The name of these handlers in ``app/subscriptions.py``. It is stored with every delivery."""

_DECIDED_BY_OTHERS = (DecidedHow.MANAGER, DecidedHow.OVERDUE)


def on_waiting_changed(session: Session, fact: Fact, at: datetime) -> None:
    """A submission began to wait, waits for others, or waits no longer."""
    submission = _locked(session, fact.about["submission_id"])
    _tell_who_decides(session, submission, at=at)
    _answered(session, submission, at=at)


def on_submission_sent_back(session: Session, fact: Fact, at: datetime) -> None:
    """Somebody has a question about the person's submission."""
    submission = _locked(session, fact.about["submission_id"])
    asked_at = fact.occurred_at
    told = Happening(
        kind=NoticeKind.QUESTION,
        key=f"question:{submission.id}:{asked_at.timestamp():.0f}",
        subject_id=submission.id,
        step_id=submission.step_id,
        by_id=fact.about["by_id"],
        happened_at=asked_at,
    )
    tell(session, told, people=[submission.person_id], at=at)
    _answered(session, submission, at=at)
    _tell_who_decides(session, submission, at=at)


def on_completion_changed(session: Session, fact: Fact, at: datetime) -> None:
    """A step was climbed, undone or restored, and with it whatever endorses it."""
    completion = _standing_or_not(session, fact.about["completion_id"])
    submission = _locked(session, completion.submission_id)
    _tell_accepted(session, completion, at=at)
    _tell_taken_back(session, completion, at=at)
    for endorsement in session.scalars(
        select(Endorsement).where(Endorsement.completion_id == completion.id)
    ):
        _tell_words(session, endorsement, completion, at=at)
    _tell_who_decides(session, submission, at=at)
    _answered(session, submission, at=at)


def on_endorsement_changed(session: Session, fact: Fact, at: datetime) -> None:
    """Words were given, or taken back."""
    completion = _standing_or_not(session, fact.about["completion_id"])
    endorsement = session.get_one(
        Endorsement, fact.about["endorsement_id"], with_for_update={"read": True}
    )
    _tell_words(session, endorsement, completion, at=at)
    _tell_accepted(session, completion, at=at)


def on_badge_changed(session: Session, fact: Fact, at: datetime) -> None:
    """A badge was awarded, taken back, or is held again, which is no news."""
    person_id, badge = fact.about["person_id"], fact.about["badge"]
    key = f"badge:{badge}"
    its = (Award.person_id == person_id) & (Award.badge_slug == badge)
    stands = session.scalar(
        select(Award.id).where(its, Award.voided_at.is_(None)).with_for_update(read=True)
    )
    if stands is None:
        withdraw_from(
            session, person_id, NoticeKind.BADGE, subject_id=fact.about["award_id"], at=at
        )
        return
    first = session.scalars(select(func.min(Award.recorded_at)).where(its)).one()
    told = Happening(
        kind=NoticeKind.BADGE, key=key, subject_id=stands, happened_at=first or fact.occurred_at
    )
    tell(session, told, people=[person_id], at=at)


def on_mask_changed(session: Session, fact: Fact, at: datetime) -> None:
    """The DX office masked words, or shows them again: their writer is told, and by nobody's
    name."""
    mask = session.get_one(Mask, fact.about["mask_id"], with_for_update={"read": True})
    key = f"masked:{mask.id}"
    if mask.lifted_by_id is not None:
        withdraw(session, key, at=at)
        return
    text = find_text(session, TextRef(mask.kind, mask.text_id))
    told = Happening(
        kind=NoticeKind.MASKED,
        key=key,
        subject_id=mask.id,
        step_id=text.step_id if text else None,
        happened_at=mask.masked_at,
    )
    tell(session, told, people=[mask.writer_id], at=at)


def _locked(session: Session, submission_id: int) -> Submission:
    return session.get_one(
        Submission, submission_id, with_for_update={"read": True}, populate_existing=True
    )


def _standing_or_not(session: Session, completion_id: int) -> Completion:
    return session.get_one(
        Completion, completion_id, with_for_update={"read": True}, populate_existing=True
    )


def _tell_who_decides(session: Session, submission: Submission, *, at: datetime) -> None:
    """One notice for each manager and deputy of the unit that is asked, while it waits."""
    key = f"waiting:{submission.id}"
    if submission.state is not SubmissionState.WAITING or submission.waiting_since is None:
        withdraw(session, key, at=at)
        return
    today = day_of(at)
    asked = session.scalars(
        select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.unit_id == submission.reviewing_unit_id, Membership.kind.in_(MANAGING))
        .where(holds_on(today), is_asked_on(today), Person.id != submission.person_id)
    ).all()
    withdraw(session, key, at=at, but_of=asked)
    told = Happening(
        kind=NoticeKind.WAITING,
        key=key,
        subject_id=submission.id,
        step_id=submission.step_id,
        by_id=submission.person_id,
        happened_at=submission.waiting_since,
    )
    tell(session, told, people=asked, at=at)


def _answered(session: Session, submission: Submission, *, at: datetime) -> None:
    """A question that was answered, or is asked no longer, stays in the list as read."""
    if submission.state is not SubmissionState.SENT_BACK:
        reading.read_about(
            session, submission.person_id, NoticeKind.QUESTION, subject_id=submission.id, at=at
        )


def _tell_accepted(session: Session, completion: Completion, *, at: datetime) -> None:
    key = f"accepted:{completion.id}"
    is_news = completion.voided_at is None and completion.decided_how in _DECIDED_BY_OTHERS
    if not is_news or _came_with_words(session, completion):
        withdraw(session, key, at=at)
        return
    told = Happening(
        kind=NoticeKind.ACCEPTED,
        key=key,
        subject_id=completion.id,
        step_id=completion.step_id,
        by_id=completion.decided_by_id,
        happened_at=completion.decided_at,
    )
    tell(session, told, people=[completion.person_id], at=at)


def _came_with_words(session: Session, completion: Completion) -> bool:
    """Whether the notice of the words tells of the acceptance too: one act is told once. Not if the
    person wants to hear of no words."""
    wants_none = exists().where(
        NoticeOff.person_id == completion.person_id, NoticeOff.kind == NoticeKind.WORDS
    )
    with_words = select(Endorsement.id).where(
        Endorsement.completion_id == completion.id,
        Endorsement.endorser_id == completion.decided_by_id,
        Endorsement.given_at == completion.decided_at,
        Endorsement.withdrawn_at.is_(None),
        ~wants_none,
    )
    return session.scalar(with_words) is not None


def _tell_taken_back(session: Session, completion: Completion, *, at: datetime) -> None:
    void = session.scalars(
        select(CompletionVoid).where(
            CompletionVoid.completion_id == completion.id,
            CompletionVoid.restored_at.is_(None),
            CompletionVoid.voided_how == VoidedHow.OFFICE,
        )
    ).one_or_none()
    if void is None:
        withdraw(session, f"taken-back:{completion.id}", at=at)
        return
    told = Happening(
        kind=NoticeKind.TAKEN_BACK,
        key=f"taken-back:{completion.id}",
        subject_id=completion.id,
        step_id=completion.step_id,
        happened_at=void.voided_at,
    )
    tell(session, told, people=[completion.person_id], at=at)


def _tell_words(
    session: Session, endorsement: Endorsement, completion: Completion, *, at: datetime
) -> None:
    key = f"words:{endorsement.id}"
    if endorsement.withdrawn_at is not None or completion.voided_at is not None:
        withdraw(session, key, at=at)
        return
    told = Happening(
        kind=NoticeKind.WORDS,
        key=key,
        subject_id=endorsement.id,
        step_id=completion.step_id,
        by_id=endorsement.endorser_id,
        happened_at=endorsement.given_at,
    )
    tell(session, told, people=[endorsement.person_id], at=at)
