"""The DX office masks words at once, with a reason to their writer, or lets them stand with a note,
and takes either back. What the words belong to stays and counts.

The caller has checked the role, and writes the audit log.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from challenges.errors import N_, InvalidField, NotAllowed, RuleBroken
from challenges.moderation.events import MaskEvent, MaskLifted, WordsMasked
from challenges.moderation.texts import FoundText, find_text, replace_words
from challenges.outbox import record
from challenges.text import as_written, has_length
from challenges.words import sealing
from challenges.words.kinds import SealedBecause, TextRef, Written
from challenges.words.models import Mask, SealedWords, WordsReport
from challenges.words.withheld import Withheld

REASON_LENGTH = (5, 400)


class OwnWords(NotAllowed):
    """Nobody decides about what they wrote themselves, and nobody learns who reported them."""

    sentence = N_("自分が書いた言葉のことは、ほかのDX事務局の人が決めます。")


class NothingToMask(RuleBroken):
    """Somebody was quicker: the words are masked, changed or taken back."""

    sentence = N_(
        "この言葉は、ほかの人がもう伏せたか、書いた人が書き直すか取り下げています。"
        "今の様子を確かめてください。"
    )


class NothingToUndo(RuleBroken):
    """The mask is lifted already, or other words stand there by now."""

    sentence = N_("元に戻せません。もう戻されているか、書いた人が書き直すか取り下げています。")


def mask(session: Session, ref: TextRef, *, by_id: int, reason: str, at: datetime) -> int:
    """Mask a text; the id of the mask. Its open reports are decided.

    Raises OwnWords, InvalidField (reason), NothingToMask.
    """
    text = _must_be_of_others(session, ref, by_id=by_id)
    reason = checked_reason(reason)
    if not text.is_readable:
        raise NothingToMask
    written = Written(
        words=text.words, link=text.link, writer_id=text.writer_id, at=text.written_at
    )
    sealing.seal(session, ref, written, because=SealedBecause.MASKED, at=at)
    replace_words(session, ref, words=Withheld.MASKED.value, link=None)
    mask_id = _put(session, text, by_id=by_id, reason=reason, at=at)
    _decide(session, ref, by_id=by_id, is_masked=True, answer="", at=at)
    _tell(session, WordsMasked, text, mask_id, at=at)
    return mask_id


def lift(session: Session, ref: TextRef, *, by_id: int, at: datetime) -> int:
    """Show a masked text again; the id of the mask. Its reports wait again.

    Raises OwnWords, NothingToUndo.
    """
    text = _must_be_of_others(session, ref, by_id=by_id)
    its = {"kind": ref.kind, "text_id": ref.id}
    sealed = session.scalars(
        select(SealedWords).filter_by(**its, because=SealedBecause.MASKED)
    ).one_or_none()
    mask_id: int | None = session.scalar(
        update(Mask)
        .filter_by(**its, ended_at=None)
        .values(ended_at=at, lifted_by_id=by_id)
        .returning(Mask.id)
    )
    if sealed is None or mask_id is None or text.withheld is not Withheld.MASKED:
        raise NothingToUndo
    replace_words(session, ref, words=sealed.words, link=sealed.link)
    session.execute(delete(SealedWords).where(SealedWords.id == sealed.id))
    _wait_again(session, ref, WordsReport.is_masked.is_(True), WordsReport.sealed_id.is_(None))
    _tell(session, MaskLifted, text, mask_id, at=at)
    return mask_id


def let_stand(session: Session, ref: TextRef, *, by_id: int, note: str, at: datetime) -> None:
    """Answer the open reports of a text: it stays as it is (このまま).

    Raises OwnWords, InvalidField (note), RuleBroken (nothing is open).
    """
    _must_be_of_others(session, ref, by_id=by_id)
    note = checked_reason(note, field="note")
    if not _decide(session, ref, by_id=by_id, is_masked=False, answer=note, at=at):
        raise RuleBroken("この言葉について、待っている知らせはありません。")


def reopen(session: Session, ref: TextRef, *, by_id: int) -> None:
    """Let the reports of a text wait again that were answered with このまま.

    Raises OwnWords, NothingToUndo.
    """
    _must_be_of_others(session, ref, by_id=by_id)
    if not _wait_again(session, ref, WordsReport.is_masked.is_(False)):
        raise NothingToUndo


def checked_reason(reason: str, *, field: str = "reason") -> str:
    """The reason as it is stored. Raises InvalidField if it is too short or too long."""
    reason = as_written(reason)
    shortest, longest = REASON_LENGTH
    if not has_length(reason, REASON_LENGTH):
        raise InvalidField(
            "%(shortest)s文字から%(longest)s文字で書いてください。",
            field=field,
            shortest=shortest,
            longest=longest,
        )
    return reason


def _must_be_of_others(session: Session, ref: TextRef, *, by_id: int) -> FoundText:
    """The text, locked: of two who decide at once, the second finds what the first did."""
    text = find_text(session, ref, locked=True)
    if text is None:
        raise LookupError(f"no text {ref}")
    if text.writer_id == by_id:
        raise OwnWords
    return text


def _put(session: Session, text: FoundText, *, by_id: int, reason: str, at: datetime) -> int:
    mask = Mask(
        kind=text.ref.kind,
        text_id=text.ref.id,
        writer_id=text.writer_id,
        reason=reason,
        masked_at=at,
        masked_by_id=by_id,
    )
    session.add(mask)
    session.flush()
    return mask.id


def _decide(
    session: Session, ref: TextRef, *, by_id: int, is_masked: bool, answer: str, at: datetime
) -> int:
    # Reports that went with sealed words are decided too: whoever looks at the text sees them all.
    decided = session.execute(
        update(WordsReport)
        .filter_by(kind=ref.kind, text_id=ref.id, decided_at=None)
        .values(decided_at=at, decided_by_id=by_id, is_masked=is_masked, answer=answer)
    )
    return int(decided.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def _wait_again(session: Session, ref: TextRef, *which: ColumnElement[bool]) -> int:
    reopened = session.execute(
        update(WordsReport)
        .filter_by(kind=ref.kind, text_id=ref.id)
        .where(WordsReport.decided_at.is_not(None), *which)
        .values(decided_at=None, decided_by_id=None, is_masked=False, answer="")
    )
    return int(reopened.rowcount)  # type: ignore[attr-defined]  # an UPDATE's result has it


def _tell(
    session: Session,
    event: type[MaskEvent],
    text: FoundText,
    mask_id: int,
    *,
    at: datetime,
) -> None:
    told = event(
        occurred_at=at,
        mask_id=mask_id,
        text_kind=text.ref.kind.value,
        text_id=text.ref.id,
        writer_id=text.writer_id,
    )
    record(session, told)
    session.flush()
