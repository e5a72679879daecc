"""Finds a new reviewing unit for waiting submissions whose unit has lost its manager."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.outbox import record
from challenges.people import org_chart
from challenges.people.counting import is_asked_on
from challenges.people.models import Membership, Person
from challenges.submissions.events import WaitingChanged
from challenges.submissions.models import Submission
from challenges.submissions.states import IS_WAITING
from challenges.vocabulary import MembershipKind


@dataclass(frozen=True)
class Routed:
    """How many submissions got a new unit, and the id of the last one looked at (None if there was
    none)."""

    moved: int
    last: int | None


def route_some(session: Session, *, after: int, limit: int, at: datetime) -> Routed:
    """Give submissions that wait for a unit without a manager to the nearest unit above that has
    one: up to ``limit`` of them, with an id above ``after``, in the order of ids.

    Without any manager above, a submission stays where it is and is accepted when it is overdue.
    """
    today, moved, last = day_of(at), 0, None
    has_manager = exists().where(
        Membership.unit_id == Submission.reviewing_unit_id,
        Membership.kind == MembershipKind.MANAGER,
        Membership.person_id != Submission.person_id,
        org_chart.holds_on(today),
        Person.id == Membership.person_id,
        Person.deactivated_at.is_(None),
        is_asked_on(today),
    )
    orphaned = (
        select(Submission)
        .where(IS_WAITING, ~has_manager, Submission.id > after)
        .order_by(Submission.id)
    )
    for submission in session.scalars(
        orphaned.limit(limit).with_for_update(skip_locked=True)
    ).all():
        last = submission.id
        unit_id = org_chart.reviewing_unit(
            session, person_id=submission.person_id, unit_id=submission.unit_id, on=today
        )
        if unit_id is not None and unit_id != submission.reviewing_unit_id:
            submission.reviewing_unit_id = unit_id
            record(session, WaitingChanged.of(submission, at=at))
            moved += 1
    session.flush()
    return Routed(moved, last)
