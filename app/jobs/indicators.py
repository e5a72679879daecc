"""The job of every night that folds the history for the dashboard and publishes what is settled."""

from sqlalchemy.orm import Session

from app.config import counted_employments
from app.db.sessions import remember_more
from app.indicators.nightly import step
from app.jobs.handling import Chunk
from app.jobs.models import Job

FOLD_INDICATORS = "fold-indicators"


def fold_indicators(session: Session, job: Job, chunk: Chunk) -> bool:
    """Do what is due, in steps of a few hundred people."""
    remember_more(session)
    kinds = counted_employments()
    while not chunk.is_over():
        if not step(session, kinds=kinds, at=chunk.at):
            return False
        job.done += 1
    return True
