"""What decides who may open a campaign's pages of the office."""

from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from challenges.campaigns.models import Campaign
from challenges.people.held_roles import holds_role
from challenges.vocabulary import CampaignState, Role


def campaign_named(session: Session, slug: str) -> Campaign | None:
    """The campaign with that slug, or None."""
    return session.scalar(select(Campaign).where(Campaign.slug == slug))


def is_coach(session: Session, person_id: int, *, on: date) -> bool:
    """Whether the person holds the role of a coach on that day."""
    return bool(session.scalar(select(holds_role(Role.COACH, person_id=person_id, on=on))))


def opens_some(session: Session, person_id: int, *, on: date) -> bool:
    """Whether the person opens pages of the office about campaigns without belonging to it: as an
    owner, a deputy or a coach. One statement."""
    coach = holds_role(Role.COACH, person_id=person_id, on=on)
    return bool(session.scalar(select(or_(coach, exists().where(looked_after_by(person_id))))))


def looked_after_by(person_id: int) -> ColumnElement[bool]:
    """SQL: whether a ``Campaign`` that was not put away has that owner or deputy."""
    is_theirs = or_(Campaign.owner_id == person_id, Campaign.deputy_id == person_id)
    return is_theirs & (Campaign.state != CampaignState.ARCHIVED)
