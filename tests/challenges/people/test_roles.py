"""Roles: who holds one, and that whoever has left holds none."""

from collections.abc import Callable
from datetime import datetime
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.sessions import Database
from challenges.errors import NotAllowed
from challenges.people import leaving, roles
from challenges.people.last_of_office import LastOfTheOffice
from challenges.people.models import Person, RoleGrant
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
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at)
    leaving.deactivate(session, cast.dx, at=at)
    held = select(RoleGrant).where(
        RoleGrant.person_id == cast.dx.id, RoleGrant.revoked_at.is_(None)
    )
    assert session.scalars(held).all() == []
    with pytest.raises(NotAllowed):
        roles.grant_role(session, cast.dx, Role.DX_OFFICE, at=at)


def test_nobody_ends_the_last_role_of_the_office(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    with pytest.raises(LastOfTheOffice):
        roles.revoke_role(session, cast.dx, Role.DX_OFFICE, at=at)
    with pytest.raises(LastOfTheOffice):
        leaving.deactivate(session, cast.dx, at=at)
    with pytest.raises(LastOfTheOffice):
        leaving.deactivate_all(session, [cast.staff.id, cast.dx.id], at=at)
    session.refresh(cast.dx)
    assert cast.dx.deactivated_at is None


def test_one_of_two_may_end_and_then_the_other_is_the_last(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at)
    assert roles.revoke_role(session, cast.dx, Role.DX_OFFICE, at=at)
    with pytest.raises(LastOfTheOffice):
        leaving.deactivate(session, cast.staff, at=at)


def test_a_person_who_left_is_no_successor(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at)
    cast.staff.deactivated_at = at
    session.flush()
    with pytest.raises(LastOfTheOffice):
        roles.revoke_role(session, cast.dx, Role.DX_OFFICE, at=at)


def test_a_coach_and_a_visitor_may_end_as_they_like(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    roles.grant_role(session, cast.staff, Role.COACH, at=at)
    assert roles.revoke_role(session, cast.staff, Role.COACH, at=at)
    assert not roles.revoke_role(session, cast.staff, Role.DX_OFFICE, at=at)


def test_two_who_leave_at_once_do_not_empty_the_office(
    database: Database,
    session: Session,
    cast: SimpleNamespace,
    race: Callable[..., list[Any]],
    at: datetime,
) -> None:
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at)
    session.commit()

    def ending(person_id: int) -> Callable[[Session], bool]:
        return lambda own: roles.revoke_role(
            own, own.get_one(Person, person_id), Role.DX_OFFICE, at=at
        )

    race(ending(cast.staff.id), ending(cast.dx.id), times=4)
    current = select(RoleGrant).where(
        RoleGrant.role == Role.DX_OFFICE, RoleGrant.revoked_at.is_(None)
    )
    with database.reading() as own:
        assert len(own.scalars(current).all()) == 1
