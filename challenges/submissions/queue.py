"""What a manager's page asks first: which units I look after, who stands in for me, and who is
waiting."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, distinct, func, join, select, true
from sqlalchemy.orm import Session, joinedload

from challenges.catalogue.models import Challenge, Step
from challenges.people.models import Person
from challenges.storage.sql import fetch_rows, padded_ids
from challenges.submissions.models import Completion, Submission
from challenges.submissions.overdue import due_on
from challenges.submissions.states import IS_WAITING
from challenges.text import followable, host_of
from challenges.vocabulary import Stage


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
        return host_of(self.address)


@dataclass(frozen=True, slots=True)
class Queue:
    """Who waits for a manager: how many people with how many submissions in all, and a page of
    those."""

    people: int
    submissions: int
    rows: Sequence[Waiting]


def queue(
    session: Session, unit_ids: Collection[int], *, me: int, limit: int, offset: int = 0
) -> Queue:
    """Submissions of others that those units are asked to look at, oldest first. One statement."""
    asked = {"unit_ids": padded_ids(unit_ids), "me": me, "at_most": limit, "skipped": offset}
    found = fetch_rows(session, _QUEUE, asked).all()
    people, submissions, *_ = found[0]
    return Queue(people, submissions, [Waiting(*row) for _, _, *row in found if row[0] is not None])


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
        Step.number,
        Step.stage,
        Submission.reflection,
        Submission.link,
        Submission.question,
        Submission.is_already_doing,
        Submission.waiting_since,
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


def submissions(session: Session, submission_ids: Collection[int]) -> Sequence[Submission]:
    """Submissions to decide, with whose they are; ids of nothing are left out. One statement."""
    return session.scalars(
        select(Submission)
        .where(Submission.id.in_(submission_ids))
        .options(joinedload(Submission.person))
    ).all()


def completions(session: Session, completion_ids: Collection[int]) -> Sequence[Completion]:
    """Completions to take back, with whose they are and their submissions; ids of nothing are left
    out. One statement."""
    whole = joinedload(Completion.person), joinedload(Completion.submission)
    return session.scalars(
        select(Completion).where(Completion.id.in_(completion_ids)).options(*whole)
    ).all()
