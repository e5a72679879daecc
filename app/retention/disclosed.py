"""The statements that find the texts of each kind, all with the same columns.

``written``, ``writer_id``, ``about_id`` (to whom), ``text``, ``more`` (a second text), ``link``.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Integer, Select, String, cast, literal, null, or_, select

from app.retention.kinds import WordsKind
from challenges.campaigns.nominations import Nomination
from challenges.campaigns.reports import CampaignReport
from challenges.recognition.models import Cheer, Endorsement
from challenges.recognition.pulse_models import PulseWords
from challenges.submissions.models import Completion, CompletionVoid, Practice, Submission
from challenges.vocabulary import VoidedHow
from challenges.words.kinds import SealedBecause
from challenges.words.models import Mask, SealedWords, WordsReport

_NOBODY = cast(null(), Integer)


def _columns(
    *, written: Any, writer: Any, text: Any, about: Any = _NOBODY, more: Any = "", link: Any = None
) -> Select[*tuple[Any, ...]]:
    return select(
        written.label("written"),
        writer.label("writer_id"),
        about.label("about_id"),
        text.label("text"),
        (literal(more) if isinstance(more, str) else more).label("more"),
        (cast(null(), String) if link is None else link).label("link"),
    )


STATEMENTS: Mapping[WordsKind, Select[*tuple[Any, ...]]] = {
    WordsKind.STEP: _columns(
        written=Submission.submitted_at,
        writer=Submission.person_id,
        text=Submission.reflection,
        link=Submission.link,
    ).where(
        Submission.submitted_at.is_not(None),
        or_(Submission.reflection != "", Submission.link.is_not(None)),
    ),
    WordsKind.DAY: _columns(
        written=Practice.day, writer=Submission.person_id, text=Practice.reflection
    )
    .join_from(Practice, Submission, Submission.id == Practice.submission_id)
    .where(Practice.reflection != ""),
    WordsKind.QUESTION: _columns(
        written=Submission.asked_at,
        writer=Submission.asked_by_id,
        about=Submission.person_id,
        text=Submission.question,
    ).where(Submission.question != ""),
    WordsKind.ENDORSEMENT: _columns(
        written=Endorsement.given_at,
        writer=Endorsement.endorser_id,
        about=Endorsement.person_id,
        text=Endorsement.words,
    ).where(Endorsement.words != "", Endorsement.withdrawn_at.is_(None)),
    WordsKind.CHEER: _columns(
        written=Cheer.given_at, writer=Cheer.giver_id, about=Cheer.receiver_id, text=Cheer.words
    ).where(Cheer.words != "", Cheer.taken_back_at.is_(None)),
    WordsKind.NOMINATION: _columns(
        written=Nomination.begun_at, writer=Nomination.person_id, text=Nomination.words
    ).where(Nomination.words != "", Nomination.ended_at.is_(None)),
    WordsKind.REPORT: _columns(
        written=CampaignReport.written_at,
        writer=CampaignReport.written_by_id,
        text=CampaignReport.learned,
        more=CampaignReport.do_differently,
    ).where(or_(CampaignReport.learned != "", CampaignReport.do_differently != "")),
    WordsKind.VOIDING: _columns(
        written=CompletionVoid.voided_at,
        writer=CompletionVoid.voided_by_id,
        about=Completion.person_id,
        text=CompletionVoid.reason,
    )
    .join_from(CompletionVoid, Completion, Completion.id == CompletionVoid.completion_id)
    .where(CompletionVoid.voided_how == VoidedHow.OFFICE, CompletionVoid.reason != ""),
    WordsKind.MASK: _columns(
        written=Mask.masked_at, writer=Mask.masked_by_id, about=Mask.writer_id, text=Mask.reason
    ).where(Mask.reason != ""),
    WordsKind.CONCERN: _columns(
        written=WordsReport.reported_at,
        writer=WordsReport.reporter_id,
        about=WordsReport.writer_id,
        text=WordsReport.note,
        more=WordsReport.answer,
    ).where(or_(WordsReport.note != "", WordsReport.answer != "")),
    # Before somebody has read them for names, nobody else reads them either.
    WordsKind.PULSE: _columns(
        written=PulseWords.quarter, writer=_NOBODY, text=PulseWords.words
    ).where(PulseWords.is_read.is_(True)),
}
"""By kind. Words that were taken back are not among them: see ``sealed_before``."""


def sealed_before() -> Select[*tuple[Any, ...]]:
    """Words that their writer took back or reworded and that still lie sealed, without the words.
    Those under a mask stand in their column as masked."""
    return select(
        SealedWords.kind,
        SealedWords.written_at.label("written"),
        SealedWords.writer_id,
        SealedWords.because,
    ).where(SealedWords.because != SealedBecause.MASKED)
