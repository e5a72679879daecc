"""What notices do when they hear of a fact: list what stands, and withdraw what does not.

A handler looks at how things stand now, not only at its fact, so facts that come late, twice or
out of order end in the same list. It holds a lock on the row it looks at: whoever changes that row
waits, and their own fact is handled after this one.
"""

from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.notices import reading
from app.notices.campaigns import looked_after_by
from app.notices.completions import tell_of_cheer, tell_of_completion, tell_of_words
from app.notices.kinds import NoticeKind
from app.notices.telling import Happening, tell, withdraw, withdraw_from
from app.notices.waiting import tell_who_decides, waiting_in
from badges.models import Award
from challenges.calendar import day_of
from challenges.campaigns.meeting import RUNNING
from challenges.campaigns.models import Campaign
from challenges.moderation.texts import find_text
from challenges.outbox import Fact
from challenges.recognition.models import Cheer, Endorsement
from challenges.storage.orm import Base
from challenges.submissions.models import Completion, Submission
from challenges.vocabulary import SubmissionState
from challenges.words.kinds import TextRef
from challenges.words.models import Mask

Row = TypeVar("Row", bound=Base)

SUBSCRIBER = "notices"
"""The name of these handlers in ``app/subscriptions.py``. It is stored with every delivery."""


def on_waiting_changed(session: Session, fact: Fact, at: datetime) -> None:
    """A submission began to wait, waits for others, or waits no longer."""
    _tell_of_submission(session, _locked(session, Submission, fact.about["submission_id"]), at=at)


def on_submission_sent_back(session: Session, fact: Fact, at: datetime) -> None:
    """Somebody has a question about the person's submission."""
    submission = _locked(session, Submission, fact.about["submission_id"])
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
    _tell_of_submission(session, submission, at=at)


def on_deputies_changed(session: Session, fact: Fact, at: datetime) -> None:
    """Somebody was named to stand in for a manager, or does so no longer. What waits for the unit
    waits for them too, or not."""
    waiting = waiting_in(session, unit_id=fact.about["unit_id"])
    tell_who_decides(session, waiting, at=at)


def on_completion_changed(session: Session, fact: Fact, at: datetime) -> None:
    """A step was climbed, undone or restored, and with it the words and cheers for it."""
    completion = _locked(session, Completion, fact.about["completion_id"])
    submission = _locked(session, Submission, completion.submission_id)
    tell_of_completion(session, completion, at=at)
    for endorsement in session.scalars(
        select(Endorsement).where(Endorsement.completion_id == completion.id)
    ):
        tell_of_words(session, endorsement, completion, at=at)
    for cheer in session.scalars(select(Cheer).where(Cheer.completion_id == completion.id)):
        tell_of_cheer(session, cheer, completion, at=at)
    _tell_of_submission(session, submission, at=at)


def on_endorsement_changed(session: Session, fact: Fact, at: datetime) -> None:
    """Words were given, or taken back."""
    completion = _locked(session, Completion, fact.about["completion_id"])
    endorsement = _locked(session, Endorsement, fact.about["endorsement_id"])
    tell_of_words(session, endorsement, completion, at=at)
    tell_of_completion(session, completion, at=at)


def on_cheer_changed(session: Session, fact: Fact, at: datetime) -> None:
    """A cheer was given, taken back, or thanked for."""
    completion = _locked(session, Completion, fact.about["completion_id"])
    cheer = _locked(session, Cheer, fact.about["cheer_id"])
    tell_of_cheer(session, cheer, completion, at=at)


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


def on_campaign_needs_attention(session: Session, fact: Fact, at: datetime) -> None:
    """The lint of last night found errors in what is scheduled or open: whoever looks after it is
    told, unless it was mended or is over by now."""
    campaign = _locked(session, Campaign, fact.about["campaign_id"])
    key = f"campaign-mend:{campaign.id}"
    if not campaign.error_codes or campaign.state not in RUNNING:
        withdraw(session, key, at=at)
        return
    told = Happening(
        kind=NoticeKind.CAMPAIGN_MEND,
        key=key,
        subject_id=campaign.id,
        happened_at=fact.occurred_at,
    )
    people = looked_after_by(session, campaign, on=day_of(at))
    tell(session, told, people=people, at=at)


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


def _locked(session: Session, table: type[Row], row_id: int) -> Row:
    return session.get_one(table, row_id, with_for_update={"read": True}, populate_existing=True)


def _tell_of_submission(session: Session, submission: Submission, *, at: datetime) -> None:
    """Those for whom it waits hear of it. A question that was answered, or is asked no longer,
    stays in the list as read."""
    tell_who_decides(session, [submission.id], at=at)
    if submission.state is not SubmissionState.SENT_BACK:
        reading.read_about(
            session, submission.person_id, NoticeKind.QUESTION, subject_id=submission.id, at=at
        )
