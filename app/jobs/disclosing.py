"""Jobs about files of words for a request to disclose: writing one, and deleting old ones.

A file is written some days at a time, so that its length has no limit and anybody may write to the
database meanwhile.
"""

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.exports.long_workbook import MOST_ROWS
from app.jobs import starting
from app.jobs.handling import CannotFinish, Chunk, ReadsFirst
from app.jobs.models import Job, JobState
from app.jobs.starting import UNFINISHED
from app.retention import disclosure_file
from app.retention.disclosure import disclosed, first_written, must_be_period, must_be_unit
from app.retention.disclosure_file import FileWords
from challenges.calendar import day_of
from challenges.people.models import Person

WRITE_DISCLOSURE = "write-disclosure"
FORGET_DISCLOSURES = "forget-disclosures"

KEPT = timedelta(days=3)
"""How long a file is kept, and how long one that stopped halfway waits for somebody."""
FEW, MANY = 300, 1500
"""Texts of one chunk: the next one takes more days, or fewer."""
LONGEST = 14
"""Days of one chunk at most. A busy fortnight of a large prefecture fits into memory."""
TOO_LONG = "a sheet holds no more rows"
"""Begins the reason of a job that cannot finish. The office page translates it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Which texts the office wants, and in what form."""

    request: str
    """The number or the name of the request."""
    first: date
    last: date
    unit_id: int | None
    """None: all."""
    unit: str
    """Its path, as it was called."""
    form: str
    """``csv`` or ``xlsx``."""

    def to_json(self) -> dict[str, Any]:
        days = {"first": self.first.isoformat(), "last": self.last.isoformat()}
        rest = ("request", "unit_id", "unit", "form")
        return days | {name: getattr(self, name) for name in rest}

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        days = {name: date.fromisoformat(stored[name]) for name in ("first", "last")}
        return cls(**{**stored, **days})


@dataclass(frozen=True, slots=True, kw_only=True)
class DisclosureFile:
    """A file as the office finds it in the list."""

    id: int
    """Of its job."""
    wanted: Wanted
    state: JobState
    is_cancel_wished: bool
    days: int
    """How many days are written."""
    all_days: int
    texts: int
    asked_by: str
    asked_at: datetime
    kept_until: datetime | None
    """None: there is no file, or not any more."""


def begin(session: Session, wanted: Wanted, words: FileWords, *, by_id: int, at: datetime) -> Job:
    """Write the file as soon as this transaction is committed. Asked for twice while the first is
    being written, it is written once. Raises InvalidField."""
    must_be_period(wanted.first, wanted.last)
    must_be_unit(session, wanted.unit_id)
    arguments = {"wanted": wanted.to_json(), "words": words.to_json(), "by_id": by_id}
    digest = sha256(json.dumps(arguments, sort_keys=True).encode()).hexdigest()
    return starting.start(
        session,
        WRITE_DISCLOSURE,
        arguments,
        f"{WRITE_DISCLOSURE}:{digest}",
        at=at,
        asked_by_id=by_id,
    )


def path_of(job: Job) -> Path:
    """Where the file of a job that is ready lies."""
    return disclosure_file.path_of(job.id, job.result["file"])


def files(session: Session, *, at: datetime, limit: int, offset: int = 0) -> list[DisclosureFile]:
    """The files that were asked for, the newest first. One statement."""
    newest = _with_name().order_by(Job.id.desc()).limit(limit).offset(offset)
    return [_listed(row.Job, row.name, at) for row in session.execute(newest)]


def ready_file(session: Session, job_id: int, *, at: datetime) -> Job | None:
    """The job of a file that may be taken now, or None. One statement."""
    job: Job | None = session.scalar(_jobs().where(Job.id == job_id))
    return job if job is not None and _kept_until(job, at) else None


def remove(session: Session, job_id: int, *, at: datetime) -> Job | None:
    """Let the job stop and forget what it wrote, or delete its file. None if there is neither."""
    job: Job | None = session.scalar(_jobs().where(Job.id == job_id).with_for_update())
    if job is None:
        return None
    if job.state in UNFINISHED:
        return job if starting.cancel(session, job_id, at=at) else None
    if not _kept_until(job, at):
        return None
    job.result = {**job.result, "file": None}
    session.flush()
    disclosure_file.delete_all(job_id)
    return job


@dataclass(frozen=True, slots=True)
class _Cursor:
    """How far the file is."""

    begins: date
    """The first day of the period on which somebody had written."""
    day: date
    """The first that is not written yet."""
    days: int
    """How many to take next."""
    texts: int
    parts: list[str]

    @classmethod
    def from_json(cls, stored: list[Any]) -> Self:
        begins, day, *rest = stored
        return cls(date.fromisoformat(begins), date.fromisoformat(day), *rest)

    def to_json(self) -> list[Any]:
        days = self.begins.isoformat(), self.day.isoformat()
        return [*days, self.days, self.texts, self.parts]


