"""Jobs about files of measures: taking one in, and forgetting what nobody took in."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.indicators import import_preview, importing
from app.indicators.import_plan import Plan
from app.indicators.models import ImportState, MeasureImport
from app.jobs import starting
from app.jobs.handling import Chunk
from app.jobs.models import Job
from app.jobs.starting import UNFINISHED

IMPORT_MEASURES = "import-measures"
FORGET_IMPORTS = "forget-imports"

AT_ONCE = 200
"""Measures between two looks at the time."""


def begin(
    session: Session,
    *,
    data: bytes,
    file_name: str,
    mapping: Mapping[str, str] | None,
    by_id: int | None,
    token_id: int | None,
    at: datetime,
) -> MeasureImport:
    """Take a file in as soon as this transaction is committed.

    Raises ImportWrong with everything that is wrong, and SameAsBefore if nothing would change.
    """
    planned = importing.plan(session, data, file_name=file_name, mapping=mapping, at=at)
    return begin_planned(
        session, planned, digest=importing.digest_of(data), by_id=by_id, token_id=token_id, at=at
    )


def begin_planned(
    session: Session,
    planned: Plan,
    *,
    digest: str,
    by_id: int | None,
    token_id: int | None,
    at: datetime,
) -> MeasureImport:
    """The same for a plan that was made within this transaction."""
    one = importing.record(session, planned, digest=digest, by_id=by_id, token_id=token_id, at=at)
    arguments = {"import_id": one.id}
    starting.start(
        session,
        IMPORT_MEASURES,
        arguments,
        key_of(one.id),
        at=at,
        asked_by_id=by_id,
        total=one.lines,
    )
    return one


def key_of(import_id: int) -> str:
    """The key of the job that takes this file in."""
    return f"{IMPORT_MEASURES}:{import_id}"


def job_of(session: Session, import_id: int) -> Job | None:
    """The job that takes this file in."""
    return session.scalar(select(Job).where(Job.key == key_of(import_id)))


def import_measures(session: Session, job: Job, chunk: Chunk) -> bool:
    """Write the next measures; the last chunk shows all of them."""
    while not chunk.is_over():
        came_to = importing.write_some(
            session,
            job.arguments["import_id"],
            after=job.cursor or 0,
            limit=AT_ONCE,
            at=chunk.at,
        )
        if came_to is None:
            return False
        job.cursor = job.done = came_to
    return True


def cancel(session: Session, import_id: int, *, at: datetime) -> bool:
    """Drop an import that was not shown yet. False if it was, or is gone."""
    if not importing.cancel(session, import_id):
        return False
    unfinished = select(Job.id).where(Job.key == key_of(import_id), Job.state.in_(UNFINISHED))
    for job_id in session.scalars(unfinished).all():
        starting.cancel(session, job_id, at=at)
    return True


def forget_imports(session: Session, job: Job, chunk: Chunk) -> bool:
    """Drop files that were only looked at, and measures of imports whose job was cancelled."""
    job.done += import_preview.forget(session, at=chunk.at)
    running = session.scalars(
        select(MeasureImport.id).where(MeasureImport.state == ImportState.RUNNING)
    )
    for import_id in running.all():
        is_at_work = select(Job.id).where(Job.key == key_of(import_id), Job.state.in_(UNFINISHED))
        if session.scalar(is_at_work) is None:
            job.done += importing.cancel(session, import_id)
    return False
