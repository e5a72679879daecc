"""Removes sealed words whose time is over."""

from datetime import timedelta

from sqlalchemy.orm import Session

from app.jobs.handling import Chunk
from app.jobs.models import Job
from challenges.moderation.opening import kept_days
from challenges.words.sealing import remove_old

REMOVE_SEALED_WORDS = "remove-sealed-words"
AT_ONCE = 20
"""Rows between two looks at the time."""


def remove_sealed_words(session: Session, job: Job, chunk: Chunk) -> bool:
    """Delete words that were taken back or reworded longer ago than the office keeps them."""
    kept = timedelta(days=kept_days(session))
    while not chunk.is_over():
        gone = remove_old(session, kept=kept, at=chunk.at, limit=AT_ONCE)
        job.done += gone
        if not gone:
            return False
    return True
