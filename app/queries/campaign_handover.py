"""What the hand-over of the DX office asks beside its campaigns."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.slack.posts.models import PostState, SlackPost
from challenges.outbox import Delivery, DeliveryState
from challenges.people.directory import unit_path_on
from challenges.people.held_roles import is_held_on
from challenges.people.models import Person, RoleGrant
from challenges.vocabulary import Role


@dataclass(frozen=True, slots=True)
class RoleHolder:
    """Somebody who belongs to the DX office, or coaches."""

    role: Role
    name: str
    employee_number: str
    unit: str | None
    since: datetime


@dataclass(frozen=True, slots=True)
class Parked:
    """What stopped and waits for somebody."""

    deliveries: int
    posts: int


def members_of_the_office(session: Session, *, on: date) -> list[RoleHolder]:
    """Who holds a role now, the office first, the longest first. One statement."""
    rows = session.execute(
        select(
            RoleGrant.role,
            Person.name,
            Person.employee_number,
            unit_path_on(on).label("unit"),
            RoleGrant.granted_at.label("since"),
        )
        .join(Person, Person.id == RoleGrant.person_id)
        .where(is_held_on(on), Person.deactivated_at.is_(None))
        .order_by(RoleGrant.role.desc(), RoleGrant.granted_at, Person.id)
    )
    return [RoleHolder(**row._mapping) for row in rows]


def parked(session: Session) -> Parked:
    """How much is parked. Two statements."""
    deliveries = select(func.count()).where(Delivery.state == DeliveryState.PARKED)
    posts = select(func.count()).where(SlackPost.state == PostState.PARKED)
    return Parked(session.scalars(deliveries).one(), session.scalars(posts).one())
