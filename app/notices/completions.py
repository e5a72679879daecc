"""What somebody hears of a step that they climbed: accepted, vouched for, cheered, taken back.

Each function lists what stands and withdraws what does not, so it may be called at any time. The
caller has locked the rows that it hands over.
"""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from app.notices import reading
from app.notices.kinds import NoticeKind
from app.notices.models import NoticeOff
from app.notices.telling import Happening, keep, tell, withdraw
from challenges.recognition.models import Cheer, Endorsement
from challenges.recognition.silencing import is_silenced
from challenges.submissions.models import Completion, CompletionVoid
from challenges.vocabulary import DecidedHow, VoidedHow

_DECIDED_BY_OTHERS = (DecidedHow.MANAGER, DecidedHow.OVERDUE)


def tell_of_completion(session: Session, completion: Completion, *, at: datetime) -> None:
    """Its person hears that it was accepted, or that the DX office took it back."""
    _tell_accepted(session, completion, at=at)
    _tell_taken_back(session, completion, at=at)


def tell_of_words(
    session: Session, endorsement: Endorsement, completion: Completion, *, at: datetime
) -> None:
    """Its person hears that a manager vouches for it."""
    told = Happening(
        kind=NoticeKind.WORDS,
        key=f"words:{endorsement.id}",
        subject_id=endorsement.id,
        step_id=completion.step_id,
        by_id=endorsement.endorser_id,
        happened_at=endorsement.given_at,
    )
    stands = endorsement.withdrawn_at is None and completion.voided_at is None
    keep(session, told, stands=stands, person_id=endorsement.person_id, at=at)


def tell_of_cheer(session: Session, cheer: Cheer, completion: Completion, *, at: datetime) -> None:
    """Whoever was cheered hears of it. Once they said 「ありがとう」, the giver hears of that, and
    the exchange ends: what was thanked for counts as read, and nothing more is told. Whoever is
    shown no cheers of the giver hears of none."""
    stands = cheer.taken_back_at is None and completion.voided_at is None
    told = Happening(
        kind=NoticeKind.CHEER,
        key=f"cheer:{cheer.id}",
        subject_id=cheer.id,
        step_id=completion.step_id,
        by_id=cheer.giver_id,
        happened_at=cheer.given_at,
    )
    is_shown = not session.scalar(select(is_silenced(cheer.giver_id, cheer.receiver_id)))
    keep(session, told, stands=stands and is_shown, person_id=cheer.receiver_id, at=at)
    if cheer.thanked_at is None:
        return
    reading.read_about(session, cheer.receiver_id, NoticeKind.CHEER, subject_id=cheer.id, at=at)
    thanks = Happening(
        kind=NoticeKind.THANKS,
        key=f"thanks:{cheer.id}",
        subject_id=cheer.id,
        step_id=completion.step_id,
        by_id=cheer.receiver_id,
        happened_at=cheer.thanked_at,
    )
    keep(session, thanks, stands=stands, person_id=cheer.giver_id, at=at)


def _tell_accepted(session: Session, completion: Completion, *, at: datetime) -> None:
    told = Happening(
        kind=NoticeKind.ACCEPTED,
        key=f"accepted:{completion.id}",
        subject_id=completion.id,
        step_id=completion.step_id,
        by_id=completion.decided_by_id,
        happened_at=completion.decided_at,
    )
    stands = (
        completion.voided_at is None
        and completion.decided_how in _DECIDED_BY_OTHERS
        and not _came_with_words(session, completion)
    )
    keep(session, told, stands=stands, person_id=completion.person_id, at=at)


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
    key = f"taken-back:{completion.id}"
    void = session.scalars(
        select(CompletionVoid).where(
            CompletionVoid.completion_id == completion.id,
            CompletionVoid.restored_at.is_(None),
            CompletionVoid.voided_how == VoidedHow.OFFICE,
        )
    ).one_or_none()
    if void is None:
        withdraw(session, key, at=at)
        return
    told = Happening(
        kind=NoticeKind.TAKEN_BACK,
        key=key,
        subject_id=completion.id,
        step_id=completion.step_id,
        happened_at=void.voided_at,
    )
    tell(session, told, people=[completion.person_id], at=at)
