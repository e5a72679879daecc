"""The history of imports of measures, with how far each is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, aliased

from app.indicators.models import ImportState, MeasureImport
from app.jobs.importing import key_of
from app.jobs.models import Job, JobState
from app.studio.tokens import ApiToken
from challenges.people.models import Person


@dataclass(frozen=True, slots=True)
class ListedImport:
    """An import as a line of the history."""

    id: int
    file_name: str
    lines: int
    state: ImportState
    begun_at: datetime
    shown_at: datetime | None
    undone_at: datetime | None
    undone_reason: str
    by: str | None
    """None: a program or a command."""
    token: str | None
    """What the token of the program is used for."""
    undone_by: str | None
    done: int
    """Measures that are written, of a running one."""
    is_stopped: bool
    """Its job waits for somebody of the office."""


def history(session: Session, *, limit: int, offset: int) -> list[ListedImport]:
    """The imports, newest first. Two statements."""
    return _listed(session, _imports().limit(limit).offset(offset))


def import_with(session: Session, import_id: int) -> ListedImport | None:
    """One import."""
    return next(iter(_listed(session, _imports().where(MeasureImport.id == import_id))), None)


def _imports() -> Select[*tuple[object, ...]]:
    undoer = aliased(Person)
    names = ("id", "file_name", "lines", "state", "begun_at", "shown_at", "undone_at")
    return (
        select(
            *(getattr(MeasureImport, name) for name in (*names, "undone_reason")),
            Person.name.label("by"),
            ApiToken.name.label("token"),
            undoer.name.label("undone_by"),
        )
        .outerjoin(Person, Person.id == MeasureImport.begun_by_id)
        .outerjoin(ApiToken, ApiToken.id == MeasureImport.token_id)
        .outerjoin(undoer, undoer.id == MeasureImport.undone_by_id)
        .order_by(MeasureImport.id.desc())
    )


def _listed(session: Session, statement: Select[*tuple[object, ...]]) -> list[ListedImport]:
    rows = session.execute(statement).all()
    running = [row.id for row in rows if row.state is ImportState.RUNNING]
    jobs = _jobs(session, running) if running else {}
    found = []
    for row in rows:
        job = jobs.get(key_of(row.id))
        # Cancelled among the jobs of /office: its measures go at the next clearing up.
        is_cancelled = job is not None and job.state is JobState.CANCELLED
        waits = job is not None and job.state is JobState.WAITING
        told = dict(row._mapping) | ({"state": ImportState.CANCELLED} if is_cancelled else {})
        found.append(
            ListedImport(
                **told,
                done=job.done if job else 0,
                is_stopped=row.id in running and not (waits or is_cancelled),
            )
        )
    return found


def _jobs(session: Session, import_ids: Sequence[int]) -> dict[str, Job]:
    newest = select(func.max(Job.id)).where(Job.key.in_(map(key_of, import_ids))).group_by(Job.key)
    return {one.key: one for one in session.scalars(select(Job).where(Job.id.in_(newest)))}
