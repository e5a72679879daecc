"""What the hand-over of the DX office asks beside its campaigns."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnExpressionArgument, ScalarSelect, func, select
from sqlalchemy.orm import Session

from app.indicators.statement_models import Statement, StatementState
from app.jobs.models import Job, JobState
from app.notices.letter_models import IS_TROUBLE, Letter
from app.slack.posts.models import PostState, SlackPost
from app.studio.tokens import ApiToken
from challenges.campaigns.reports import CampaignReport
from challenges.moderation.queries import reports_waiting
from challenges.outbox import Delivery, DeliveryState
from challenges.people.directory import unit_path_on
from challenges.people.held_roles import is_held_on
from challenges.people.models import Person, RoleGrant
from challenges.storage.orm import Base
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
class Pending:
    """What waits for somebody of the office beside campaigns, and what reaches its data."""

    deliveries: int
    posts: int
    jobs: int
    """What stopped."""
    letters: int
    """Of which nobody knows whether they arrived, or that were refused."""
    reports: int
    """Texts that people told the office of, but for the reader's own."""
    statements: int
    """Words and values of the dashboard that wait for a second person."""
    tokens: int
    """Of programs, that work today."""

    @property
    def waits(self) -> bool:
        """Whether anything of it waits."""
        return any(
            (self.deliveries, self.posts, self.jobs, self.letters, self.reports, self.statements)
        )


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


def reported(session: Session) -> set[int]:
    """Ids of the campaigns of which the office has written what it learnt. One statement."""
    return set(session.scalars(select(CampaignReport.campaign_id)))


def pending(session: Session, *, me: int, at: datetime) -> Pending:
    """What the successor has to know of. One statement."""

    def count(table: type[Base], *where: ColumnExpressionArgument[bool]) -> ScalarSelect[int]:
        return select(func.count()).select_from(table).where(*where).scalar_subquery()

    asked = {
        "deliveries": count(Delivery, Delivery.state == DeliveryState.PARKED),
        "posts": count(SlackPost, SlackPost.state == PostState.PARKED),
        "jobs": count(Job, Job.state == JobState.PARKED),
        "letters": count(Letter, IS_TROUBLE),
        "reports": reports_waiting(me=me),
        "statements": count(Statement, Statement.state == StatementState.WAITING),
        "tokens": count(ApiToken, ApiToken.revoked_at.is_(None), ApiToken.expires_at > at),
    }
    row = session.execute(select(*(value.label(name) for name, value in asked.items()))).one()
    return Pending(**row._mapping)
