"""Finds and opens sealed words for the DX office. Whoever opens some says why, and the caller
writes that down in the audit log."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from challenges.errors import InvalidField
from challenges.moderation.masking import OwnWords
from challenges.people.directory import people_called
from challenges.people.models import Person
from challenges.people.names import name_key
from challenges.words.kinds import SealedBecause, TextKind, TextRef
from challenges.words.models import SealedWords, SealingTerm
from challenges.words.sealing import KEPT_DAYS

DAYS_RANGE = (1, 3650)
OPEN_FOR = timedelta(minutes=10)
"""How long opened words can be read before another reason is asked for."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """Sealed words without the words."""

    id: int
    kind: TextKind
    text_id: int
    writer_id: int
    writer: str
    because: SealedBecause
    sealed_at: datetime


def sealed_by(
    session: Session, writer: str, *, me: int, limit: int, offset: int = 0
) -> list[Sealed]:
    """What lies sealed of people with that employee number or part of a name, the last sealed
    first; none without a name, and none of the reader's own. One statement."""
    if not name_key(writer):
        return []
    return _listed(session, SealedWords.writer_id.in_(people_called(writer)), me, limit, offset)


def sealed_of(session: Session, ref: TextRef, *, me: int) -> list[Sealed]:
    """What lies sealed of one text. One statement."""
    its = (SealedWords.kind == ref.kind) & (SealedWords.text_id == ref.id)
    return _listed(session, its, me, MOST_OF_ONE, 0)


MOST_OF_ONE = 20
"""The last sealed words of one text that a page names."""


def _listed(
    session: Session, which: ColumnElement[bool], me: int, limit: int, offset: int
) -> list[Sealed]:
    rows = session.execute(
        select(
            SealedWords.id,
            SealedWords.kind,
            SealedWords.text_id,
            SealedWords.writer_id,
            Person.name.label("writer"),
            SealedWords.because,
            SealedWords.sealed_at,
        )
        .join(Person, Person.id == SealedWords.writer_id)
        .where(which, SealedWords.writer_id != me)
        .order_by(SealedWords.sealed_at.desc(), SealedWords.id.desc())
        .limit(limit)
        .offset(offset)
    )
    return [Sealed(**row._mapping) for row in rows]


def opened(session: Session, sealed_id: int, *, by_id: int) -> SealedWords | None:
    """The sealed words, or None if they are gone. The caller has asked for the reason, and logged
    it. Raises OwnWords."""
    found = session.get(SealedWords, sealed_id)
    if found is not None and found.writer_id == by_id:
        raise OwnWords
    return found


def kept_days(session: Session) -> int:
    """For how many days sealed words are kept. One statement."""
    newest = select(SealingTerm.days).order_by(SealingTerm.id.desc()).limit(1)
    return session.scalar(newest) or KEPT_DAYS


def enter_kept_days(session: Session, days: int, *, by_id: int, at: datetime) -> None:
    """Enter for how many days sealed words are kept, those that lie there too. The caller has
    checked the role. Raises InvalidField."""
    shortest, longest = DAYS_RANGE
    if not shortest <= days <= longest:
        raise InvalidField(
            "%(shortest)s日から%(longest)s日までで書いてください。",
            field="days",
            shortest=shortest,
            longest=longest,
        )
    session.add(SealingTerm(days=days, entered_by_id=by_id, entered_at=at))
    session.flush()
