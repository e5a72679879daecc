"""What decides who may open a campaign's pages of the office."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.campaigns.models import Campaign
from challenges.people.held_roles import holds_role
from challenges.vocabulary import Role


def campaign_named(session: Session, slug: str) -> Campaign | None:
    """The campaign with that slug, or None."""
    return session.scalar(select(Campaign).where(Campaign.slug == slug))


def is_coach(session: Session, person_id: int, *, on: date) -> bool:
    """Whether the person holds the role of a coach on that day."""
    return bool(session.scalar(select(holds_role(Role.COACH, person_id=person_id, on=on))))
