"""The job that draws the charts of the dashboard ahead, in both languages.

The schedule starts it every few minutes. Whoever publishes measures may start it at once.
"""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy.orm import Session

from app.indicators.definitions import indicators
from app.indicators.stored_charts import is_stored, store
from app.indicators.telling import readings
from app.jobs.handling import Chunk
from app.jobs.models import Job
from app.jobs.starting import start

REDRAW_CHARTS = "redraw-charts"


def redraw(session: Session, slugs: Iterable[str], *, at: datetime) -> None:
    """Draw these indicators anew as soon as this transaction is committed: measures of them were
    published, shown or undone."""
    named = sorted(set(slugs))
    start(session, REDRAW_CHARTS, {"indicators": named}, f"{REDRAW_CHARTS}:{at.isoformat()}", at=at)


def redraw_charts(session: Session, job: Job, chunk: Chunk) -> bool:
    """Draw what has changed of the indicators that the job names, or of all. The cursor is the
    number of indicators looked at."""
    slugs = job.arguments.get("indicators") or [one.slug for one in indicators()]
    job.total = len(slugs)
    while not chunk.is_over():
        if job.done >= len(slugs):
            return False
        slug = slugs[job.done]
        for reading in readings(session, until=chunk.at, slugs=(slug,)).values():
            if reading.series.points and not is_stored(session, reading):
                store(session, reading, at=chunk.at)
        job.done = job.cursor = job.done + 1
    return True
