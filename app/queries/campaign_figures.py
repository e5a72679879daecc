"""The snapshots of a campaign as tables that may be shown: everything that leaves them goes through
``challenges.suppression`` here, for pages, files and reports alike."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.queries.campaigns import SeenCampaign
from challenges.calendar import is_working_day
from challenges.campaigns.models import Campaign, CampaignSnapshot
from challenges.groups import WHOLE, Group
from challenges.shares import rounded_share
from challenges.suppression import Shown, hidden_groups, suppress

Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Snapshots:
    """The snapshots of one campaign up to a day, the oldest first."""

    days: tuple[date, ...]
    figures: tuple[Figures, ...]

    @cached_property
    def hidden(self) -> frozenset[int]:
        """Units hidden on any of the days. What one day hides, none of them shows."""
        hidden: frozenset[int] = frozenset()
        for each in self.figures:
            groups, whole = _groups(each, kept=hidden)
            hidden = hidden_groups(groups, whole=whole, hidden_before=hidden)
        return hidden

    @property
    def newest(self) -> Figures:
        """The figures of the last day."""
        return self.figures[-1]

    def on(self, day: date) -> Figures | None:
        """The figures of that day."""
        return self.figures[self.days.index(day)] if day in self.days else None

    def shown(self, figures: Figures) -> Shown:
        """What may be shown of the units, and of the whole, in the figures of one of the days."""
        groups, whole = _groups(figures, kept=self.hidden)
        return suppress(
            groups, whole=whole, counts=["waiting"], shares=["people"], hidden_before=self.hidden
        )

    def shares(self, figures: Figures) -> Shown:
        """The same without what waits, which takes most of the time."""
        groups, whole = _groups(figures, kept=self.hidden)
        return suppress(groups, whole=whole, shares=["people"], hidden_before=self.hidden)


def snapshots(session: Session, campaign_id: int | None, *, until: date) -> Snapshots:
    """Every snapshot of the campaign up to that day. One statement."""
    rows = session.execute(
        select(CampaignSnapshot.day, CampaignSnapshot.figures)
        .where(CampaignSnapshot.campaign_id == campaign_id, CampaignSnapshot.day <= until)
        .order_by(CampaignSnapshot.day)
    ).all()
    return Snapshots(tuple(row.day for row in rows), tuple(row.figures for row in rows))


def shown_units(figures: Figures, *, kept: frozenset[int] = frozenset()) -> list[Mapping[str, Any]]:
    """The units of the figures in the order of the organisation. One in which nobody is reached is
    not part of the campaign, unless it was before."""
    return [one for one in figures["units"] if one["reached"] or one["unit_id"] in kept]


def automatic_share(row: Mapping[str, Any]) -> int | None:
    """Per cent of the steps that counted because nobody reviewed them in time."""
    return rounded_share(row["automatic"], row["steps"])


def whole_share(figures: Figures) -> int | None:
    """The share of everybody on a day of which no unit is shown beside it."""
    return rounded_share(figures["people"], figures["reached"], finest=1)


def _groups(figures: Figures, *, kept: frozenset[int]) -> tuple[list[Group], Group]:
    units = shown_units(figures, kept=kept)
    known = {one["unit_id"] for one in units}
    groups = [
        Group(
            key=one["unit_id"],
            base=one["reached"],
            parent=one["parent_id"] if one["depth"] and one["parent_id"] in known else WHOLE,
            is_outside=one["site_outside"],
            counts={"people": one["people"], "waiting": one["waiting"]},
        )
        for one in units
    ]
    counts = {"people": figures["people"], "waiting": figures["queue"]["waiting"]}
    return groups, Group(WHOLE, figures["reached"], counts=counts)


# Days beside those of another year


def working_days_until(first_day: date, until: date) -> Iterator[tuple[date, int]]:
    """Each day from the first on, with the number of working days up to and including it."""
    day, count = first_day, 0
    while day <= until:
        count += is_working_day(day)
        yield day, count
        day += timedelta(days=1)


class UnitShares:
    """Last year's shares by unit: by its id, or by its name where the unit was made anew."""

    def __init__(self, figures: Figures | None, shown: Shown | None) -> None:
        self._by_id: dict[int, int | None] = {}
        self._by_name: dict[str, int | None] = {}
        for one in figures["units"] if figures is not None else ():
            cells = shown.groups.get(one["unit_id"]) if shown is not None else None
            share = cells.shares.get("people") if cells is not None else None
            self._by_id[one["unit_id"]] = share
            if not one["depth"]:
                self._by_name[one["name"]] = share

    def get(self, unit_id: int, name: str) -> int | None:
        """Per cent, or None."""
        return self._by_id[unit_id] if unit_id in self._by_id else self._by_name.get(name)


@dataclass(frozen=True)
class LastYear:
    """The campaign that this one was cloned from, read beside the same working days."""

    first_day: date | None
    last_day: date | None
    taken: Snapshots

    @classmethod
    def of(cls, session: Session, campaign: Campaign | SeenCampaign) -> "LastYear":
        """Two statements, also where there is none."""
        days = select(Campaign.first_day, Campaign.last_day)
        row = session.execute(days.where(Campaign.id == campaign.cloned_from_id)).one_or_none()
        taken = snapshots(session, campaign.cloned_from_id, until=date.max)
        return cls(row.first_day if row else None, row.last_day if row else None, taken)

    def figures_on(self, first_day: date, day: date) -> Figures | None:
        """Its figures after as many working days as have passed from ``first_day`` to ``day``."""
        passed = dict(working_days_until(first_day, day)).get(day)
        return self.after(passed) if passed is not None else None

    def after(self, working_days: int) -> Figures | None:
        """Its figures on the last day on which as many working days had passed."""
        day = self._days.get(working_days)
        return self.taken.on(day) if day is not None else None

    @cached_property
    def _days(self) -> dict[int, date]:
        if self.first_day is None or self.last_day is None:
            return {}
        return {passed: day for day, passed in working_days_until(self.first_day, self.last_day)}

    def whole_share(self, figures: Figures | None) -> int | None:
        """The share of everybody, as it may be shown."""
        return self.taken.shares(figures).whole.shares.get("people") if figures else None

    def unit_shares(self, figures: Figures | None) -> UnitShares:
        """The shares of its units, as they may be shown."""
        return UnitShares(figures, self.taken.shares(figures) if figures else None)
