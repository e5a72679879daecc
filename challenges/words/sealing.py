"""Seals words that their writer takes back or rewords, and removes them after a time.

The rooms that store words call ``seal`` in the transaction that changes them.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from challenges.words.kinds import SealedBecause, TextRef, Written
from challenges.words.models import Mask, SealedWords, WordsReport
from challenges.words.withheld import Withheld, withheld

KEPT_DAYS = 90
"""Days for which sealed words are kept, unless the DX office enters another number."""


def seal(
    session: Session,
    text: TextRef,
    written: Written,
    *,
    because: SealedBecause,
    at: datetime,
) -> None:
    """Keep words that nobody else is to read from now on. The caller holds a lock on their row,
    and empties or rewords it. Without words nothing happens.

    Words that the office masks lie sealed already: their mask ends, because what it was for is no
    longer there.
    """
    why = withheld(written.words)
    if why is Withheld.MASKED:
        sealed_id = _end_mask(session, text, because=because, at=at)
    elif why is None and (written.words or written.link):
        sealed_id = _keep(session, text, written, because=because, at=at)
    else:
        return
    if because is SealedBecause.MASKED:
        return  # the reports stay with the text, which has but its words covered
    session.execute(
        update(WordsReport)
        .filter_by(kind=text.kind, text_id=text.id, sealed_id=None)
        .values(sealed_id=sealed_id)
    )


def _keep(
    session: Session,
    text: TextRef,
    written: Written,
    *,
    because: SealedBecause,
    at: datetime,
) -> int | None:
    row = insert(SealedWords).values(
        kind=text.kind,
        text_id=text.id,
        writer_id=written.writer_id,
        words=written.words or "",
        link=written.link,
        because=because,
        sealed_at=at,
        written_at=written.at,
    )
    return session.scalar(row.returning(SealedWords.id))


def _end_mask(
    session: Session, text: TextRef, *, because: SealedBecause, at: datetime
) -> int | None:
    """End the mask, and let what lies under it go after the time as all that was changed."""
    its = {"kind": text.kind, "text_id": text.id}
    session.execute(update(Mask).filter_by(**its, ended_at=None).values(ended_at=at))
    return session.scalar(
        update(SealedWords)
        .filter_by(**its, because=SealedBecause.MASKED)
        .values(because=because, sealed_at=at)
        .returning(SealedWords.id)
    )


def remove_old(session: Session, *, kept: timedelta, at: datetime, limit: int) -> int:
    """Delete sealed words older than ``kept``, and what was reported of them; how many there were.
    Those under a standing mask stay."""
    old = (
        select(SealedWords.id)
        .where(SealedWords.because != SealedBecause.MASKED, SealedWords.sealed_at < at - kept)
        .order_by(SealedWords.sealed_at)
        .limit(limit)
    )
    gone = session.scalars(
        delete(SealedWords).where(SealedWords.id.in_(old)).returning(SealedWords.id)
    ).all()
    if gone:
        session.execute(delete(WordsReport).where(WordsReport.sealed_id.in_(gone)))
    return len(gone)
