"""What the DX office reads of reported words, and what a writer reads of their own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Function, ScalarSelect, Select, exists, func, select
from sqlalchemy.orm import Session, aliased

from challenges.moderation.texts import FoundText, find_text, find_texts
from challenges.people.models import Person
from challenges.words.kinds import SealedBecause, TextRef
from challenges.words.models import Mask, SealedWords, WordsReport
from challenges.words.withheld import Withheld


@dataclass(frozen=True, slots=True)
class Case:
    """A text of which somebody told the office."""

    text: FoundText
    reports: int
    at: datetime
    """Since when the oldest report waits, or when the last one was decided."""
    is_masked: bool


@dataclass(frozen=True, slots=True)
class Told:
    """One report of a text, for the office alone."""

    reporter: str
    concern: str
    note: str
    reported_at: datetime
    decided_at: datetime | None
    decided_by: str | None
    is_masked: bool
    answer: str
    is_of_other_words: bool
    """Its writer has changed or taken back the words that it is about."""


@dataclass(frozen=True, slots=True)
class StandingMask:
    """Why a text is masked, and by whom."""

    reason: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class WholeCase:
    """A text with everything that was told of it."""

    text: FoundText
    reports: Sequence[Told]
    mask: StandingMask | None

    @property
    def is_waiting(self) -> bool:
        return any(one.decided_at is None for one in self.reports)


def waiting_cases(session: Session, *, me: int, limit: int, offset: int = 0) -> list[Case]:
    """Texts with reports that wait, the longest waiting first, but for what the reader wrote
    themselves. Two statements, and one for each kind of text."""
    since = func.min(WordsReport.reported_at)
    which = _cases(since, me).where(WordsReport.decided_at.is_(None)).order_by(since)
    return _read(session, which.limit(limit).offset(offset))


def decided_cases(session: Session, *, me: int, limit: int, offset: int = 0) -> list[Case]:
    """Texts whose reports are all decided, the last decided first, but for what the reader wrote
    themselves. As many statements as ``waiting_cases``."""
    last, open_one = func.max(WordsReport.decided_at), aliased(WordsReport)
    waits = exists().where(
        open_one.kind == WordsReport.kind,
        open_one.text_id == WordsReport.text_id,
        open_one.decided_at.is_(None),
    )
    which = _cases(last, me).where(WordsReport.decided_at.is_not(None), ~waits)
    return _read(session, which.order_by(last.desc()).limit(limit).offset(offset))


def the_case(session: Session, ref: TextRef, *, me: int) -> WholeCase | None:
    """The text with its reports; None if there are none, or the reader wrote it. Three
    statements."""
    text = find_text(session, ref)
    if text is None or text.writer_id == me:
        return None
    reports = _reports(session, ref)
    return WholeCase(text, reports, _mask(session, ref)) if reports else None


def reports_waiting(*, me: int | None) -> ScalarSelect[int]:
    """SQL: how many texts wait for the office, but for what the reader wrote themselves: the number
    alone would tell them that somebody reported it."""
    waiting = (
        select(WordsReport.kind, WordsReport.text_id)
        .where(WordsReport.decided_at.is_(None), WordsReport.writer_id.is_distinct_from(me))
        .distinct()
        .subquery()
    )
    return select(func.count()).select_from(waiting).scalar_subquery()


@dataclass(frozen=True, slots=True)
class OwnMasked:
    """What the office masked, as its writer reads it."""

    words: str
    link: str | None
    reason: str
    masked_at: datetime


def own_masked(session: Session, ref: TextRef, *, writer_id: int) -> OwnMasked | None:
    """The person's own masked words with the reason, or None if they are not masked, or are
    somebody else's. One statement."""
    row = session.execute(
        select(SealedWords.words, SealedWords.link, Mask.reason, Mask.masked_at)
        .join(Mask, (Mask.kind == SealedWords.kind) & (Mask.text_id == SealedWords.text_id))
        .where(Mask.kind == ref.kind, Mask.text_id == ref.id, Mask.ended_at.is_(None))
        .where(SealedWords.because == SealedBecause.MASKED, SealedWords.writer_id == writer_id)
    ).one_or_none()
    return None if row is None else OwnMasked(**row._mapping)


def _cases(at: Function[Any], me: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            WordsReport.kind,
            WordsReport.text_id,
            func.count().label("reports"),
            at.label("at"),
        )
        .where(WordsReport.writer_id != me)
        .group_by(WordsReport.kind, WordsReport.text_id)
    )


def _read(session: Session, which: Select[*tuple[Any, ...]]) -> list[Case]:
    rows = session.execute(which).all()
    refs = {row: TextRef(row.kind, row.text_id) for row in rows}
    texts = find_texts(session, refs.values())
    return [
        Case(text, row.reports, row.at, is_masked=text.withheld is Withheld.MASKED)
        for row, ref in refs.items()
        if (text := texts.get(ref))
    ]


def _reports(session: Session, ref: TextRef) -> list[Told]:
    reporter, decider = aliased(Person), aliased(Person)
    rows = session.execute(
        select(
            reporter.name.label("reporter"),
            WordsReport.concern,
            WordsReport.note,
            WordsReport.reported_at,
            WordsReport.decided_at,
            decider.name.label("decided_by"),
            WordsReport.is_masked,
            WordsReport.answer,
            WordsReport.sealed_id.is_not(None).label("is_of_other_words"),
        )
        .join(reporter, reporter.id == WordsReport.reporter_id)
        .outerjoin(decider, decider.id == WordsReport.decided_by_id)
        .where(WordsReport.kind == ref.kind, WordsReport.text_id == ref.id)
        .order_by(WordsReport.reported_at.desc(), WordsReport.id.desc())
        .limit(MOST_REPORTS)
    )
    return [Told(**row._mapping) for row in rows]


MOST_REPORTS = 50
"""The newest reports of one text that a page shows."""


def _mask(session: Session, ref: TextRef) -> StandingMask | None:
    row = session.execute(
        select(Mask.reason, Person.name.label("by"), Mask.masked_at.label("at"))
        .join(Person, Person.id == Mask.masked_by_id)
        .where(Mask.kind == ref.kind, Mask.text_id == ref.id, Mask.ended_at.is_(None))
    ).one_or_none()
    return None if row is None else StandingMask(**row._mapping)
