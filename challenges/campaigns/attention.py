"""Looks over what is scheduled or open, because units end and challenges are retired meanwhile."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.events import CampaignNeedsAttention
from challenges.campaigns.facts import gather
from challenges.campaigns.lint import Severity, lint
from challenges.campaigns.meeting import RUNNING
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.outbox import record
from challenges.vocabulary import Employment


def next_to_look_over(session: Session, *, after: int) -> Campaign | None:
    """The scheduled or open campaign with the next id, locked."""
    return session.scalars(
        select(Campaign)
        .where(Campaign.state.in_(RUNNING), Campaign.id > after)
        .order_by(Campaign.id)
        .limit(1)
        .with_for_update()
    ).first()


def definition_in_force(session: Session, campaign: Campaign) -> CampaignDefinition:
    """What was published last, on the days as they stand now. Raises LookupError for a draft."""
    data = session.scalar(
        select(CampaignVersion.definition).where(
            CampaignVersion.campaign_id == campaign.id, CampaignVersion.number == campaign.version
        )
    )
    if data is None:
        raise LookupError(f"campaign {campaign.slug} was never published")
    days = {"first_day": campaign.first_day, "last_day": campaign.last_day}
    return CampaignDefinition.model_validate(data).model_copy(update=days)


def look_over(
    session: Session, campaign: Campaign, *, kinds: Collection[Employment], at: datetime
) -> bool:
    """Note the errors that a campaign has by now. Returns whether its owner is told: there are
    some, and others than the night before."""
    definition = definition_in_force(session, campaign)
    facts = gather(session, definition, campaign_id=campaign.id, today=day_of(at), kinds=kinds)
    errors = [one for one in lint(definition, facts) if one.severity is Severity.ERROR]
    found, before = sorted({one.code for one in errors}), campaign.error_codes or []
    campaign.error_codes = found
    is_told = bool(found) and found != before
    if is_told:
        record(
            session, CampaignNeedsAttention(occurred_at=at, campaign_id=campaign.id, codes=found)
        )
    session.flush()
    return is_told
