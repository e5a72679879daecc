"""Which days disasters took from which campaigns."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.campaigns.disasters import DisasterPause, PausedUnit
from challenges.campaigns.models import Campaign, CampaignUnit, CampaignVersion
from challenges.people.models import Unit


@dataclass(frozen=True, slots=True)
class Lost:
    """What disasters took from a campaign by now."""

    days: Mapping[date, DisasterPause]
    """Each with the pause that took it first."""
    pause_ids: AbstractSet[int]
    """The pauses that concern the campaign, also those that took nothing from it."""


def lost_days(session: Session, campaigns: Sequence[Campaign], *, today: date) -> dict[int, Lost]:
    """What was lost by now, by campaign. Three statements."""
    pauses = session.scalars(select(DisasterPause).order_by(DisasterPause.id)).all()
    places = _places(session, [campaign.id for campaign in campaigns])
    paused_paths = _paused_paths(session)
    found = {}
    for campaign in campaigns:
        mine = [
            pause
            for pause in pauses
            if _is_for(pause, paused_paths.get(pause.id, ()), places.get(campaign.id))
        ]
        # The pause that was begun first is written last, and stays.
        days = {day: pause for pause in reversed(mine) for day in _days_of(pause, today)}
        found[campaign.id] = Lost(days, {pause.id for pause in mine})
    return found


def _days_of(pause: DisasterPause, today: date) -> Iterable[date]:
    last = today if pause.last_day is None else pause.last_day
    return (pause.first_day + timedelta(days=n) for n in range((last - pause.first_day).days + 1))


@dataclass(slots=True)
class _Place:
    """Whom a campaign is for, and since when its days are published."""

    published_at: datetime
    days: tuple[Any, Any]
    """As the definition says them."""
    paths: set[str]
    """Of the units that its version in force names."""
    everyone: bool


def _is_for(pause: DisasterPause, paused: Iterable[str], place: _Place | None) -> bool:
    """Whether the pause takes days from the campaign.

    One of chosen units takes them from campaigns that name a unit at, above or below one of them. A
    campaign for everybody, for managers or for people in a new post goes on elsewhere, so it loses
    days only if all units are paused. Whoever published its days after a pause knew of it.
    """
    if place is None or (pause.ended_at and place.published_at > pause.ended_at):
        return False
    if pause.all_units:
        return True
    is_named = any(_meet(one, other) for one in paused for other in place.paths)
    return is_named and not place.everyone


def _meet(path: str, other: str) -> bool:
    """Whether one of two units is the other, or lies below it."""
    return f"{path}/".startswith(f"{other}/") or f"{other}/".startswith(f"{path}/")


def _places(session: Session, campaign_ids: Sequence[int]) -> dict[int, _Place]:
    found: dict[int, _Place] = {}
    for row in session.execute(
        select(
            CampaignVersion.campaign_id,
            CampaignVersion.published_at,
            CampaignVersion.replaced_at,
            CampaignVersion.everyone,
            CampaignVersion.definition,
            Unit.path,
        )
        .outerjoin(CampaignUnit, CampaignUnit.version_id == CampaignVersion.id)
        .outerjoin(Unit, Unit.id == CampaignUnit.unit_id)
        .where(CampaignVersion.campaign_id.in_(campaign_ids))
        .order_by(CampaignVersion.campaign_id, CampaignVersion.number)
    ):
        days = (row.definition.get("first_day"), row.definition.get("last_day"))
        place = found.get(row.campaign_id)
        if place is None or place.days != days:
            place = found[row.campaign_id] = _Place(row.published_at, days, set(), False)
        if row.replaced_at is None:
            place.everyone = row.everyone
            if row.path is not None:
                place.paths.add(row.path)
    return found


def _paused_paths(session: Session) -> dict[int, set[str]]:
    found: dict[int, set[str]] = {}
    paths = select(PausedUnit.pause_id, Unit.path).join(Unit, Unit.id == PausedUnit.unit_id)
    for row in session.execute(paths):
        found.setdefault(row.pause_id, set()).add(row.path)
    return found
