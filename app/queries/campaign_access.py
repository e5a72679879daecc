"""What decides who may open a campaign's pages of the office."""

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from challenges.campaigns.models import Campaign
from challenges.people.models import RoleGrant
from challenges.vocabulary import Role


def campaign_named(session: Session, slug: str) -> Campaign | None:
    """The campaign with that slug, or None."""
    return session.scalar(select(Campaign).where(Campaign.slug == slug))


def is_coach(session: Session, person_id: int) -> bool:
    """Whether the person holds the role of a coach now."""
    holds = exists().where(
        RoleGrant.person_id == person_id,
        RoleGrant.role == Role.COACH,
        RoleGrant.revoked_at.is_(None),
    )
    return bool(session.scalar(select(holds)))
