"""What one person has open and what they wrote.

Almost every page asks these. Each statement is built once, because building one takes longer than
the database's answer.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sqlalchemy import Boolean, Date, Select, bindparam, exists, func, or_, select
from sqlalchemy.orm import Session

from challenges.catalogue.models import Step
from challenges.people.models import Person
from challenges.small_groups import SMALLEST_GROUP
from challenges.storage.sql import fetch_rows
from challenges.submissions.models import OPEN, Completion, Practice, StepTotal, Submission
from challenges.text import followable, host_of
from challenges.vocabulary import DecidedHow, SubmissionState


@dataclass(slots=True)
class OpenSubmission:
    """A submission that is not decided yet, with the days of a habit written so far."""

    id: int
    step_id: int
    state: SubmissionState
    reflection: str
    link: str | None
    question: str | None
    asked_by: str | None
    asked_at: datetime | None
    waiting_since: datetime | None
    days: list[date] = field(default_factory=list)


def open_submissions(session: Session, person_id: int) -> dict[int, OpenSubmission]:
    """The person's open submissions by step id. One statement."""
    submissions: dict[int, OpenSubmission] = {}
    # One row for each day of a habit, and one for a submission without days.
    for row in fetch_rows(session, _OPEN_SUBMISSIONS, {"person_id": person_id}):
        if row.step_id not in submissions:
            values = dict(row._mapping)
            del values["day"]
            submissions[row.step_id] = OpenSubmission(**values)
        if row.day is not None:
            submissions[row.step_id].days.append(row.day)
    return submissions


_OPEN_SUBMISSIONS: Select[*tuple[Any, ...]] = (
    select(
        Submission.id,
        Submission.step_id,
        Submission.state,
        Submission.reflection,
        Submission.link,
        Submission.question,
        Person.name.label("asked_by"),
        Submission.asked_at,
        Submission.waiting_since,
        Practice.day,
    )
    .outerjoin(Person, Person.id == Submission.asked_by_id)
    .outerjoin(Practice, Practice.submission_id == Submission.id)
    .where(Submission.person_id == bindparam("person_id"), Submission.state.in_(OPEN))
    .order_by(Submission.id, Practice.day)
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


@dataclass(frozen=True, slots=True)
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
        session, _RECORDS_OF_CHALLENGE, {"person_id": person_id, "challenge_id": challenge_id}
    )
    return {row.step_id: Record(**row._mapping) for row in rows}


def recent_records(
    session: Session, person_id: int, *, own: bool, limit: int, offset: int = 0
) -> list[Record]:
    """The person's completions, newest first. Voided ones are there only if the reader asks for
    their ``own``. One statement."""
    asked = {"person_id": person_id, "own": own, "at_most": limit, "skipped": offset}
    rows = fetch_rows(session, _RECENT_RECORDS, asked)
    return [Record(**row._mapping) for row in rows]


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
    )
    .join(Submission, Submission.id == Completion.submission_id)
    .where(Completion.person_id == bindparam("person_id"))
)


_VOIDED = (Submission.state == SubmissionState.VOIDED) & (
    Submission.decided_at == Completion.decided_at
)
"""By the DX office. Pages do not show an acceptance that its manager took back before."""


_RECORDS_OF_CHALLENGE = (
    _RECORDS.join(Step, Step.id == Completion.step_id)
    .where(Step.challenge_id == bindparam("challenge_id"), or_(STANDS, _VOIDED))
    .order_by(STANDS, Completion.id)  # of one step the last one counts
)


_RECENT_RECORDS = (
    _RECORDS.where(or_(STANDS, _VOIDED & bindparam("own", type_=Boolean)))
    .order_by(Completion.happened_at.desc(), Completion.id.desc())
    .limit(bindparam("at_most"))
    .offset(bindparam("skipped"))
)


def steps_since(session: Session, month: date) -> int:
    """How many steps everybody climbed together since the first day of ``month``, from the stored
    totals. One statement."""
    return fetch_rows(session, _STEPS_SINCE, {"month": month}).scalar() or 0


_STEPS_SINCE = select(func.sum(StepTotal.completions)).where(
    StepTotal.month >= bindparam("month", type_=Date)
)


def people_on(session: Session, step_ids: Sequence[int]) -> dict[int, int]:
    """How many people climbed each step, by step id. Smaller groups than SMALLEST_GROUP are left
    out. One statement."""
    rows = fetch_rows(session, _PEOPLE_ON, {"step_ids": step_ids})
    return {step_id: people for step_id, people in rows if people >= SMALLEST_GROUP}


_PEOPLE_ON = (
    select(StepTotal.step_id, func.sum(StepTotal.completions))
    .where(StepTotal.step_id.in_(bindparam("step_ids", expanding=True)))
    .group_by(StepTotal.step_id)
)
