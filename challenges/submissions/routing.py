"""Whose desk a waiting submission lies on when managers come and go: never nobody's while somebody
could look."""

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.people import org_chart
from challenges.people.models import Membership, Person
from challenges.submissions.models import Submission
from challenges.submissions.states import IS_WAITING
from challenges.vocabulary import MembershipKind


def route_anew(session: Session, *, at: datetime) -> int:
    """Let the nearest manager above look at what waits for a unit that has none any more; how many
    submissions moved.

    Where nobody is above either, a submission stays where it is, and is accepted by itself in the
    end.
    """
    today, moved = day_of(at), 0
    has_manager = exists().where(
        Membership.unit_id == Submission.reviewing_unit_id,
        Membership.kind == MembershipKind.MANAGER,
        Membership.person_id != Submission.person_id,
        org_chart.holds_on(today),
        Person.id == Membership.person_id,
        Person.deactivated_at.is_(None),
    )
    orphaned = select(Submission).where(IS_WAITING, ~has_manager).with_for_update(skip_locked=True)
    for submission in session.scalars(orphaned).all():
        unit_id = org_chart.reviewing_unit(
            session, person_id=submission.person_id, unit_id=submission.unit_id, on=today
        )
        if unit_id is not None and unit_id != submission.reviewing_unit_id:
            submission.reviewing_unit_id = unit_id
            moved += 1
    session.flush()
    return moved
