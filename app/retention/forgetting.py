"""Empties words whose period is over. The rows stay, with all that counts them, and say so by the
standing sentence (challenges/words/withheld.py).

Tables are gone through in blocks of ids, so that no block takes long, however little there is to do
in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.retention.events import EndorsementWordsGone
from app.retention.kinds import WORDS, WordsKind
from app.retention.periods import over_before, periods
from challenges.outbox import record
from challenges.recognition.pulse_models import PulseWords
from challenges.submissions import voiding
from challenges.words.kinds import TextKind
from challenges.words.models import Mask, SealedWords
from challenges.words.withheld import Withheld

BLOCK = 1000
"""Ids between two looks at the time."""
_SEALED = frozenset(one.value for one in TextKind)
"""The kinds whose words may lie sealed."""


@dataclass(frozen=True, slots=True)
class Emptied:
    """What became of one block."""

    texts: int
    last: int | None
    """The last id of the block; None: there are no more."""


def due(session: Session, *, on: date) -> Mapping[WordsKind, date]:
    """The kinds that have a period, with the day before which it is over. One statement."""
    return {
        kind: over_before(period.years, on=on)
        for kind, period in periods(session).items()
        if period.years is not None
    }


def empty_block(
    session: Session, kind: WordsKind, *, before: date, after: int, at: datetime
) -> Emptied:
    """Empty the words of that kind that were written before the day, in the next block of ids."""
    if kind is WordsKind.PULSE:
        return Emptied(_delete_pulse_words(session, before), last=None)
    table = WORDS[kind].table
    key = table.__mapper__.primary_key[0]
    newest = session.scalar(select(func.max(key))) or 0
    if after >= newest:
        return Emptied(0, last=None)
    last = after + BLOCK
    gone = session.scalars(
        update(table)
        .where(key > after, key <= last, WORDS[kind].older_than(before))
        .values(WORDS[kind].left())
        .returning(key)
        .execution_options(synchronize_session=False)
    ).all()
    if gone:
        _follow(session, kind, sorted(gone), at=at)
    return Emptied(len(gone), last)


def _follow(session: Session, kind: WordsKind, ids: list[int], *, at: datetime) -> None:
    """Let go what repeats the words elsewhere, and what lies sealed of them."""
    if kind is WordsKind.ENDORSEMENT:
        record(session, EndorsementWordsGone(occurred_at=at, endorsement_ids=tuple(ids)))
        session.flush()
    elif kind is WordsKind.VOIDING:
        voiding.let_reasons_go(session, ids, instead=Withheld.EXPIRED.value)
    if kind.value in _SEALED:
        _forget_sealed(session, TextKind(kind.value), ids, at=at)


def _forget_sealed(session: Session, kind: TextKind, ids: list[int], *, at: datetime) -> None:
    """Delete what lies sealed of these texts. A mask over nothing ends."""
    of_them = {"synchronize_session": False}
    session.execute(
        delete(SealedWords)
        .where(SealedWords.kind == kind, SealedWords.text_id.in_(ids))
        .execution_options(**of_them)
    )
    session.execute(
        update(Mask)
        .where(Mask.kind == kind, Mask.text_id.in_(ids), Mask.ended_at.is_(None))
        .values(ended_at=at)
        .execution_options(**of_them)
    )


def _delete_pulse_words(session: Session, before: date) -> int:
    gone = delete(PulseWords).where(WORDS[WordsKind.PULSE].older_than(before))
    return session.execute(gone).rowcount  # type: ignore[attr-defined, no-any-return]
