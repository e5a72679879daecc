"""Roles: who holds one, and that whoever has left holds none."""

from datetime import datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.errors import NotAllowed
from challenges.people import leaving, roles
from challenges.people.models import RoleGrant
from challenges.vocabulary import Role


def test_a_role_is_held_once_and_taken_back_once(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    given = [roles.grant_role(session, cast.staff, Role.COACH, at=at) for _ in range(2)]
    taken = [roles.revoke_role(session, cast.staff, Role.COACH, at=at) for _ in range(2)]
    assert (given, taken) == ([True, False], [True, False])
    assert roles.grant_role(session, cast.staff, Role.COACH, at=at)


def test_a_person_who_left_gets_no_role(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    leaving.deactivate(session, cast.dx, at=at)
    held = select(RoleGrant).where(
        RoleGrant.person_id == cast.dx.id, RoleGrant.revoked_at.is_(None)
    )
    assert session.scalars(held).all() == []
    with pytest.raises(NotAllowed):
        roles.grant_role(session, cast.dx, Role.DX_OFFICE, at=at)
