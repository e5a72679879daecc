"""The job that looks over campaigns every night."""

from datetime import datetime

from sqlalchemy.orm import Session

from app.config import counted_employments
from app.jobs.handling import Chunk, ReadsFirst
from app.jobs.models import Job
from challenges.campaigns.attention import Looked, look_over, next_to_look_over, note

LINT_CAMPAIGNS = "lint-campaigns"


def _look(session: Session, job: Job, at: datetime) -> Looked | None:
    campaign = next_to_look_over(session, after=job.cursor or 0)
    if campaign is None:
        return None
    return look_over(session, campaign, kinds=counted_employments(), at=at)


def _note(session: Session, job: Job, chunk: Chunk, /, *, known: Looked | None) -> bool:
    if known is None:
        return False
    # A campaign that changed meanwhile is looked over again.
    if note(session, known, at=chunk.at):
        job.cursor, job.done = known.campaign_id, job.done + 1
    return True


# Counting a large audience takes seconds.
lint_campaigns = ReadsFirst(read=_look, write=_note)
"""Looks over each campaign that is scheduled or open, in the order of their ids, one in a chunk."""
