"""Finds what a person wrote themselves, for that person alone."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from challenges.storage.sql import fetch_rows
from challenges.submissions.models import Practice, Submission
from challenges.text import fold
from challenges.words.withheld import own

LOOKED_THROUGH = 1000
"""The newest texts of a person; few people ever write so many."""


@dataclass(frozen=True, slots=True)
class OwnWords:
    """A text of one's own, and to which step it belongs."""

    step_id: int
    words: str
    at: datetime


def own_words_with(session: Session, person_id: int, words: str, *, limit: int) -> list[OwnWords]:
    """The person's own reflections and days of habits that contain every word, newest first. One
    statement."""
    wanted = fold(words).split()
    found = []
    for row in fetch_rows(session, _OWN_WORDS, {"person_id": person_id}):
        text = own(row.day_words or row.reflection)
        if wanted and all(word in fold(text) for word in wanted):
            found.append(OwnWords(step_id=row.step_id, words=text, at=row.at))
    return found[:limit]


# Folded in Python, as every search is: a database knows nothing of widths and kana.
_OWN_WORDS = (
    select(
        Submission.step_id,
        Submission.reflection,
        Practice.reflection.label("day_words"),
        Submission.created_at.label("at"),
    )
    .outerjoin(Practice, Practice.submission_id == Submission.id)
    .where(Submission.person_id == bindparam("person_id"))
    .order_by(Submission.created_at.desc(), Submission.id.desc(), Practice.day.desc())
    .limit(LOOKED_THROUGH)
)
