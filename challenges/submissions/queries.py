"""What one person has open and what they wrote.

Almost every page asks these. Each statement is built once, because building one takes longer than
the database's answer.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Boolean, Date, Row, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from challenges.calendar import midnight_of
from challenges.catalogue.models import Step
from challenges.people.models import Person
from challenges.storage.orm import UtcDateTime
from challenges.storage.sql import fetch_rows, fields_of
from challenges.submissions.models import OPEN, Completion, Practice, StepTotal, Submission
from challenges.text import followable, host_of
from challenges.vocabulary import DecidedHow, SubmissionState


@dataclass(slots=True)
class OpenSubmission:
    """A submission that is not decided yet, with the days of a habit written so far."""

    id: int
    step_id: int
    state: SubmissionState
    is_already_doing: bool
    reflection: str
    link: str | None
    question: str | None
    asked_by: str | None
    asked_at: datetime | None
    submitted_at: datetime | None
    waiting_since: datetime | None
    words_shown_at: datetime | None = None
    days: dict[date, str] = field(default_factory=dict)
    """The words of each day, earliest first."""


def open_submissions(session: Session, person_id: int) -> dict[int, OpenSubmission]:
    """The person's open submissions by step id. One statement."""
    return opened(fetch_rows(session, OPEN_SUBMISSIONS, {"person_id": person_id}))


