"""Gives and takes back roles, such as membership of the DX office.

Whoever manages a unit has no role: that is a membership, see org_chart.py.
"""

from datetime import datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.errors import NotAllowed
from challenges.people.held_roles import end_with_posts
from challenges.people.last_of_office import must_leave_somebody
from challenges.people.leaving import lock_person
from challenges.people.models import Person, RoleGrant
from challenges.people.org_chart import unit_on
from challenges.storage.sql import upsert
from challenges.vocabulary import Role


def grant_role(
    session: Session, person: Person, role: Role, *, at: datetime, for_next_post: bool = False
) -> bool:
    """Give the person a role; False if they hold it already. Raises NotAllowed if they have left.

    It rests on the unit of their main appointment today, and ends when they leave it. With
    ``for_next_post`` it rests on the one that their next transfer brings: for a successor who is
    still elsewhere, or before the office itself is renamed. Given again, it rests on what was said
    last.
    """
    # Somebody may let the person leave at this moment, and end the roles that they hold by then.
    lock_person(session, person)
    if person.deactivated_at:
        raise NotAllowed("在籍していない人に役割は渡せません。")
    end_with_posts(session, at=at)
    unit_id = None if for_next_post else unit_on(session, person.id, day_of(at))
    # The unique key on current grants decides, also between two requests at once.
    grant = upsert(session, RoleGrant).values(
        person_id=person.id, role=role, granted_at=at, unit_id=unit_id
    )
    if session.scalar(grant.on_conflict_do_nothing().returning(RoleGrant.id)) is not None:
        return True
    session.execute(update(RoleGrant).where(_is_current(person, role)).values(unit_id=unit_id))
    return False


def revoke_role(session: Session, person: Person, role: Role, *, at: datetime) -> bool:
    """Take the role back; False if the person does not hold it. Raises LastOfTheOffice."""
    if role is Role.DX_OFFICE:
        must_leave_somebody(session, [person.id])
    revoked = session.scalar(
        update(RoleGrant)
        .where(_is_current(person, role))
        .values(revoked_at=at)
        .returning(RoleGrant.id)
    )
    return revoked is not None


def _is_current(person: Person, role: Role) -> ColumnElement[bool]:
    return (
        (RoleGrant.person_id == person.id)
        & (RoleGrant.role == role)
        & RoleGrant.revoked_at.is_(None)
    )
