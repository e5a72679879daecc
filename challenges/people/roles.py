"""Gives and takes back roles, such as membership of the DX office.

Whoever manages a unit has no role: that is a membership, see org_chart.py.
"""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from challenges.errors import NotAllowed
from challenges.people.last_of_office import must_leave_somebody
from challenges.people.leaving import lock_person
from challenges.people.models import Person, RoleGrant
from challenges.storage.sql import upsert
from challenges.vocabulary import Role


def grant_role(session: Session, person: Person, role: Role, *, at: datetime) -> bool:
    """Give the person a role; False if they hold it already. Raises NotAllowed if they have
    left."""
    # Somebody may let the person leave at this moment, and end the roles that they hold by then.
    lock_person(session, person)
    if person.deactivated_at:
        raise NotAllowed("在籍していない人に役割は渡せません。")
    # The unique key on current grants decides, also between two requests at once.
    grant = upsert(session, RoleGrant).values(person_id=person.id, role=role, granted_at=at)
    return session.scalar(grant.on_conflict_do_nothing().returning(RoleGrant.id)) is not None


def revoke_role(session: Session, person: Person, role: Role, *, at: datetime) -> bool:
    """Take the role back; False if the person does not hold it. Raises LastOfTheOffice."""
    if role is Role.DX_OFFICE:
        must_leave_somebody(session, [person.id])
    revoked = session.scalar(
        update(RoleGrant)
        .where(
            RoleGrant.person_id == person.id,
            RoleGrant.role == role,
            RoleGrant.revoked_at.is_(None),
        )
        .values(revoked_at=at)
        .returning(RoleGrant.id)
    )
    return revoked is not None
