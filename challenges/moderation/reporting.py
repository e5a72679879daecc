"""Anybody tells the DX office of words that trouble them (気になる内容を知らせる).

The caller has made sure that the reporter was shown the words.
"""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from challenges.errors import N_, InvalidField, NotAllowed, RuleBroken
from challenges.moderation.texts import FoundText
from challenges.storage.sql import upsert
from challenges.text import as_written, is_longer
from challenges.words.kinds import TextRef
from challenges.words.models import WordsReport

LONGEST_NOTE = 200


class Concern(StrEnum):
    """What is troubling about words. Stored, so a value never changes."""

    PRIVATE = "PRIVATE"
    """It tells of somebody: a citizen, or what a colleague would not have told."""
    HURTFUL = "HURTFUL"
    INTERNAL = "INTERNAL"
    """It must not be known outside the office."""
    OTHER = "OTHER"


class CannotReportOneself(NotAllowed):
    """People change or take back their own words."""

    sentence = N_("あなたが書いた言葉です。書き直すか、取り下げることができます。")


class NothingToReport(RuleBroken):
    """The words were changed, taken back or masked since they were read."""

    sentence = N_("この言葉は、もう書き直されたか、取り下げられたか、伏せられています。")


def report(
    session: Session, text: FoundText, *, by_id: int, concern: str, note: str, at: datetime
) -> bool:
    """Tell the office of a text. False if the person has told of it before; then nothing changes.

    Raises CannotReportOneself, NothingToReport, InvalidField (no concern, a note that is too long,
    or none where the concern says nothing).
    """
    if text.writer_id == by_id:
        raise CannotReportOneself
    if not text.is_readable:
        raise NothingToReport
    row = upsert(session, WordsReport).values(
        kind=text.ref.kind,
        text_id=text.ref.id,
        writer_id=text.writer_id,
        reporter_id=by_id,
        concern=_checked_concern(concern),
        note=_checked_note(note, is_needed=concern == Concern.OTHER),
        reported_at=at,
        is_masked=False,
        answer="",
    )
    # The key decides, whatever two tabs do at once.
    made = session.scalar(row.on_conflict_do_nothing().returning(WordsReport.id))
    return made is not None


def has_reported(session: Session, ref: TextRef, *, by_id: int) -> bool:
    """Whether the person has told of the words that stand there now. One statement."""
    its = exists().where(
        WordsReport.kind == ref.kind,
        WordsReport.text_id == ref.id,
        WordsReport.reporter_id == by_id,
        WordsReport.sealed_id.is_(None),
    )
    return bool(session.scalar(select(its)))


def _checked_concern(concern: str) -> Concern:
    try:
        return Concern(concern)
    except ValueError:
        raise InvalidField("気になることを、一つ選んでください。", field="concern") from None


def _checked_note(note: str, *, is_needed: bool) -> str:
    note = as_written(note)
    if is_needed and not note:
        raise InvalidField("どんなことが気になるかを、ひとこと書いてください。", field="note")
    if is_longer(note, LONGEST_NOTE):
        raise InvalidField(
            "%(longest)s文字までで書いてください。", field="note", longest=LONGEST_NOTE
        )
    return note
