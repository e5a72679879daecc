"""Every kind of words that people write here, and where they stand.

``WORDS`` names each column that holds them, and ``OTHER_TEXTS`` every other column for text, with
the reason why no period empties it. tests/app/retention/test_kinds.py finds a column that stands in
neither.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, and_, case, func, or_
from sqlalchemy.orm import InstrumentedAttribute

from challenges.calendar import midnight_of
from challenges.campaigns.nominations import Nomination
from challenges.campaigns.reports import CampaignReport
from challenges.recognition.models import Cheer, Endorsement
from challenges.recognition.pulse_models import PulseWords
from challenges.storage.orm import UtcDateTime
from challenges.submissions.models import CompletionVoid, Practice, Submission
from challenges.vocabulary import SubmissionState, VoidedHow
from challenges.words.models import Mask, WordsReport
from challenges.words.withheld import Withheld


class WordsKind(StrEnum):
    """A kind of words. Stored with its period, so it does not change."""

    STEP = "STEP"
    """What somebody wrote about a step (ひとこと), with the link beside it."""
    DAY = "DAY"
    """About one day of a habit."""
    QUESTION = "QUESTION"
    """What a manager asked when sending a submission back."""
    ENDORSEMENT = "ENDORSEMENT"
    CHEER = "CHEER"
    NOMINATION = "NOMINATION"
    REPORT = "REPORT"
    """What the office wrote after a campaign."""
    VOIDING = "VOIDING"
    """Why the office took a completion back."""
    MASK = "MASK"
    """Why the office masks words of somebody (伏せた理由)."""
    CONCERN = "CONCERN"
    """What came with a report of words (気になる内容), and the office's note on it."""
    PULSE = "PULSE"
    """What came with an anonymous answer."""


@dataclass(frozen=True, slots=True)
class Words:
    """Where the words of one kind stand."""

    table: type[Any]
    columns: tuple[InstrumentedAttribute[str], ...]
    written: ColumnElement[Any] | InstrumentedAttribute[Any]
    """The day or the time from which their period counts."""
    but: ColumnElement[bool] | None = None
    """Which of them are not to go, whatever their age."""
    link: InstrumentedAttribute[str | None] | None = None
    """What goes with the words."""

    def older_than(self, day: date) -> ColumnElement[bool]:
        """Words that are there, seen or masked, and were written before the day began."""
        is_time = isinstance(self.written.type, UtcDateTime)
        are_there = [column.not_in(("", Withheld.EXPIRED.value)) for column in self.columns]
        if self.link is not None:
            are_there.append(self.link.is_not(None))
        is_old = self.written < (midnight_of(day) if is_time else day)
        return and_(or_(*are_there), is_old, *(() if self.but is None else (~self.but,)))

    def left(self) -> dict[str, Any]:
        """What stands in the columns afterwards: the standing sentence where there was anything."""
        gone = Withheld.EXPIRED.value
        if self.link is not None:
            return {self.columns[0].key: gone, self.link.key: None}
        return {column.key: case((column == "", ""), else_=gone) for column in self.columns}


WORDS: Mapping[WordsKind, Words] = {
    WordsKind.STEP: Words(
        Submission,
        (Submission.reflection,),
        written=func.coalesce(Submission.submitted_at, Submission.created_at, type_=UtcDateTime()),
        # What waits is read by a manager first.
        but=Submission.state == SubmissionState.WAITING,
        link=Submission.link,
    ),
    WordsKind.DAY: Words(Practice, (Practice.reflection,), written=Practice.day),
    WordsKind.QUESTION: Words(Submission, (Submission.question,), written=Submission.asked_at),
    WordsKind.ENDORSEMENT: Words(Endorsement, (Endorsement.words,), written=Endorsement.given_at),
    WordsKind.CHEER: Words(Cheer, (Cheer.words,), written=Cheer.given_at),
    WordsKind.NOMINATION: Words(Nomination, (Nomination.words,), written=Nomination.begun_at),
    WordsKind.REPORT: Words(
        CampaignReport,
        (CampaignReport.learned, CampaignReport.do_differently),
        written=CampaignReport.written_at,
    ),
    WordsKind.VOIDING: Words(
        CompletionVoid,
        (CompletionVoid.reason,),
        written=CompletionVoid.voided_at,
        # There the app wrote the reason.
        but=CompletionVoid.voided_how != VoidedHow.OFFICE,
    ),
    WordsKind.MASK: Words(Mask, (Mask.reason,), written=Mask.masked_at),
    WordsKind.CONCERN: Words(
        WordsReport,
        (WordsReport.note, WordsReport.answer),
        written=WordsReport.reported_at,
        # What waits is read by the office first.
        but=WordsReport.decided_at.is_(None),
    ),
    # Nothing counts these rows, so they go as a whole.
    WordsKind.PULSE: Words(PulseWords, (PulseWords.words,), written=PulseWords.quarter),
}

_RECORD = (
    "what the office did and why: a record of its acts, kept as the office keeps its documents"
)
_PUBLISHED = "published by the office itself, or on its way there"
_FIGURES = "figures, no words"
_NAMES = "what somebody or something is called"
_MACHINERY = "machinery: names, keys and errors of programs"
OTHER_TEXTS: Mapping[str, str] = {
    "audit_entry": _RECORD,
    "award.because": "numbers of completions",
    "award.void_reason": "a sentence of the app",
    "badge": _PUBLISHED,
    "badge_version": _PUBLISHED,
    "campaign.error_codes": _FIGURES,
    "campaign.submitted_reason": _RECORD,
    "campaign_log_entry": _RECORD,
    "campaign_snapshot": _FIGURES,
    "campaign_version": _RECORD,
    "challenge_version": _PUBLISHED,
    "completion.void_reason": "repeats the void, and is emptied with it",
    "delivery": _MACHINERY,
    "disaster_pause": _RECORD,
    "draft_revision": _PUBLISHED,
    "fact": "ids of what happened",
    "job": _MACHINERY,
    "letter": _MACHINERY,
    "measure.reason": _RECORD,
    "measure_import": _RECORD,
    "passed_on": "a copy that its keeper deletes, nobody else",
    "person": _NAMES,
    "project": _PUBLISHED,
    "sealed_words": "go after the days that the office enters, or with the words in their place",
    "slack_post": "repeats an endorsement, and is emptied with it; or the office's own words",
    "api_token": _MACHINERY,
    "statement": _PUBLISHED,
    "stored_chart": _FIGURES,
    "unit": _NAMES,
}
"""By table, or by table and column: why no period empties it."""
