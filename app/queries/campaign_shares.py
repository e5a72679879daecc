"""What staff see of a campaign beside their own part: the shares of their department and of the
prefecture, each against its own last year. The list of all departments is the office's, unless it
shows the list of one campaign to staff, for a reason that they read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries.campaign_figures import LastYear, Snapshots, UnitShares, shown_units, snapshots
from app.queries.campaigns import SeenCampaign
from app.queries.nightly import Made, kept, kept_for_all
from challenges.campaigns.models import Campaign, CampaignLogEntry
from challenges.shares import shown_count
from challenges.suppression import Shown
from challenges.vocabulary import CampaignAct


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


class ListedUnit(NamedTuple):
    """A row of the list of departments, in per cent. None: hidden, or not known."""

    unit_id: int
    name: str
    share: int | None
    before: int | None


@dataclass(frozen=True, slots=True)
class UnitList:
    """The departments as the office shows them to staff, in the order of the organisation."""

    reason: str
    """Why the office shows it."""
    day: date | None
    """None before the first snapshot."""
    departments: Sequence[ListedUnit]
    own_id: int | None
    """The department of the reader."""


@dataclass(frozen=True, slots=True)
class _Shares:
    """The shares of every department of a campaign."""

    day: date
    departments: Sequence[ListedUnit]
    whole: int | None
    whole_before: int | None
    steps: int | None

    def department(self, unit_id: int | None) -> ListedUnit | None:
        return next((one for one in self.departments if one.unit_id == unit_id), None)


def shares_for(
    session: Session,
    campaign: Campaign | SeenCampaign,
    department_id: int | None,
    *,
    until: date = date.max,
    made: Sequence[Made] | None = None,
) -> PublicShares:
    """The shares of that department and of the prefecture, as staff may see them.

    One statement, but for the first call after a night; none where the caller has read what was
    ``made``.
    """
    found = _newest(session, campaign, until=until, made=made)
    if found is None:
        return PublicShares(None, None, None, None, None)
    own = found.department(department_id)
    return PublicShares(
        found.day,
        own.share if own else None,
        found.whole,
        own.before if own else None,
        found.whole_before,
    )


def list_for(
    session: Session,
    campaign: Campaign | SeenCampaign,
    department_id: int | None,
    *,
    until: date = date.max,
    made: Sequence[Made] | None = None,
) -> UnitList | None:
    """The list of all departments for a reader in that one; None unless the office shows it.

    Two statements, but for the first call after a night; one where the caller has read what was
    ``made``; none where the list is not shown.
    """
    if not campaign.shows_units:
        return None
    found = _newest(session, campaign, until=until, made=made)
    return UnitList(
        reason=_reason(session, campaign),
        day=found.day if found else None,
        departments=found.departments if found else (),
        own_id=department_id,
    )


def listed(own: Snapshots, shown: Shown, before: UnitShares) -> list[ListedUnit]:
    """The departments of the newest snapshot: the very shares of the office's page, no others."""
    return [
        ListedUnit(
            unit_id=one["unit_id"],
            name=one["name"],
            share=shown.groups[one["unit_id"]].shares["people"],
            before=(
                before.get(one["unit_id"], one["name"])
                if shown.groups[one["unit_id"]].base is not None
                else None
            ),
        )
        for one in shown_units(own.newest, kept=own.hidden)
        if not one["depth"]
    ]


def _newest(
    session: Session,
    campaign: Campaign | SeenCampaign,
    *,
    until: date,
    made: Sequence[Made] | None,
) -> _Shares | None:
    """What may be shown of the newest snapshot."""
    return kept(
        session,
        campaign,
        "shares",
        until=until,
        make=lambda: _shares(session, campaign, until=until),
        made=made,
    )


def whole_shares(
    session: Session, campaigns: Sequence[Campaign], *, before: date
) -> dict[int, PublicShares]:
    """The shares of the prefecture in each campaign, by its id, as they were the day before.

    One statement for all of them, but for the first call after a night.
    """
    until = before - timedelta(days=1)
    return kept_for_all(
        session,
        campaigns,
        "whole",
        until=until,
        make=lambda campaign: _whole(session, campaign, until=until),
    )


def _whole(session: Session, campaign: Campaign, *, until: date) -> PublicShares:
    found = _shares(session, campaign, until=until)
    if found is None:
        return PublicShares(None, None, None, None, None)
    return PublicShares(found.day, None, found.whole, None, found.whole_before, found.steps)


def _shares(session: Session, campaign: Campaign | SeenCampaign, *, until: date) -> _Shares | None:
    own, before = snapshots(session, campaign.id, until=until), LastYear.of(session, campaign)
    if not own.days or campaign.first_day is None:
        return None
    shown = own.shares(own.newest)
    same_day = before.figures_on(campaign.first_day, own.days[-1])
    return _Shares(
        day=own.days[-1],
        departments=listed(own, shown, before.unit_shares(same_day)),
        whole=shown.whole.shares["people"],
        whole_before=before.whole_share(same_day),
        steps=shown_count(own.newest["steps"]) if shown.whole.base is not None else None,
    )


def _reason(session: Session, campaign: Campaign | SeenCampaign) -> str:
    """What the office said when it last switched the list on."""
    lines = select(CampaignLogEntry.reason).where(
        CampaignLogEntry.campaign_id == campaign.id, CampaignLogEntry.act == CampaignAct.UNITS
    )
    return session.scalar(lines.order_by(CampaignLogEntry.id.desc()).limit(1)) or ""
