"""People leave: they are signed out, their memberships and roles end, what they did stays.

Nobody is deleted. Somebody who comes back is on the personnel list again, see roster/applying.py.
"""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Delete, Update, delete, or_, update
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.people.last_of_office import must_leave_somebody
from challenges.people.models import Membership, Person, RoleGrant
from challenges.storage.sql import in_batches

_BATCH = 500
"""People per statement."""


def deactivate(session: Session, person: Person, *, at: datetime) -> None:
    """Let one person leave: signed out at their next request, memberships end today.

    Raises LastOfTheOffice.
    """
    # The statements below go past the session's objects: write what is pending before, and read
    # the person again after.
    session.flush()
    deactivate_all(session, [person.id], at=at)
    session.expire(person)


def lock_person(session: Session, person: Person) -> None:
    """Wait until nobody else changes the person's memberships or lets them leave, and read them
    again."""
    # The key-share kind does not hold up inserts that only refer to the person.
    session.refresh(person, with_for_update={"key_share": True})


def deactivate_all(session: Session, person_ids: Sequence[int], *, at: datetime) -> None:
    """Let many people leave. Objects in the session do not notice: expire them.

    Raises LastOfTheOffice.
    """
    if person_ids:
        must_leave_somebody(session, person_ids)
    for some in in_batches(person_ids, _BATCH):
        for statement in _statements(some, at, today=day_of(at)):
            session.execute(statement, execution_options={"synchronize_session": False})


def _statements(
    person_ids: Sequence[int], at: datetime, *, today: date
) -> tuple[Update | Delete, ...]:
    is_theirs = Membership.person_id.in_(person_ids)
    goes_on = or_(Membership.valid_to.is_(None), Membership.valid_to > today)
    return (
        # A new epoch ends every session and one-time link.
        update(Person)
        .where(Person.id.in_(person_ids), Person.deactivated_at.is_(None))
        .values(deactivated_at=at, session_epoch=Person.session_epoch + 1),
        # What has not begun goes first: it cannot end before its first day.
        delete(Membership).where(is_theirs, Membership.valid_from > today),
        update(Membership).where(is_theirs, goes_on).values(valid_to=today),
        update(RoleGrant)
        .where(RoleGrant.person_id.in_(person_ids), RoleGrant.revoked_at.is_(None))
        .values(revoked_at=at),
    )
