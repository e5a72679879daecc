"""Gives campaigns the days back that disasters took.

Each Tokyo day that a pause takes wholly or partly, within the period of a campaign, moves its last
day by one, however many pauses share the day. What has not begun moves as a whole, so its first day
moves too. A day that is given back and lost again counts again: the period is that which comes out.

A pause that still goes on takes every day up to today, so days move while it lasts and not only at
its end. Everything is worked out from the days lost and those given so far; doing it twice changes
nothing.
"""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.campaigns import log
from challenges.campaigns.disasters import DayGivenBack, DisasterPause
from challenges.campaigns.events import CampaignMoved
from challenges.campaigns.lost_days import Lost, lost_days
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.campaigns.states import RUNS, TURN
from challenges.outbox import record
from challenges.storage.sql import take_turn
from challenges.vocabulary import CampaignAct, CampaignState


class Days(NamedTuple):
    """First and last day of a period, both included."""

    first: date
    last: date


def moved(
    days: Days, *, lost: AbstractSet[date], given: AbstractSet[date], has_begun: bool
) -> tuple[Days, set[date]]:
    """The days of a campaign once every day lost in them is given back, and which those are.

    ``days`` are those of now, in which the days ``given`` so far are contained. Pure.
    """
    planned = Days(days.first, _later(days.last, -len(given)))
    # What has begun cannot begin on another day. What it lost before it began stays given.
    kept = {day for day in given if day < days.first} if has_begun else set()
    if not has_begun:
        planned = Days(_later(days.first, -len(given)), planned.last)
    taken = _lost_within(planned, lost, kept)
    first = days.first if has_begun else _later(planned.first, len(taken))
    return Days(first, _later(planned.last, len(taken))), taken


def _lost_within(planned: Days, lost: AbstractSet[date], kept: AbstractSet[date]) -> set[date]:
    """The days lost in the period as it becomes by giving them back."""
    taken: set[date] = set()
    while True:
        last = _later(planned.last, len(taken))
        found = {day for day in lost if planned.first <= day <= last} | kept
        if found == taken:
            return taken
        taken = found


def _later(day: date, days: int) -> date:
    return day + timedelta(days=days)


def settle(session: Session, *, at: datetime) -> list[int]:
    """Move whatever is scheduled or open by the days lost by now. The ids of what moved.

    A fixed number of statements and a few for each campaign that moves.
    """
    take_turn(session, TURN)
    campaigns = session.scalars(
        select(Campaign)
        .where(Campaign.state.in_(RUNS))
        .order_by(Campaign.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    lost = lost_days(session, campaigns, today=day_of(at))
    given = _given(session, [campaign.id for campaign in campaigns])
    return [
        campaign.id
        for campaign in campaigns
        if _is_moved(session, campaign, lost[campaign.id], given.get(campaign.id, {}), at=at)
    ]


def _is_moved(
    session: Session,
    campaign: Campaign,
    lost: Lost,
    all_given: Mapping[date, int],
    *,
    at: datetime,
) -> bool:
    if campaign.first_day is None or campaign.last_day is None:
        return False
    has_begun = campaign.state is CampaignState.OPEN
    now = Days(campaign.first_day, campaign.last_day)
    # Whoever set the days anew since has thought of what was given before.
    given = {day: one for day, one in all_given.items() if one in lost.pause_ids}
    days, taken = moved(now, lost=lost.days.keys(), given=given.keys(), has_begun=has_begun)
    if has_begun:
        # A correction never takes a day away that people have had already.
        days = Days(days.first, max(days.last, min(now.last, day_of(at))))
    owners = {day: lost.days[day].id if day in lost.days else given[day] for day in taken}
    _write_given(session, campaign, owners, all_given)
    _tell_of_pauses(session, campaign, lost.days, owners, given, days, at=at)
    if days == now:
        return False
    _move(session, campaign, days, was=now, at=at)
    return True


def _write_given(
    session: Session, campaign: Campaign, owners: Mapping[date, int], given: Mapping[date, int]
) -> None:
    changed = {day for day, _ in owners.items() ^ given.items()}
    if not changed:
        return
    of_campaign = DayGivenBack.campaign_id == campaign.id
    session.execute(delete(DayGivenBack).where(of_campaign, DayGivenBack.day.in_(changed)))
    rows = [
        {"campaign_id": campaign.id, "day": day, "pause_id": owners[day]}
        for day in sorted(changed & owners.keys())
    ]
    if rows:
        session.execute(insert(DayGivenBack), rows)


def _tell_of_pauses(
    session: Session,
    campaign: Campaign,
    lost: Mapping[date, DisasterPause],
    owners: Mapping[date, int],
    given: Mapping[date, int],
    days: Days,
    *,
    at: datetime,
) -> None:
    """A line in the log for each pause that takes its first day from the campaign."""
    known = set(given.values())
    new = {one.id: one for day, one in lost.items() if day in owners and one.id not in known}
    for pause in sorted(new.values(), key=lambda one: one.id):
        if pause.id in owners.values():
            log.tell(
                session,
                campaign,
                CampaignAct.PAUSED,
                at=at,
                by_id=pause.begun_by_id,
                reason=pause.reason,
                since=pause.first_day,
                all_units=pause.all_units,
                first_day=days.first,
                last_day=days.last,
            )


def _move(session: Session, campaign: Campaign, days: Days, *, was: Days, at: datetime) -> None:
    by_first, by_last = days.first - was.first, days.last - was.last
    for version in session.scalars(
        select(CampaignVersion)
        .where(CampaignVersion.campaign_id == campaign.id)
        .execution_options(populate_existing=True)
    ):
        version.starts_on += by_first
        version.ends_on += by_last
    campaign.first_day, campaign.last_day = days
    campaign.sequence += 1
    record(session, CampaignMoved(occurred_at=at, campaign_id=campaign.id))
    session.flush()


def _given(session: Session, campaign_ids: Sequence[int]) -> dict[int, dict[date, int]]:
    """The pause of each day given back, by campaign and day."""
    found: dict[int, dict[date, int]] = {}
    for row in session.execute(
        select(DayGivenBack.campaign_id, DayGivenBack.day, DayGivenBack.pause_id).where(
            DayGivenBack.campaign_id.in_(campaign_ids)
        )
    ):
        found.setdefault(row.campaign_id, {})[row.day] = row.pause_id
    return found
