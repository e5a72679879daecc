"""Who hears that a submission waits for them: the managers and deputies of the unit that is asked.

Who they are changes while it waits: a deputy is named, a term ends, somebody is transferred. So
their notices are always made to fit, never only added.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from app.notices.kinds import NoticeKind
from app.notices.models import Notice, NoticeHours
from app.notices.telling import HOURS, Happening, hears, hours_of, put, withdraw_where
from challenges.calendar import day_of
from challenges.people.counting import is_asked_on
from challenges.people.models import Membership, Person
from challenges.people.org_chart import MANAGING, holds_on
from challenges.storage.sql import padded_ids
from challenges.submissions.models import Submission
from challenges.vocabulary import SubmissionState


def tell_who_decides(session: Session, submission_ids: Sequence[int], *, at: datetime) -> None:
    """One notice for each of the people who decide about each of these submissions while it waits.

    Three statements, however many there are; none without submissions. The caller has locked the
    submissions.
    """
    if not submission_ids:
        return
    ids, today = padded_ids(submission_ids), day_of(at)
    is_asked = exists(
        _asked(today)
        .where(Submission.id == Notice.subject_id, Membership.person_id == Notice.person_id)
        .correlate(Notice)
    )
    keys = [_key(id_) for id_ in ids]
    withdraw_where(session, Notice.key.in_(keys) & ~is_asked, at=at)
    rows = session.execute(
        _asked(today)
        .add_columns(*HOURS)
        .outerjoin(NoticeHours, NoticeHours.person_id == Person.id)
        .where(Submission.id.in_(ids), hears(NoticeKind.WAITING, Submission.waiting_since))
        # In one order, as in ``tell``.
        .order_by(Submission.id, Person.id)
        # Somebody may both manage a unit and stand in for its other manager.
        .distinct()
    ).all()
    put(session, [(_happening(row), row.decider_id, hours_of(row)) for row in rows], at=at)


def waiting_in(
    session: Session, *, unit_id: int | None = None, after: int = 0, limit: int | None = None
) -> list[int]:
    """Lock the submissions that wait, of one unit or of all, with ids above ``after``; their ids in
    order. One statement."""
    waiting = (
        select(Submission.id)
        .where(Submission.state == SubmissionState.WAITING, Submission.id > after)
        .order_by(Submission.id)
        .limit(limit)
        .with_for_update(read=True)
    )
    if unit_id is not None:
        waiting = waiting.where(Submission.reviewing_unit_id == unit_id)
    return list(session.scalars(waiting))


def _asked(today: date) -> Select[*tuple[Any, ...]]:
    """Each submission that waits, with each person who is asked to decide about it."""
    return (
        select(
            Submission.id,
            Submission.step_id,
            Submission.person_id,
            Submission.waiting_since,
            Person.id.label("decider_id"),
        )
        .join(Membership, Membership.unit_id == Submission.reviewing_unit_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Submission.state == SubmissionState.WAITING, Submission.waiting_since.is_not(None))
        .where(Membership.kind.in_(MANAGING), holds_on(today), is_asked_on(today))
        .where(Person.id != Submission.person_id)
    )


def _happening(row: Any) -> Happening:
    return Happening(
        kind=NoticeKind.WAITING,
        key=_key(row.id),
        subject_id=row.id,
        step_id=row.step_id,
        by_id=row.person_id,
        happened_at=row.waiting_since,
    )


def _key(submission_id: int) -> str:
    return f"waiting:{submission_id}"
