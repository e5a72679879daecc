"""The job that plans the weekly letters. The relay's duty ``mail`` sends what is planned.

Sending is no job: a chunk saves once, at its end, but a letter is marked and saved before its text
leaves (app/notices/letter_sending.py).
"""

from sqlalchemy.orm import Session

from app.jobs.handling import Chunk
from app.jobs.models import Job
from app.notices.letter_planning import plan_weekly

PLAN_LETTERS = "plan-letters"
AT_ONCE = 200
"""People between two looks at the time."""


def plan_letters(session: Session, job: Job, chunk: Chunk) -> bool:
    """Plan this week's letter for everybody who wants it, once it is due."""
    while not chunk.is_over():
        last = plan_weekly(session, after=job.cursor or 0, limit=AT_ONCE, at=chunk.at)
        if last is None:
            return False
        job.cursor = last
        job.done += AT_ONCE
    return True
