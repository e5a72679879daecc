"""What a disaster's pause would do, tried out in a session that is never committed."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.campaigns import pauses
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign
from challenges.campaigns.states import RUNS
from challenges.campaigns.versions import version_in_force


@dataclass(frozen=True, slots=True)
class Moved:
    """A campaign whose days a pause would move."""

    slug: str
    definition: CampaignDefinition
    first_day: date
    last_day: date
    """As they stand."""
    new_first_day: date
    new_last_day: date


def preview(
    trying: Session,
    *,
    first_day: date,
    last_day: date | None,
    unit_ids: Collection[int] | None,
    by_id: int,
    at: datetime,
) -> list[Moved]:
    """The campaigns that would move, with their days before and after.

    ``trying`` is a session of which nothing is kept. Without a last day the pause goes on, and
    takes every day up to today. Raises what pauses.begin and pauses.end raise.
    """
    before = {
        one.id: (one.first_day, one.last_day)
        for one in trying.scalars(select(Campaign).where(Campaign.state.in_(RUNS)))
    }
    pause = pauses.begin(
        trying, first_day=first_day, unit_ids=unit_ids, reason="…", by_id=by_id, at=at
    )
    if last_day is not None:
        pauses.end(trying, pause, last_day=last_day, by_id=by_id, at=at)
    trying.expire_all()
    rows = [trying.get_one(Campaign, id_) for id_ in sorted(before)]
    return [
        _moved(trying, one, before[one.id])
        for one in rows
        if (one.first_day, one.last_day) != before[one.id]
    ]


def _moved(trying: Session, campaign: Campaign, before: tuple[date | None, date | None]) -> Moved:
    version = version_in_force(trying, campaign)
    definition = version.definition if version else {"slug": campaign.slug}
    days = (*before, campaign.first_day, campaign.last_day)
    first, last, new_first, new_last = (day or date.min for day in days)
    return Moved(
        slug=campaign.slug,
        definition=CampaignDefinition.model_validate(definition),
        first_day=first,
        last_day=last,
        new_first_day=new_first,
        new_last_day=new_last,
    )
