"""What staff see of a campaign beside their own part: the shares of their department and of the
prefecture, each against its own last year. Never a list of departments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Pool, func, select
from sqlalchemy.orm import Session, aliased

from app.queries.campaign_figures import LastYear, snapshots
from challenges.campaigns.models import Campaign, CampaignSnapshot
from challenges.people.models import Unit
from challenges.people.org_chart import is_at_or_above
from challenges.suppression import shown_count

MOST_KEPT = 100
"""Campaigns whose shares are kept in memory."""


class PublicShares(NamedTuple):
    """What staff see, in per cent, each beside its own last year. None: hidden, or not known."""

    day: date | None
    own: int | None
    """The share of the reader's own department that takes part."""
    whole: int | None
    own_before: int | None
    whole_before: int | None
    steps: int | None = None
    """Steps of everybody by that day; None: hidden, or not asked for."""


@dataclass(frozen=True, slots=True)
class _Kept:
    """The shares of every department of a campaign, and the snapshots that they come from."""

    made: tuple[int, datetime]
    day: date
    own: dict[int, int | None]
    own_before: dict[int, int | None]
    whole: int | None
    whole_before: int | None
    steps: int | None


_kept: WeakKeyDictionary[Pool, dict[int, _Kept]] = WeakKeyDictionary()
"""By database and campaign. A database is known by its pool, because each request has an engine of
its own on it. All snapshots of a campaign decide what is hidden, and reading them takes too long
for a page that everybody opens; they change once a night."""


def shares_for(
    session: Session, campaign: Campaign, unit_id: int | None, *, until: date = date.max
) -> PublicShares:
    """The shares of the unit's department and of the prefecture, as staff may see them.

    Two statements, but for the first call after a night.
    """
    made = _made(session, [campaign.id], until=until).get(campaign.id)
    kept = _kept_or_made(session, campaign, made=made, until=until)
    if kept is None:
        return PublicShares(None, None, None, None, None)
    department = _department_of(session, unit_id) or 0
    return PublicShares(
        kept.day,
        kept.own.get(department),
        kept.whole,
        kept.own_before.get(department),
        kept.whole_before,
    )


def whole_shares(
    session: Session, campaigns: Sequence[Campaign], *, before: date
) -> dict[int, PublicShares]:
    """The shares of the prefecture in each campaign, by its id, as they were the day before.

    One statement for all of them, but for the first call after a night.
    """
    until = before - timedelta(days=1)
    made = _made(session, [one.id for one in campaigns], until=until)
    found = {}
    for campaign in campaigns:
        kept = _kept_or_made(session, campaign, made=made.get(campaign.id), until=until)
        found[campaign.id] = (
            PublicShares(kept.day, None, kept.whole, None, kept.whole_before, kept.steps)
            if kept
            else PublicShares(None, None, None, None, None)
        )
    return found


def _kept_or_made(
    session: Session, campaign: Campaign, *, made: tuple[int, datetime] | None, until: date
) -> _Kept | None:
    """The shares, from memory if the snapshots are the same as then; None without any."""
    if made is None or campaign.first_day is None:
        return None
    of_database = _kept.setdefault(session.get_bind().engine.pool, {})
    kept = of_database.get(campaign.id)
    if kept is None or kept.made != made:
        if len(of_database) >= MOST_KEPT:
            of_database.clear()
        kept = _shares(session, campaign, campaign.first_day, made=made, until=until)
        of_database[campaign.id] = kept
    return kept


def _made(
    session: Session, campaign_ids: Collection[int], *, until: date
) -> dict[int, tuple[int, datetime]]:
    """Tells one state of the snapshots of a campaign from another. Those without any are left
    out."""
    rows = session.execute(
        select(
            CampaignSnapshot.campaign_id,
            func.count().label("days"),
            func.max(CampaignSnapshot.made_at).label("made_at"),
        )
        .where(CampaignSnapshot.campaign_id.in_(campaign_ids), CampaignSnapshot.day <= until)
        .group_by(CampaignSnapshot.campaign_id)
    )
    return {row.campaign_id: (row.days, row.made_at) for row in rows}


def _shares(
    session: Session,
    campaign: Campaign,
    first_day: date,
    *,
    made: tuple[int, datetime],
    until: date,
) -> _Kept:
    own, before = snapshots(session, campaign.id, until=until), LastYear.of(session, campaign)
    shown = own.shares(own.newest)
    same_day = before.figures_on(first_day, own.days[-1])
    shares_before = before.unit_shares(same_day)
    departments = [one for one in own.newest["units"] if one["unit_id"] in shown.groups]
    departments = [one for one in departments if shown.groups[one["unit_id"]].base is not None]
    return _Kept(
        made=made,
        day=own.days[-1],
        own={one["unit_id"]: shown.groups[one["unit_id"]].shares["people"] for one in departments},
        own_before={
            one["unit_id"]: shares_before.get(one["unit_id"], one["name"]) for one in departments
        },
        whole=shown.whole.shares["people"],
        whole_before=before.whole_share(same_day),
        steps=shown_count(own.newest["steps"]) if shown.whole.base is not None else None,
    )


def _department_of(session: Session, unit_id: int | None) -> int | None:
    """The unit on the upper floor at or above that one."""
    top, own = aliased(Unit), aliased(Unit)
    found = select(top.id).where(
        own.id == unit_id, top.parent_id.is_(None), is_at_or_above(top, own)
    )
    return session.scalar(found)
