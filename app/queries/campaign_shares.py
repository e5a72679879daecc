"""What staff see of a campaign beside their own part: the shares of their department and of the
prefecture, each against its own last year. Never a list of departments."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session, aliased

from app.queries.campaign_figures import LastYear, snapshots
from challenges.campaigns.models import Campaign, CampaignSnapshot
from challenges.people.models import Unit
from challenges.people.org_chart import is_at_or_above

MOST_KEPT = 50
"""Campaigns whose shares are kept in memory."""


class PublicShares(NamedTuple):
    """What staff see, in per cent, each beside its own last year. None: hidden, or not known."""

    day: date | None
    own: int | None
    """The share of the reader's own department that takes part."""
    whole: int | None
    own_before: int | None
    whole_before: int | None


@dataclass(frozen=True, slots=True)
class _Kept:
    """The shares of every department of a campaign, and the snapshots that they come from."""

    made: tuple[int, datetime]
    day: date
    own: dict[int, int | None]
    own_before: dict[int, int | None]
    whole: int | None
    whole_before: int | None


_kept: WeakKeyDictionary[Engine, dict[int, _Kept]] = WeakKeyDictionary()
"""By database and campaign. All its snapshots decide what is hidden, and reading them takes too
long for a page that everybody opens; they change once a night."""


def shares_for(
    session: Session, campaign: Campaign, unit_id: int | None, *, until: date = date.max
) -> PublicShares:
    """The shares of the unit's department and of the prefecture, as staff may see them.

    Two statements, but for the first call after a night.
    """
    made = _made(session, campaign, until=until)
    if made is None or campaign.first_day is None:
        return PublicShares(None, None, None, None, None)
    of_database = _kept.setdefault(session.get_bind().engine, {})
    kept = of_database.get(campaign.id)
    if kept is None or kept.made != made:
        if len(of_database) >= MOST_KEPT:
            of_database.clear()
        kept = _shares(session, campaign, campaign.first_day, made=made, until=until)
        of_database[campaign.id] = kept
    department = _department_of(session, unit_id) or 0
    return PublicShares(
        kept.day,
        kept.own.get(department),
        kept.whole,
        kept.own_before.get(department),
        kept.whole_before,
    )


def _made(session: Session, campaign: Campaign, *, until: date) -> tuple[int, datetime] | None:
    """Tells one state of the snapshots from another; None while there are none."""
    row = session.execute(
        select(
            func.count().label("days"), func.max(CampaignSnapshot.made_at).label("made_at")
        ).where(CampaignSnapshot.campaign_id == campaign.id, CampaignSnapshot.day <= until)
    ).one()
    return (row.days, row.made_at) if row.days else None


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
    )


def _department_of(session: Session, unit_id: int | None) -> int | None:
    """The unit on the upper floor at or above that one."""
    top, own = aliased(Unit), aliased(Unit)
    found = select(top.id).where(
        own.id == unit_id, top.parent_id.is_(None), is_at_or_above(top, own)
    )
    return session.scalar(found)
