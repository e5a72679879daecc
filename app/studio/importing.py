"""Brings a campaign from a file into the studio: as a new draft, or in place of the draft it has.

Nothing is published by it. A campaign that was published goes on by its version, and two people
publish the new draft as they do any other.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.studio import audit, drafts
from app.studio.draft_fields import changed_fields, values_of
from challenges.campaigns import lifecycle
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign
from challenges.campaigns.publishing_rules import must_not_be_over


@dataclass(frozen=True, slots=True)
class Difference:
    """A field of the draft that the file changes, as plain values."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import came to."""

    campaign: Campaign
    is_new: bool
    differences: tuple[Difference, ...]
    """From the draft as it was; from an empty one if the campaign is new."""


def bring_in(
    session: Session, definition: CampaignDefinition, *, by_id: int | None, at: datetime
) -> Imported:
    """Make the definition the draft of the campaign with its slug, new if there is none.

    Raises CampaignIsOver.
    """
    campaign = session.scalar(select(Campaign).where(Campaign.slug == definition.slug))
    is_new = campaign is None
    if campaign is None:
        campaign = lifecycle.create(session, definition, by_id=by_id, at=at, owner_id=by_id)
    must_not_be_over(campaign)
    before = drafts.draft_of(session, campaign.id).definition
    differences = _differences(before, definition)
    if is_new or differences:
        drafts.begin(session, campaign, definition, by_id=by_id, at=at)
        _note(session, campaign, definition, differences, by_id=by_id, at=at)
    return Imported(campaign, is_new, differences)


def _differences(before: CampaignDefinition, after: CampaignDefinition) -> tuple[Difference, ...]:
    old, new = values_of(before), values_of(after)
    return tuple(
        Difference(field, old[field], new[field]) for field in changed_fields(before, after)
    )


def _note(
    session: Session,
    campaign: Campaign,
    definition: CampaignDefinition,
    differences: tuple[Difference, ...],
    *,
    by_id: int | None,
    at: datetime,
) -> None:
    audit.note(
        session,
        act="imported",
        subject="campaign",
        subject_id=campaign.id,
        subject_name=definition.ja.name or campaign.slug,
        before={one.field: one.before for one in differences},
        after={one.field: one.after for one in differences},
        by_id=by_id,
        at=at,
    )