@dataclass(frozen=True, slots=True)
class _Known:
    """What the reading half of a chunk wrote to the folder."""

    before: Any
    """The cursor that it went on from."""
    after: _Cursor
    ends: date
    """The last day of the period, or today."""
    file: str | None = None
    """The name of the whole file, once it is put together."""

    @property
    def done(self) -> int:
        return (self.after.day - self.after.begins).days

    @property
    def total(self) -> int:
        return max((self.ends - self.after.begins).days + 1, self.done)


def _read(session: Session, job: Job, at: datetime) -> _Known:
    wanted = Wanted.from_json(job.arguments["wanted"])
    words = FileWords.from_json(job.arguments["words"])
    here = _Cursor.from_json(job.cursor) if job.cursor else _begun(session, wanted)
    ends = min(wanted.last, day_of(at))
    if here.day > ends:
        name = disclosure_file.put_together(job.id, here.parts, words, form=wanted.form)
        return _Known(job.cursor, here, ends, name)
    until = min(here.day + timedelta(days=here.days - 1), ends)
    texts = disclosed(session, here.day, until, unit_id=wanted.unit_id)
    if wanted.form == "xlsx" and here.texts + len(texts) > MOST_ROWS:
        raise CannotFinish(TOO_LONG)
    after = _Cursor(
        here.begins,
        until + timedelta(days=1),
        _next(here.days, len(texts)),
        here.texts + len(texts),
        [*here.parts, disclosure_file.write_part(job.id, texts, words, form=wanted.form)]
        if texts
        else here.parts,
    )
    return _Known(job.cursor, after, ends)


def _begun(session: Session, wanted: Wanted) -> _Cursor:
    begins = max(wanted.first, first_written(session) or wanted.last)
    return _Cursor(begins, begins, 1, 0, [])


def _next(days: int, texts: int) -> int:
    if texts < FEW:
        return min(days * 2, LONGEST)
    return max(days // 2, 1) if texts > MANY else days


def _write(_session: Session, job: Job, _chunk: Chunk, /, *, known: _Known | None) -> bool:
    if known is None or known.before != job.cursor:
        return True
    job.cursor, job.done, job.total = known.after.to_json(), known.done, known.total
    if known.file is None:
        return True
    job.result = {"file": known.file, "texts": known.after.texts}
    return False


write_disclosure = ReadsFirst(read=_read, write=_write)
"""Writes the texts of some days into a part, and at the end puts the parts together."""


def forget_disclosures(session: Session, job: Job, chunk: Chunk) -> bool:
    """Delete the files that are not kept any more, and what lies there of jobs that are over."""
    for job_id in disclosure_file.jobs_with_files():
        if chunk.is_over():
            return True
        its = session.scalar(_jobs().where(Job.id == job_id))
        if its is not None and its.state in UNFINISHED:
            _stop_what_nobody_looks_at(session, its, at=chunk.at)
        elif its is None or not _kept_until(its, chunk.at):
            disclosure_file.delete_all(job_id)
            job.done += 1
        else:
            disclosure_file.keep_only(job_id, its.result["file"])
    return False


def _stop_what_nobody_looks_at(session: Session, its: Job, *, at: datetime) -> None:
    if its.state is JobState.PARKED and its.created_at + KEPT <= at:
        starting.cancel(session, its.id, at=at)


def _jobs() -> Any:
    return select(Job).where(Job.kind == WRITE_DISCLOSURE)


def _with_name() -> Any:
    named = select(Job, Person.name).join(Person, Person.id == Job.asked_by_id)
    return named.where(Job.kind == WRITE_DISCLOSURE)


def _kept_until(job: Job, at: datetime) -> datetime | None:
    """Until when the file can be taken; None if there is none, or not any more."""
    has_file = job.state is JobState.DONE and (job.result or {}).get("file")
    until = job.finished_at + KEPT if has_file and job.finished_at else None
    return until if until and at < until else None


def _listed(job: Job, asked_by: str, at: datetime) -> DisclosureFile:
    texts = _Cursor.from_json(job.cursor).texts if job.cursor else 0
    return DisclosureFile(
        id=job.id,
        wanted=Wanted.from_json(job.arguments["wanted"]),
        state=job.state,
        is_cancel_wished=job.cancel_wished_at is not None,
        days=job.done,
        all_days=job.total or 0,
        texts=texts,
        asked_by=asked_by,
        asked_at=job.created_at,
        kept_until=_kept_until(job, at),
    )
