"""The signed-in person: everything that every page asks about them, in one statement."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, distinct, exists, func, select
from sqlalchemy.orm import Session, aliased

from challenges.catalogue.models import CatalogueLoad
from challenges.people.models import Membership, Person, RoleGrant
from challenges.people.org_chart import ON_DAY, holds_on
from challenges.storage.sql import fetch_rows
from challenges.submissions.models import Submission
from challenges.submissions.states import IS_WAITING
from challenges.vocabulary import MembershipKind, Role


@dataclass(frozen=True, slots=True)
class Viewer:
    """The signed-in person, as pages see them."""

    id: int
    employee_number: str
    name: str
    language: str
    session_epoch: int
    is_paused: bool
    is_manager: bool
    """Manages at least one unit today, or stands in for its manager."""
    is_dx_office: bool
    unit_id: int | None
    """The unit of the primary membership today."""
    catalogue_revision: int
    """The newest load of the catalogue. A process with an older copy reads it again."""
    people_waiting: int
    """How many people wait for this one to decide, as a manager or a deputy."""


def load_viewer(session: Session, person_id: int, *, on: date) -> Viewer | None:
    """The person with that id, or None if there is none or they are deactivated. One statement."""
    asked = {"person_id": person_id, "on_day": on}
    row = fetch_rows(session, _VIEWER, asked).one_or_none()
    return None if row is None else Viewer(**row._mapping)


def _statement() -> Select[*tuple[Any, ...]]:
    """Every column has the name of a field of ``Viewer``."""
    mine, holds = Membership.person_id == Person.id, holds_on(ON_DAY)
    other = aliased(Person)
    is_managing = Membership.kind != MembershipKind.STAFF
    managed = select(Membership.unit_id).where(mine, holds, is_managing)
    primary = select(Membership.unit_id).where(mine, holds, Membership.is_primary).limit(1)
    in_dx_office = exists().where(
        RoleGrant.person_id == Person.id,
        RoleGrant.role == Role.DX_OFFICE,
        RoleGrant.revoked_at.is_(None),
    )
    waiting = (
        select(func.count(distinct(Submission.person_id)))
        .join(other, other.id == Submission.person_id)
        .where(IS_WAITING, Submission.reviewing_unit_id.in_(managed.correlate(Person)))
        .where(other.id != Person.id, other.deactivated_at.is_(None))
    )
    return select(
        Person.id,
        Person.employee_number,
        Person.name,
        Person.language,
        Person.session_epoch,
        Person.paused_at.is_not(None).label("is_paused"),
        exists().where(mine, holds, is_managing).label("is_manager"),
        in_dx_office.label("is_dx_office"),
        primary.scalar_subquery().label("unit_id"),
        select(func.coalesce(func.max(CatalogueLoad.id), 0))
        .scalar_subquery()
        .label("catalogue_revision"),
        waiting.correlate(Person).scalar_subquery().label("people_waiting"),
    ).where(Person.id == bindparam("person_id"), Person.deactivated_at.is_(None))


# Built once: putting it together takes longer than the database needs to answer it.
_VIEWER = _statement()
