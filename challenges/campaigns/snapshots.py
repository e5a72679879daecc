"""What the office's page shows of campaigns, made every night for the day before.

A night without a relay is made up for, with what the history says by now of that day. The last day
is made again for a while, because what waits for a decision counts later.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.calendar import day_of, working_days_after, working_days_between
from challenges.campaigns.figures import figures_of
from challenges.campaigns.models import Campaign, CampaignSnapshot, CampaignVersion
from challenges.storage.sql import upsert
from challenges.vocabulary import CampaignState, Employment

A_DAY = timedelta(days=1)
SETTLING = timedelta(days=31)
"""How long after its last day a campaign's last snapshot is made again every night."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A campaign at the end of one day. Never shown as it is, see suppression.py."""

    day: date
    reached: int
    """People: the audience on the first day, and who joined it later."""
    people: int
    """Those of them who take part."""
    steps: int
    figures: Mapping[str, Any] | None = None
    """All that figures.py says, but for ``series``, where it is None."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A snapshot before it is kept: what the history said of that day at the time ``at``."""

    campaign_id: int
    version_id: int
    period: tuple[date, date]
    """The days on which steps counted by that version."""
    day: date
    figures: dict[str, Any]
    at: datetime


def take(
    session: Session,
    campaign: Campaign,
    *,
    day: date,
    kinds: Collection[Employment],
    at: datetime,
) -> Taken:
    """Read the snapshot of that day. The same number of statements for any size.

    ``kinds`` are the kinds of employment that are in denominators. Raises ValueError for a
    campaign that was never published.
    """
    version = session.scalar(
        select(CampaignVersion).where(
            CampaignVersion.campaign_id == campaign.id, CampaignVersion.replaced_at.is_(None)
        )
    )
    if version is None:
        raise ValueError(f"campaign {campaign.slug} was never published")
    figures = figures_of(session, version, day=day, kinds=kinds)
    period = (version.starts_on, version.ends_on)
    return Taken(campaign.id, version.id, period, day, figures, at)


def keep(session: Session, taken: Taken) -> bool:
    """Store a snapshot, unless one was stored that was taken later.

    Returns False, and stores nothing, where the campaign has come to go by other rules or days
    since it was taken. Two statements.
    """
    starts_on, ends_on = taken.period
    same = select(CampaignVersion.id).where(
        CampaignVersion.id == taken.version_id,
        CampaignVersion.replaced_at.is_(None),
        CampaignVersion.starts_on == starts_on,
        CampaignVersion.ends_on == ends_on,
    )
    # Locked, so that nobody changes that before the snapshot is stored.
    if session.scalar(same.with_for_update(read=True)) is None:
        return False
    new = upsert(session, CampaignSnapshot).values(
        campaign_id=taken.campaign_id, day=taken.day, figures=taken.figures, made_at=taken.at
    )
    store = new.on_conflict_do_update(
        index_elements=["campaign_id", "day"],
        set_={"figures": new.excluded.figures, "made_at": new.excluded.made_at},
        where=CampaignSnapshot.made_at <= new.excluded.made_at,
    )
    session.execute(store)
    return True


def take_due(session: Session, *, at: datetime, kinds: Collection[Employment]) -> Taken | None:
    """Read the next snapshot that is due: of every day up to yesterday of what is open, and up to
    its last day of what is closed. None if there is none."""
    due = next(_due(session, today=day_of(at)), None)
    return due and take(session, due[0], day=due[1], kinds=kinds, at=at)


def make_due(session: Session, *, at: datetime, kinds: Collection[Employment], limit: int) -> int:
    """Make up to ``limit`` snapshots that are due. Returns how many were made.

    Reads and writes in one session, for a load or a test; app/jobs reads before it writes.
    """
    made = 0
    while made < limit and (taken := take_due(session, at=at, kinds=kinds)) is not None:
        made += keep(session, taken)
    return made


def latest(session: Session, campaign_id: int) -> Snapshot | None:
    """The newest snapshot. One statement."""
    return _newest(session, campaign_id, until=date.max)


def series(session: Session, campaign_id: int) -> list[Snapshot]:
    """Every snapshot, the oldest first, without its figures. One statement."""
    figures = CampaignSnapshot.figures
    rows = session.execute(
        select(
            CampaignSnapshot.day,
            figures["reached"].as_integer().label("reached"),
            figures["people"].as_integer().label("people"),
            figures["steps"].as_integer().label("steps"),
        )
        .where(CampaignSnapshot.campaign_id == campaign_id)
        .order_by(CampaignSnapshot.day)
    )
    return [Snapshot(row.day, row.reached, row.people, row.steps) for row in rows]


def same_day_before(session: Session, campaign: Campaign, day: date) -> Snapshot | None:
    """The campaign that this one was cloned from, after as many working days; its last snapshot
    once it was over. None without one. Two statements."""
    before = campaign.cloned_from_id and session.get(Campaign, campaign.cloned_from_id)
    if not before or before.first_day is None or campaign.first_day is None:
        return None
    passed = working_days_between(campaign.first_day - A_DAY, day)
    until = working_days_after(before.first_day - A_DAY, passed)
    return _newest(session, before.id, until=until)


def _newest(session: Session, campaign_id: int, *, until: date) -> Snapshot | None:
    row = session.execute(
        select(CampaignSnapshot.day, CampaignSnapshot.figures)
        .where(CampaignSnapshot.campaign_id == campaign_id, CampaignSnapshot.day <= until)
        .order_by(CampaignSnapshot.day.desc())
        .limit(1)
    ).first()
    if row is None:
        return None
    found = row.figures
    return Snapshot(row.day, found["reached"], found["people"], found["steps"], found)


def _due(session: Session, *, today: date) -> Iterator[tuple[Campaign, date]]:
    running = (CampaignState.OPEN, CampaignState.CLOSED, CampaignState.ARCHIVED)
    campaigns = session.scalars(
        select(Campaign)
        .where(Campaign.state.in_(running), Campaign.first_day.is_not(None))
        .order_by(Campaign.id)
    ).all()
    made = _made_on(session, [one.id for one in campaigns])
    for campaign in campaigns:
        for day in _days_of(campaign, today=today):
            known = made.get((campaign.id, day))
            if known is None or (_is_settling(campaign, day, today) and day_of(known) < today):
                yield campaign, day


def _made_on(session: Session, campaign_ids: Collection[int]) -> dict[tuple[int, date], datetime]:
    rows = session.execute(
        select(CampaignSnapshot.campaign_id, CampaignSnapshot.day, CampaignSnapshot.made_at).where(
            CampaignSnapshot.campaign_id.in_(campaign_ids)
        )
    )
    return {(row.campaign_id, row.day): row.made_at for row in rows}


def _days_of(campaign: Campaign, *, today: date) -> Iterator[date]:
    day, last = campaign.first_day, campaign.last_day
    while day is not None and last is not None and day <= min(last, today - A_DAY):
        yield day
        day += A_DAY


def _is_settling(campaign: Campaign, day: date, today: date) -> bool:
    return day == campaign.last_day and today <= day + SETTLING
