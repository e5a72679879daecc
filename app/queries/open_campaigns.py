"""Campaigns as everybody may read them: what they say, and the numbers of the whole as of
yesterday, hidden as the campaign pages hide them. Never a unit, never a person."""

from dataclasses import dataclass
from datetime import date, datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.queries.campaign_shares import whole_shares
from app.queries.campaigns import IN_FORCE, IS_PUBLISHED, Phase, phase_of
from app.queries.open_data import Mark
from challenges.calendar import TOKYO
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign, CampaignSnapshot, CampaignVersion
from challenges.catalogue.models import CatalogueLoad


@dataclass(frozen=True, slots=True)
class OpenCampaign:
    """A published campaign. Shares are per cent; None: hidden, or not known."""

    id: int
    slug: str
    phase: Phase
    first_day: date
    last_day: date
    definition: CampaignDefinition
    as_of: date | None
    """The day at whose end the numbers held."""
    share: int | None
    share_before: int | None
    """Of the same campaign a year before, after as many working days."""
    steps: int | None


def mark_of_campaigns(session: Session, *, today: date) -> Mark:
    """The state of all published campaigns and their snapshots up to yesterday. One statement."""
    made_at = (
        select(func.max(CampaignSnapshot.made_at))
        .where(CampaignSnapshot.campaign_id == Campaign.id, CampaignSnapshot.day < today)
        .correlate(Campaign)
        .scalar_subquery()
    )
    # The catalogue decides which challenges are named.
    loads = (func.max(CatalogueLoad.id), func.max(CatalogueLoad.loaded_at))
    revision, loaded_at = (select(one).scalar_subquery() for one in loads)
    columns = (Campaign.id, Campaign.state, Campaign.version, Campaign.first_day, Campaign.last_day)
    times = (CampaignVersion.published_at, Campaign.opened_at, Campaign.closed_at, made_at)
    rows = session.execute(
        select(*columns, revision, *times, loaded_at)
        .join(CampaignVersion, IN_FORCE)
        .where(IS_PUBLISHED)
        .order_by(Campaign.id)
    ).all()
    times_of = [one for row in rows for one in row[len(columns) + 1 :] if one is not None]
    # Where it stands changes with the day.
    begun = datetime.combine(today, time(), TOKYO)
    return Mark((today, *(tuple(row) for row in rows)), max([begun, *times_of]))


def campaigns_after(session: Session, *, after: int, limit: int, today: date) -> list[OpenCampaign]:
    """A page of the published campaigns. Two statements, but for the first call after a night."""
    rows = session.execute(
        select(Campaign, CampaignVersion.definition)
        .join(CampaignVersion, IN_FORCE)
        .where(IS_PUBLISHED, Campaign.id > after)
        .order_by(Campaign.id)
        .limit(limit)
    ).all()
    shares = whole_shares(session, [row.Campaign for row in rows], before=today)
    return [
        OpenCampaign(
            id=row.Campaign.id,
            slug=row.Campaign.slug,
            phase=phase_of(row.Campaign, on=today),
            first_day=row.Campaign.first_day,
            last_day=row.Campaign.last_day,
            definition=CampaignDefinition.model_validate(row.definition),
            as_of=shares[row.Campaign.id].day,
            share=shares[row.Campaign.id].whole,
            share_before=shares[row.Campaign.id].whole_before,
            steps=shares[row.Campaign.id].steps,
        )
        for row in rows
    ]
