"""The log of a campaign, which staff read: when, what, why, and how many it touched.

Who of the office did it is stored, and shown by their post only.
"""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.campaigns.models import Campaign, CampaignLogEntry
from challenges.vocabulary import CampaignAct


def tell(
    session: Session,
    campaign: Campaign,
    act: CampaignAct,
    *,
    at: datetime,
    by_id: int | None = None,
    reason: str = "",
    version: int | None = None,
    **values: Any,
) -> CampaignLogEntry:
    """Add a line. ``values`` are the numbers and days of its sentence; without ``by_id`` the
    schedule did it."""
    entry = CampaignLogEntry(
        campaign_id=campaign.id,
        act=act,
        at=at,
        by_id=by_id,
        reason=reason,
        version=version,
        values={name: _plain(value) for name, value in values.items()},
    )
    session.add(entry)
    session.flush()
    return entry


def entries(
    session: Session, campaign_id: int, *, limit: int, offset: int = 0
) -> Sequence[CampaignLogEntry]:
    """The lines, newest first. An opening is dated at its midnight, however late it was written."""
    return session.scalars(
        select(CampaignLogEntry)
        .where(CampaignLogEntry.campaign_id == campaign_id)
        .order_by(CampaignLogEntry.at.desc(), CampaignLogEntry.id.desc())
        .limit(limit)
        .offset(offset)
    ).all()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
