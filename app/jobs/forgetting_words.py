"""The job of every night that empties words whose period is over."""

from sqlalchemy.orm import Session

from app.jobs.handling import Chunk
from app.jobs.models import Job
from app.retention.forgetting import due, empty_block
from app.retention.kinds import WordsKind
from challenges.calendar import day_of

FORGET_WORDS = "forget-words"
KINDS = tuple(WordsKind)


def forget_words(session: Session, job: Job, chunk: Chunk) -> bool:
    """Go through the kinds that have a period. The cursor is the place of the kind among them all,
    and the last id that was looked at; ``done`` counts the texts that went."""
    # Asked again in each chunk: a period that was lengthened meanwhile holds at once.
    over = due(session, on=day_of(chunk.at))
    place, after = job.cursor or (0, 0)
    while not chunk.is_over():
        while place < len(KINDS) and KINDS[place] not in over:
            place, after = place + 1, 0
        if place >= len(KINDS):
            return False
        kind = KINDS[place]
        emptied = empty_block(session, kind, before=over[kind], after=after, at=chunk.at)
        job.done += emptied.texts
        place, after = (place + 1, 0) if emptied.last is None else (place, emptied.last)
        job.cursor = [place, after]
    return True