def opened(rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[int, OpenSubmission]:
    """The submissions of these rows by step id, in their order."""
    submissions: dict[int, OpenSubmission] = {}
    for row in rows:
        if row.step_id not in submissions:
            submissions[row.step_id] = OpenSubmission(**fields_of(row, OpenSubmission))
        _add_day(submissions[row.step_id].days, row)
    return submissions


def opened_in_order(rows: Iterable[Row[*tuple[Any, ...]]]) -> dict[int, OpenSubmission]:
    """The same of rows that come in no order."""
    return opened(sorted(rows, key=lambda row: (row.id, row.day or date.min)))


def open_submissions_of(
    session: Session, person_ids: Sequence[int]
) -> dict[int, dict[int, OpenSubmission]]:
    """The open submissions of these people by person and step id. One statement, for letters."""
    found: dict[int, dict[int, OpenSubmission]] = {}
    for row in fetch_rows(session, _OPEN_OF_MANY, {"person_ids": person_ids}):
        theirs = found.setdefault(row.person_id, {})
        if row.step_id not in theirs:
            theirs[row.step_id] = OpenSubmission(**fields_of(row, OpenSubmission))
        _add_day(theirs[row.step_id].days, row)
    return found


def _add_day(days: dict[date, str], row: Row[*tuple[Any, ...]]) -> None:
    if row.day is not None:
        days[row.day] = row.words


# A statement that joins them has one row for each day of a habit, and one for what has no days.
_DAYS = (Practice.day, Practice.reflection.label("words"))


_OPEN: Select[*tuple[Any, ...]] = (
    select(
        Submission.id,
        Submission.step_id,
        Submission.state,
        Submission.is_already_doing,
        Submission.reflection,
        Submission.link,
        Submission.question,
        Person.name.label("asked_by"),
        Submission.asked_at,
        Submission.submitted_at,
        Submission.waiting_since,
        Submission.words_shown_at,
        *_DAYS,
    )
    .outerjoin(Person, Person.id == Submission.asked_by_id)
    .outerjoin(Practice, Practice.submission_id == Submission.id)
    .where(Submission.state.in_(OPEN))
    .order_by(Submission.id, Practice.day)
)
OPEN_SUBMISSIONS = _OPEN.where(Submission.person_id == bindparam("person_id"))
_OPEN_OF_MANY = _OPEN.add_columns(Submission.person_id).where(
    Submission.person_id.in_(bindparam("person_ids", expanding=True))
)


def has_begun(session: Session, person_id: int, challenge_id: int) -> bool:
    """Whether the person ever submitted a step of the challenge. One statement."""
    return bool(
        fetch_rows(
            session, _HAS_BEGUN, {"person_id": person_id, "challenge_id": challenge_id}
        ).scalar()
    )


_HAS_BEGUN = select(
    exists()
    .where(Submission.person_id == bindparam("person_id"), Step.id == Submission.step_id)
    .where(Step.challenge_id == bindparam("challenge_id"))
)


def steps_with_submissions(session: Session) -> set[int]:
    """Ids of the steps that anybody ever began. One statement."""
    return set(session.scalars(select(Submission.step_id).distinct()))


@dataclass(slots=True)
class Record:
    """One completion with what the person wrote. It stands, or the DX office voided it and said
    why."""

    completion_id: int
    step_id: int
    happened_at: datetime
    recorded_at: datetime
    decided_how: DecidedHow
    reflection: str
    link: str | None
    voided_at: datetime | None
    void_reason: str | None
    submission_id: int = 0
    words_shown_at: datetime | None = None
    """Since when colleagues may read the words."""
    days: dict[date, str] = field(default_factory=dict)
    """The words of each day of a habit, earliest first."""

    @property
    def address(self) -> str | None:
        """The link, if it is one that may be opened from a page."""
        return followable(self.link)

    @property
    def host(self) -> str:
        """Where the address leads."""
        return host_of(self.link)


def records_of_challenge(session: Session, person_id: int, challenge_id: int) -> dict[int, Record]:
    """The person's completions of one challenge, by step id. Of a step that does not stand, the
    last one that the DX office voided. One statement."""
    rows = fetch_rows(
        session, RECORDS_OF_CHALLENGE, {"person_id": person_id, "challenge_id": challenge_id}
    )
    return {record.step_id: record for record in recorded(rows)}


def recent_records(
    session: Session, person_id: int, *, own: bool, limit: int, offset: int = 0
) -> list[Record]:
    """The person's completions, newest first. Voided ones are there only if the reader asks for
    their ``own``. One statement."""
    asked = {"person_id": person_id, "own": own, "at_most": limit, "skipped": offset}
    return recorded(fetch_rows(session, _RECENT_RECORDS, asked))


def records_between(
    session: Session, person_id: int, *, days: tuple[date, date], limit: int, offset: int = 0
) -> list[Record]:
    """The person's standing completions of those days of Tokyo, both included, in their order. One
    statement."""
    first, last = days
    asked = {
        "person_id": person_id,
        "since": midnight_of(first),
        "until": midnight_of(last + timedelta(days=1)),
        "at_most": limit,
        "skipped": offset,
    }
    return recorded(fetch_rows(session, _RECORDS_BETWEEN, asked))


def recorded(rows: Iterable[Row[*tuple[Any, ...]]]) -> list[Record]:
    """One for each completion, in the order of the rows."""
    records: dict[int, Record] = {}
    for row in rows:
        if row.completion_id not in records:
            records[row.completion_id] = Record(**fields_of(row, Record))
        _add_day(records[row.completion_id].days, row)
    return list(records.values())


STANDS = Completion.voided_at.is_(None)
_RECORDS = (
    select(
        Completion.id.label("completion_id"),
        Completion.step_id,
        Completion.happened_at,
        Completion.recorded_at,
        Completion.decided_how,
        Submission.reflection,
        Submission.link,
        Completion.voided_at,
        Completion.void_reason,
        Completion.submission_id,
        Submission.words_shown_at,
        *_DAYS,
    )
    .join(Submission, Submission.id == Completion.submission_id)
    .outerjoin(Practice, Practice.submission_id == Submission.id)
    .where(Completion.person_id == bindparam("person_id"))
)


_VOIDED = (Submission.state == SubmissionState.VOIDED) & (
    Submission.decided_at == Completion.decided_at
)
"""By the DX office. Pages do not show an acceptance that its manager took back before."""


RECORDS_OF_CHALLENGE = (
    _RECORDS.join(Step, Step.id == Completion.step_id)
    .where(Step.challenge_id == bindparam("challenge_id"), or_(STANDS, _VOIDED))
    .order_by(STANDS, Completion.id, Practice.day)  # of one step the last one counts
)


_COMPLETIONS_OF_ONE = select(Completion.id).where(Completion.person_id == bindparam("person_id"))


def _recent_records() -> Select[*tuple[Any, ...]]:
    shown = _COMPLETIONS_OF_ONE.join(Submission, Submission.id == Completion.submission_id).where(
        or_(STANDS, _VOIDED & bindparam("own", type_=Boolean))
    )
    return _page_of_records(shown, Completion.happened_at.desc(), Completion.id.desc())


def _records_between() -> Select[*tuple[Any, ...]]:
    since, until = (bindparam(name, type_=UtcDateTime) for name in ("since", "until"))
    shown = _COMPLETIONS_OF_ONE.where(
        STANDS, Completion.happened_at >= since, Completion.happened_at < until
    )
    return _page_of_records(shown, Completion.happened_at, Completion.id)


def _page_of_records(shown: Select[int], *order: Any) -> Select[*tuple[Any, ...]]:
    """The days of habits are joined to one page of completions."""
    page = shown.order_by(*order).limit(bindparam("at_most")).offset(bindparam("skipped"))
    window = page.subquery("shown")
    return _RECORDS.join(window, window.c.id == Completion.id).order_by(*order, Practice.day)


_RECENT_RECORDS = _recent_records()
_RECORDS_BETWEEN = _records_between()


STEPS_SINCE: Select[*tuple[Any, ...]] = select(
    func.coalesce(func.sum(StepTotal.completions), 0).label("steps")
).where(StepTotal.month >= bindparam("month", type_=Date))
"""How many steps everybody climbed together since the first day of ``month``, from the stored
totals."""
