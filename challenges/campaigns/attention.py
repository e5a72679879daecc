"""Looks over what is scheduled or open, because units end and challenges are retired meanwhile."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

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


@dataclass(frozen=True, slots=True)
class Looked:
    """A campaign that was looked over as it stood then."""

    campaign_id: int
    stood: tuple[Any, ...]
    """Its state, version and days."""
    codes: list[str]
    """What the lint would stop, sorted (lint/codes.py)."""


def next_to_look_over(session: Session, *, after: int) -> Campaign | None:
    """The scheduled or open campaign with the next id."""
    return session.scalars(
        select(Campaign)
        .where(Campaign.state.in_(RUNNING), Campaign.id > after)
        .order_by(Campaign.id)
        .limit(1)
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
) -> Looked:
    """Find the errors that a campaign has by now. Reads only, which may take seconds."""
    definition = definition_in_force(session, campaign)
    facts = gather(session, definition, campaign_id=campaign.id, today=day_of(at), kinds=kinds)
    errors = {one.code for one in lint(definition, facts) if one.severity is Severity.ERROR}
    return Looked(campaign.id, _stands(campaign), sorted(errors))


def note(session: Session, looked: Looked, *, at: datetime) -> bool:
    """Store the errors that were found, and tell the owner of them if there are some, and others
    than the night before.

    Returns False, and stores nothing, where the campaign has changed since it was looked over.
    """
    campaign = session.scalars(
        select(Campaign)
        .where(Campaign.id == looked.campaign_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if _stands(campaign) != looked.stood:
        return False
    found, before = looked.codes, campaign.error_codes or []
    campaign.error_codes = found
    if found and found != before:
        record(
            session, CampaignNeedsAttention(occurred_at=at, campaign_id=campaign.id, codes=found)
        )
    session.flush()
    return True


def _stands(campaign: Campaign) -> tuple[Any, ...]:
    return campaign.state, campaign.version, campaign.first_day, campaign.last_day
