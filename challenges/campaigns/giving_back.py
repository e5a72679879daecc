"""Gives campaigns the days back that disasters took.

Each Tokyo day that a pause takes wholly or partly, within the period of a campaign, moves its last
day by one, however many pauses share the day. What has not begun moves as a whole, so its first day
moves too. A day that is given back and lost again counts again: the period is that which comes out.

A pause that still goes on takes every day up to today, so days move while it lasts and not only at
its end. Everything is worked out from the days lost and those given so far; doing it twice changes
nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.campaigns import log
from challenges.campaigns.disasters import DayGivenBack, DisasterPause, PausedUnit
from challenges.campaigns.events import CampaignMoved
from challenges.campaigns.models import Campaign, CampaignUnit, CampaignVersion
from challenges.campaigns.states import RUNS, TURN
from challenges.outbox import record
from challenges.people.models import Unit
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
    lost: Mapping[date, DisasterPause],
    given: Mapping[date, int],
    *,
    at: datetime,
) -> bool:
    if campaign.first_day is None or campaign.last_day is None:
        return False
    has_begun = campaign.state is CampaignState.OPEN
    now = Days(campaign.first_day, campaign.last_day)
    days, taken = moved(now, lost=lost.keys(), given=given.keys(), has_begun=has_begun)
    if has_begun:
        # A correction never takes a day away that people have had already.
        days = Days(days.first, max(days.last, min(now.last, day_of(at))))
    owners = {day: lost[day].id if day in lost else given[day] for day in taken}
    _write_given(session, campaign, owners, given)
    _tell_of_pauses(session, campaign, lost, owners, given, days, at=at)
    if days == now:
        return False
    _move(session, campaign, days, at=at)
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


def _move(session: Session, campaign: Campaign, days: Days, *, at: datetime) -> None:
    assert campaign.first_day is not None  # noqa: S101  (a published campaign has its days)
    assert campaign.last_day is not None  # noqa: S101
    by_first, by_last = days.first - campaign.first_day, days.last - campaign.last_day
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


def lost_days(
    session: Session, campaigns: Sequence[Campaign], *, today: date
) -> dict[int, dict[date, DisasterPause]]:
    """The days lost by now, by campaign, each with the pause that took it first."""
    pauses = session.scalars(select(DisasterPause).order_by(DisasterPause.id)).all()
    places = _places(session, [campaign.id for campaign in campaigns])
    paused_paths = _paused_paths(session)
    return {
        campaign.id: {
            day: pause
            # The pause that was begun first is written last, and stays.
            for pause in reversed(pauses)
            if _is_for(pause, paused_paths.get(pause.id, ()), places.get(campaign.id))
            for day in _days_of(pause, today)
        }
        for campaign in campaigns
    }


def _days_of(pause: DisasterPause, today: date) -> Iterable[date]:
    last = today if pause.last_day is None else pause.last_day
    return (_later(pause.first_day, n) for n in range((last - pause.first_day).days + 1))


@dataclass(slots=True)
class _Place:
    """Whom a campaign is for, and since when it is published."""

    published_at: datetime
    paths: set[str]
    """Of the units that its version in force names."""
    everyone: bool


def _is_for(pause: DisasterPause, paused: Iterable[str], place: _Place | None) -> bool:
    """Whether the pause takes days from the campaign.

    One of chosen units takes them from campaigns that name a unit at, above or below one of them. A
    campaign for everybody, for managers or for people in a new post goes on elsewhere, so it loses
    days only if all units are paused. What was published after a pause knew its days.
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
            Unit.path,
        )
        .outerjoin(CampaignUnit, CampaignUnit.version_id == CampaignVersion.id)
        .outerjoin(Unit, Unit.id == CampaignUnit.unit_id)
        .where(CampaignVersion.campaign_id.in_(campaign_ids))
        .order_by(CampaignVersion.campaign_id, CampaignVersion.number)
    ):
        place = found.setdefault(row.campaign_id, _Place(row.published_at, set(), False))
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
