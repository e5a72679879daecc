"""What the DX office does about words, each act with its line in the audit log. The log holds the
reason, and never the words or who reported them."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.consultation import enter_desk, version_in_force
from app.studio import audit
from challenges.moderation import masking, opening
from challenges.words.kinds import TextRef
from challenges.words.models import SealedWords

SEALED = "sealed_words"
CONSULTATION = "consultation"
OPENED = "seal_opened"


def mask(session: Session, ref: TextRef, *, by_id: int, reason: str, at: datetime) -> None:
    """Mask a text. Raises what ``masking.mask`` raises."""
    masking.mask(session, ref, by_id=by_id, reason=reason, at=at)
    _note(session, "masked", ref, reason=masking.checked_reason(reason), by_id=by_id, at=at)


def lift(session: Session, ref: TextRef, *, by_id: int, at: datetime) -> None:
    """Show a masked text again. Raises what ``masking.lift`` raises."""
    masking.lift(session, ref, by_id=by_id, at=at)
    _note(session, "mask_lifted", ref, by_id=by_id, at=at)


def let_stand(session: Session, ref: TextRef, *, by_id: int, note: str, at: datetime) -> None:
    """Let a reported text stand. Raises what ``masking.let_stand`` raises."""
    masking.let_stand(session, ref, by_id=by_id, note=note, at=at)
    note = masking.checked_reason(note, field="note")
    _note(session, audit.LET_STAND, ref, reason=note, by_id=by_id, at=at)


def reopen(session: Session, ref: TextRef, *, by_id: int, at: datetime) -> None:
    """Let the reports of a text wait again. Raises what ``masking.reopen`` raises."""
    masking.reopen(session, ref, by_id=by_id)
    _note(session, audit.REPORT_REOPENED, ref, by_id=by_id, at=at)


def open_seal(
    session: Session, sealed_id: int, *, by_id: int, reason: str, at: datetime
) -> SealedWords | None:
    """Open sealed words, with a reason; None if they are gone. Raises OwnWords, InvalidField."""
    found = opening.opened(session, sealed_id, by_id=by_id)
    if found is None:
        return None
    audit.note(
        session,
        act=OPENED,
        subject=SEALED,
        subject_id=sealed_id,
        subject_name=found.kind.value,
        reason=masking.checked_reason(reason),
        by_id=by_id,
        at=at,
    )
    return found


def read_opened(
    session: Session, sealed_id: int, *, by_id: int, at: datetime
) -> SealedWords | None:
    """The sealed words, if this person gave a reason within the last minutes. Raises OwnWords."""
    last = audit.last_of(session, subject=SEALED, subject_id=sealed_id, acts=[OPENED], by_id=by_id)
    if last is None or at - last.at > opening.OPEN_FOR:
        return None
    return opening.opened(session, sealed_id, by_id=by_id)


def enter_consultation_desk(
    session: Session, texts: Mapping[str, str], *, after: int, by_id: int, at: datetime
) -> None:
    """Enter the contact of the consultation desk. Raises what ``enter_desk`` raises."""
    before = version_in_force(session)
    told = before.texts() if before else None
    if not enter_desk(session, texts, after=after, by_id=by_id, at=at):
        return
    now_in_force = version_in_force(session)
    audit.note(
        session,
        act="desk_entered",
        subject=CONSULTATION,
        subject_id=after + 1,
        before=told,
        after=now_in_force.texts() if now_in_force else None,
        by_id=by_id,
        at=at,
    )


def enter_kept_days(session: Session, days: int, *, by_id: int, at: datetime) -> None:
    """Enter for how many days sealed words are kept. Raises InvalidField."""
    before = opening.kept_days(session)
    opening.enter_kept_days(session, days, by_id=by_id, at=at)
    audit.note(
        session,
        act="term_entered",
        subject=SEALED,
        subject_id=None,
        before={"kept_days": before},
        after={"kept_days": days},
        by_id=by_id,
        at=at,
    )


def _note(
    session: Session, act: str, ref: TextRef, *, by_id: int, at: datetime, reason: str = ""
) -> None:
    audit.note(
        session,
        act=act,
        subject=audit.WORDS,
        subject_id=ref.id,
        subject_name=ref.kind.value,
        reason=reason,
        by_id=by_id,
        at=at,
    )
