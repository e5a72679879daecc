"""Finds published campaigns by their words."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries.campaigns import IN_FORCE, IS_PUBLISHED
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.text import fold

LOOKED_THROUGH = 100
"""The latest campaigns: those of several years."""


@dataclass(frozen=True, slots=True)
class FoundCampaign:
    """A published campaign with what a search shows of it."""

    slug: str
    first_day: date
    last_day: date
    definition: CampaignDefinition


def campaigns_called(session: Session, words: str, *, limit: int) -> list[FoundCampaign]:
    """Those whose name, motto or purpose contains every word, the latest first. One statement."""
    wanted = fold(words).split()
    if not wanted:
        return []
    found = map(_found, session.execute(_LATEST))
    return [one for one in found if all(word in _text(one) for word in wanted)][:limit]


def _found(row: Any) -> FoundCampaign:
    definition = CampaignDefinition.model_validate(row.definition)
    return FoundCampaign(row.slug, row.first_day, row.last_day, definition)


def _text(campaign: FoundCampaign) -> str:
    texts = (campaign.definition.ja, campaign.definition.en)
    return fold("\n".join(f"{one.name}\n{one.motto}\n{one.purpose}" for one in texts))


_LATEST = (
    select(Campaign.slug, Campaign.first_day, Campaign.last_day, CampaignVersion.definition)
    .join(CampaignVersion, IN_FORCE)
    .where(IS_PUBLISHED)
    .order_by(Campaign.last_day.desc(), Campaign.id)
    .limit(LOOKED_THROUGH)
)
