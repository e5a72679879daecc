"""Who waits for a manager, and the rows that a manager decides or takes back together."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, Select, bindparam, case, distinct, func, join, select, true
from sqlalchemy.orm import Session, aliased, joinedload

from challenges.catalogue.models import Challenge, Step
from challenges.people.models import Person
from challenges.storage.sql import fetch_rows, padded_ids
from challenges.submissions.models import Completion, Submission
from challenges.submissions.overdue import due_on
from challenges.submissions.states import IS_WAITING
from challenges.text import followable, host_of
from challenges.vocabulary import DecidedHow, Stage, SubmissionState


@dataclass(frozen=True, slots=True)
class Waiting:
    """A submission that waits for a manager."""

    id: int
    name: str
    slug: str
    step_number: int
    stage: Stage
    reflection: str
    link: str | None
    question: str | None
    """What was asked when it was sent back before."""
    is_already_doing: bool
    waiting_since: datetime
    asked_by_id: int | None = None
    """Who asked the ``question``."""

    @property
    def due_on(self) -> date:
        """The day on which it is accepted by itself."""
        return due_on(self.waiting_since)

    @property
    def address(self) -> str | None:
        """The link, if it is one that may be opened from a page."""
        return followable(self.link)

    @property
    def host(self) -> str:
        """Where the address leads, so that one knows before one goes."""
        return host_of(self.link)


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits for a manager: the number of people and of their submissions, and one page."""

    people: int
    submissions: int
    rows: Sequence[Waiting]


def queue(
    session: Session, unit_ids: Collection[int], *, me: int, limit: int, offset: int = 0
) -> Queue:
    """Submissions of others that those units are asked to look at, oldest first. One statement."""
    asked = {"unit_ids": padded_ids(unit_ids), "me": me, "at_most": limit, "skipped": offset}
    found = fetch_rows(session, _QUEUE, asked).all()
    counted = found[0]
    return Queue(
        people=counted.people,
        submissions=counted.submissions,
        rows=[_waiting(row) for row in found if row.id is not None],
    )


def _waiting(row: Row[*tuple[Any, ...]]) -> Waiting:
    return Waiting(**{name: value for name, value in row._mapping.items() if name in _SHOWN})


_SHOWN = {one.name for one in fields(Waiting)}


def _queue() -> Select[*tuple[Any, ...]]:
    """The two counts beside every row of the page, and beside one empty row where the page has
    none."""
    asked = (
        select(Submission.id, Submission.person_id, Submission.waiting_since)
        .join(Person, Person.id == Submission.person_id)
        .where(IS_WAITING, Submission.reviewing_unit_id.in_(bindparam("unit_ids", expanding=True)))
        .where(Submission.person_id != bindparam("me"), Person.deactivated_at.is_(None))
        .cte("asked")
    )
    people, submissions = func.count(distinct(asked.c.person_id)), func.count()
    counted = (
        select(people.label("people"), submissions.label("submissions"))
        .select_from(asked)
        .subquery("counted")
    )
    oldest = select(asked.c.id).order_by(asked.c.waiting_since, asked.c.id)
    shown = oldest.limit(bindparam("at_most")).offset(bindparam("skipped")).subquery("shown")
    columns: Any = (
        Submission.id,
        Person.name,
        Challenge.slug,
        Step.number.label("step_number"),
        Step.stage,
        Submission.reflection,
        Submission.link,
        Submission.question,
        Submission.is_already_doing,
        Submission.waiting_since,
        Submission.asked_by_id,
    )
    rows = (
        join(shown, Submission, Submission.id == shown.c.id)
        .join(Person, Person.id == Submission.person_id)
        .join(Step, Step.id == Submission.step_id)
        .join(Challenge, Challenge.id == Step.challenge_id)
    )
    return (
        select(counted.c.people, counted.c.submissions, *columns)
        .select_from(counted.outerjoin(rows, true()))
        .order_by(Submission.waiting_since, Submission.id)
    )


_QUEUE = _queue()


def submissions_to_decide(
    session: Session, submission_ids: Collection[int]
) -> Sequence[Submission]:
    """The submissions with those ids and their people, as far as they exist. One statement."""
    return session.scalars(
        select(Submission)
        .where(Submission.id.in_(submission_ids))
        .options(joinedload(Submission.person))
    ).all()


@dataclass(frozen=True, slots=True)
class Outcome:
    """Where a submission stands: what a manager is told who decided it too late."""

    name: str
    """Whose it is."""
    slug: str
    state: SubmissionState
    decided_how: DecidedHow | None
    """Only if it was accepted."""
    by_id: int | None
    by: str | None
    """Who decided it, or asked back."""


def outcomes(session: Session, submission_ids: Collection[int]) -> Sequence[Outcome]:
    """Where the submissions with those ids stand, in the order of the queue. One statement."""
    by = aliased(Person)
    is_accepted = Submission.state == SubmissionState.ACCEPTED
    who = case((is_accepted, Completion.decided_by_id), else_=Submission.asked_by_id)
    stands = (Completion.submission_id == Submission.id) & Completion.voided_at.is_(None)
    rows = session.execute(
        select(
            Person.name,
            Challenge.slug,
            Submission.state,
            Completion.decided_how,
            by.id.label("by_id"),
            by.name.label("by"),
        )
        .join(Person, Person.id == Submission.person_id)
        .join(Step, Step.id == Submission.step_id)
        .join(Challenge, Challenge.id == Step.challenge_id)
        .outerjoin(Completion, stands)
        .outerjoin(by, by.id == who)
        .where(Submission.id.in_(submission_ids))
        .order_by(Submission.submitted_at, Submission.id)
    )
    return [Outcome(**row._mapping) for row in rows]


def completions_to_take_back(
    session: Session, completion_ids: Collection[int]
) -> Sequence[Completion]:
    """The completions with those ids, their people and submissions, as far as they exist. One
    statement."""
    whole = joinedload(Completion.person), joinedload(Completion.submission)
    return session.scalars(
        select(Completion).where(Completion.id.in_(completion_ids)).options(*whole)
    ).all()
