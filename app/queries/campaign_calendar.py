"""Campaigns as entries of a calendar. No word about any person is among them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, func, select
from sqlalchemy.orm import Session

from app.queries.campaigns import IN_FORCE, IS_PUBLISHED
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.vocabulary import CampaignState

KEPT = timedelta(days=400)
"""How long after its last day a campaign stays in the calendar: a fiscal year and a bit."""


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A published campaign as a calendar needs it."""

    id: int
    slug: str
    first_day: date
    last_day: date
    sequence: int
    is_dropped: bool
    """It was stopped before it began."""
    stamped_at: datetime
    """When it last changed, as far as its rows tell."""
    definition: dict[str, Any]


def calendar_entries(session: Session, *, on: date) -> list[CalendarEntry]:
    """Every published campaign up to about a year ago, by the first day. One statement."""
    statement = _STATEMENT.where(Campaign.last_day >= on - KEPT)
    return [CalendarEntry(**row._mapping) for row in session.execute(statement)]


def calendar_entry(session: Session, slug: str) -> CalendarEntry | None:
    """One published campaign, or None. One statement."""
    row = session.execute(_STATEMENT.where(Campaign.slug == slug)).one_or_none()
    return None if row is None else CalendarEntry(**row._mapping)


def _statement() -> Select[*tuple[Any, ...]]:
    is_done = Campaign.state.in_((CampaignState.CLOSED, CampaignState.ARCHIVED))
    closed_later = Campaign.closed_at > CampaignVersion.published_at
    stamped_at = case(
        (func.coalesce(closed_later, False), Campaign.closed_at),
        else_=CampaignVersion.published_at,
    )
    return (
        select(
            Campaign.id,
            Campaign.slug,
            Campaign.first_day,
            Campaign.last_day,
            Campaign.sequence,
            and_(is_done, Campaign.opened_at.is_(None)).label("is_dropped"),
            stamped_at.label("stamped_at"),
            CampaignVersion.definition,
        )
        .join(CampaignVersion, IN_FORCE)
        .where(IS_PUBLISHED)
        .order_by(Campaign.first_day, Campaign.id)
    )


_STATEMENT = _statement()
