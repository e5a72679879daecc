"""What staff see of a campaign beside their own part: the shares of their department and of the
prefecture, each against its own last year. Never a list of departments."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import Integer, bindparam, select
from sqlalchemy.orm import Session, aliased

from app.queries.campaign_figures import LastYear, snapshots
from app.queries.nightly import kept
from challenges.campaigns.models import Campaign
from challenges.people.models import Unit
from challenges.people.org_chart import is_at_or_above
from challenges.storage.sql import fetch_rows


class PublicShares(NamedTuple):
    """What staff see, in per cent, each beside its own last year. None: hidden, or not known."""

    day: date | None
    own: int | None
    """The share of the reader's own department that takes part."""
    whole: int | None
    own_before: int | None
    whole_before: int | None


@dataclass(frozen=True, slots=True)
class _Shares:
    """The shares of every department of a campaign."""

    day: date
    own: dict[int, int | None]
    own_before: dict[int, int | None]
    whole: int | None
    whole_before: int | None


def shares_for(
    session: Session, campaign: Campaign, unit_id: int | None, *, until: date = date.max
) -> PublicShares:
    """The shares of the unit's department and of the prefecture, as staff may see them.

    Two statements, but for the first call after a night.
    """
    found = kept(
        session,
        campaign,
        "shares",
        until=until,
        make=lambda: _shares(session, campaign, until=until),
    )
    if found is None:
        return PublicShares(None, None, None, None, None)
    department = _department_of(session, unit_id) or 0
    return PublicShares(
        found.day,
        found.own.get(department),
        found.whole,
        found.own_before.get(department),
        found.whole_before,
    )


def _shares(session: Session, campaign: Campaign, *, until: date) -> _Shares | None:
    own, before = snapshots(session, campaign.id, until=until), LastYear.of(session, campaign)
    if not own.days or campaign.first_day is None:
        return None
    shown = own.shares(own.newest)
    same_day = before.figures_on(campaign.first_day, own.days[-1])
    shares_before = before.unit_shares(same_day)
    departments = [one for one in own.newest["units"] if one["unit_id"] in shown.groups]
    departments = [one for one in departments if shown.groups[one["unit_id"]].base is not None]
    return _Shares(
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
    found: int | None = fetch_rows(session, _DEPARTMENT_OF, {"unit_id": unit_id}).scalar()
    return found


# Built once, for a page that everybody opens.
_top, _own = aliased(Unit), aliased(Unit)
_DEPARTMENT_OF = select(_top.id).where(
    _own.id == bindparam("unit_id", type_=Integer),
    _top.parent_id.is_(None),
    is_at_or_above(_top, _own),
)
