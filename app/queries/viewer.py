"""The signed-in person: everything that every page asks about them, in one statement."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Select, bindparam, case, distinct, exists, func, select
from sqlalchemy.orm import Session, aliased

from app.notices.queries import UNREAD
from app.queries.campaigns import IS_RUNNING
from challenges.calendar import day_of
from challenges.catalogue.models import CatalogueLoad
from challenges.people.counting import is_asked_on
from challenges.people.held_roles import holds_role
from challenges.people.models import Membership, Person, SignIn
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
    sign_in_id: int
    last_seen_on: date
    """The day of their last request before this one, as far as it was written down."""
    is_shared_computer: bool
    is_paused: bool
    is_asked: bool
    """Whether something may be suggested or asked today: no rest, and a day that counts."""
    is_manager: bool
    """Manages at least one unit today, or stands in for its manager."""
    is_dx_office: bool
    unit_id: int | None
    """The unit of the primary membership today."""
    catalogue_revision: int
    """The newest load of the catalogue. A process with an older copy reads it again."""
    is_campaign_on: bool
    """Whether a campaign is on today, for whomever. Spares the others a statement."""
    people_waiting: int
    """How many people wait for this one to decide, as a manager or a deputy. None on a day on which
    nothing is asked of them."""
    unread: int
    """The number at the bell: notices that the person has not read, counted once their hours have
    begun. None during a rest."""


def load_viewer(session: Session, key: str, *, at: datetime) -> Viewer | None:
    """The person whose sign-in has that key, or None if it is over. One statement."""
    asked = {"key": key, "at": at, "on_day": day_of(at)}
    row = fetch_rows(session, _VIEWER, asked).one_or_none()
    return None if row is None else Viewer(**row._mapping)


def _statement() -> Select[*tuple[Any, ...]]:
    """Every column has the name of a field of ``Viewer``."""
    mine, holds = Membership.person_id == Person.id, holds_on(ON_DAY)
    other = aliased(Person)
    is_managing = Membership.kind != MembershipKind.STAFF
    managed = select(Membership.unit_id).where(mine, holds, is_managing)
    primary = select(Membership.unit_id).where(mine, holds, Membership.is_primary).limit(1)
    in_dx_office = holds_role(Role.DX_OFFICE, person_id=Person.id, on=ON_DAY)
    waiting = (
        select(func.count(distinct(Submission.person_id)))
        .join(other, other.id == Submission.person_id)
        .where(IS_WAITING, Submission.reviewing_unit_id.in_(managed.correlate(Person)))
        .where(other.id != Person.id, other.deactivated_at.is_(None), is_asked_on(ON_DAY))
    )
    columns = select(
        Person.id,
        Person.employee_number,
        Person.name,
        Person.language,
        SignIn.id.label("sign_in_id"),
        SignIn.last_seen_on,
        SignIn.is_shared.label("is_shared_computer"),
        Person.paused_at.is_not(None).label("is_paused"),
        (Person.paused_at.is_(None) & is_asked_on(ON_DAY)).label("is_asked"),
        exists().where(mine, holds, is_managing).label("is_manager"),
        in_dx_office.label("is_dx_office"),
        primary.scalar_subquery().label("unit_id"),
        select(func.coalesce(func.max(CatalogueLoad.id), 0))
        .scalar_subquery()
        .label("catalogue_revision"),
        exists().where(IS_RUNNING).label("is_campaign_on"),
        waiting.correlate(Person).scalar_subquery().label("people_waiting"),
        case((Person.paused_at.is_not(None), 0), else_=UNREAD).label("unread"),
    )
    # Whatever raises the epoch ends every sign-in: a new password, leaving, signing out everywhere.
    is_current = (SignIn.person_id == Person.id) & (SignIn.epoch == Person.session_epoch)
    return columns.join(SignIn, is_current).where(
        SignIn.key == bindparam("key"),
        SignIn.ends_at > bindparam("at", type_=SignIn.ends_at.type),
        Person.deactivated_at.is_(None),
    )


# Built once: putting it together takes longer than the database needs to answer it.
_VIEWER = _statement()
