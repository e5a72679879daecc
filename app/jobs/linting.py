"""The job that looks over campaigns every night."""

from sqlalchemy.orm import Session

from app.config import counted_employments
from app.jobs.handling import Chunk
from app.jobs.models import Job
from challenges.campaigns.attention import look_over, next_to_look_over

LINT_CAMPAIGNS = "lint-campaigns"


def lint_campaigns(session: Session, job: Job, chunk: Chunk) -> bool:
    """Look over each campaign that is scheduled or open, in the order of their ids."""
    kinds = counted_employments()
    while not chunk.is_over():
        campaign = next_to_look_over(session, after=job.cursor or 0)
        if campaign is None:
            return False
        look_over(session, campaign, kinds=kinds, at=chunk.at)
        job.cursor, job.done = campaign.id, job.done + 1
    return True
