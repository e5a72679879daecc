"""Roles beside the posts of the personnel list: who is of the DX office."""

from datetime import datetime

from sqlalchemy import update
from sqlalchemy.orm import Session

from challenges.errors import NotAllowed
from challenges.people.models import Person, RoleGrant
from challenges.storage.sql import upsert
from challenges.vocabulary import Role


def grant_role(session: Session, person: Person, role: Role, *, at: datetime) -> bool:
    """Give a role; False where the person has it already."""
    if person.deactivated_at:
        raise NotAllowed("在籍していない人に役割は渡せません。")
    row = upsert(session, RoleGrant).values(person_id=person.id, role=role, granted_at=at)
    return session.scalar(row.on_conflict_do_nothing().returning(RoleGrant.id)) is not None


def revoke_role(session: Session, person: Person, role: Role, *, at: datetime) -> bool:
    """Take a role back; False where the person does not have it."""
    held = (
        RoleGrant.person_id == person.id,
        RoleGrant.role == role,
        RoleGrant.revoked_at.is_(None),
    )
    return (
        session.scalar(update(RoleGrant).where(*held).values(revoked_at=at).returning(RoleGrant.id))
        is not None
    )
