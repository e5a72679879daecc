"""Keeps what follows from snapshots of campaigns in memory: they change once a night, and adding
them up takes too long for a page."""

from collections.abc import Callable, Hashable, Sequence
from datetime import date, datetime
from functools import partial
from typing import Any, NamedTuple, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Integer, Pool, bindparam, func, select
from sqlalchemy.orm import Session

from app.queries.campaigns import SeenCampaign
from challenges.campaigns.models import Campaign, CampaignSnapshot
from challenges.storage.sql import fetch_rows

MOST_KEPT = 200
"""Values of one database."""

Value = TypeVar("Value")


class Made(NamedTuple):
    """How many snapshots a campaign has, and when the last one was made."""

    campaign_id: int
    days: int
    made_at: datetime


_kept: WeakKeyDictionary[Pool, dict[Hashable, tuple[Hashable, Any]]] = WeakKeyDictionary()
"""By database: its pool stands for it, because each session has an engine of its own beside it."""


def kept(
    session: Session,
    campaign: Campaign | SeenCampaign,
    what: Hashable,
    *,
    until: date,
    make: Callable[[], Value],
    made: Sequence[Made] | None = None,
) -> Value:
    """What ``make`` returns, or returned before for the same ``what`` of that campaign, unless a
    snapshot of it or of last year's was made since. Nobody may change it.

    One statement, or none where the caller has read what was ``made``.
    """
    if made is None:
        made = [made_of(row) for row in fetch_rows(session, MADE, asked_of_made(campaign))]
    return _kept_or_made(session, campaign, what, (until, *_state(campaign, made)), make)


def asked_of_made(campaign: Campaign | SeenCampaign) -> dict[str, Any]:
    """The parameters of ``MADE``."""
    return {"own": campaign.id, "before": campaign.cloned_from_id}


def made_of(row: Any) -> Made:
    return Made(row.campaign_id, row.days, row.made_at)


def kept_for_all(
    session: Session,
    campaigns: Sequence[Campaign],
    what: Hashable,
    *,
    until: date,
    make: Callable[[Campaign], Value],
) -> dict[int, Value]:
    """The same for several campaigns, by their ids. One statement for all of them."""
    ids = {one.id for one in campaigns} | {one.cloned_from_id for one in campaigns}
    made = select(*_COLUMNS).where(CampaignSnapshot.campaign_id.in_(ids - {None}))
    rows = [made_of(row) for row in session.execute(made.group_by(CampaignSnapshot.campaign_id))]
    return {
        one.id: _kept_or_made(session, one, what, (until, *_state(one, rows)), partial(make, one))
        for one in campaigns
    }


def _kept_or_made(
    session: Session,
    campaign: Campaign | SeenCampaign,
    what: Hashable,
    state: Hashable,
    make: Callable[[], Value],
) -> Value:
    values = _kept.setdefault(session.get_bind().engine.pool, {})
    key = (campaign.id, what)
    known = values.get(key)
    if known is not None and known[0] == state:
        found: Value = known[1]
        return found
    if len(values) >= MOST_KEPT:
        values.clear()
    found = make()
    values[key] = (state, found)
    return found


def _state(campaign: Campaign | SeenCampaign, made: Sequence[Made]) -> tuple[Hashable, ...]:
    """Tells one state of the snapshots, and of the days they are shown on, from another."""
    own = frozenset(
        row for row in made if row.campaign_id in (campaign.id, campaign.cloned_from_id)
    )
    return campaign.version, campaign.first_day, campaign.last_day, own


_COLUMNS = (
    CampaignSnapshot.campaign_id,
    func.count().label("days"),
    func.max(CampaignSnapshot.made_at).label("made_at"),
)
# Built once, for a page that everybody opens.
MADE = (
    select(*_COLUMNS)
    .where(
        CampaignSnapshot.campaign_id.in_(
            (bindparam("own", type_=Integer), bindparam("before", type_=Integer))
        )
    )
    .group_by(CampaignSnapshot.campaign_id)
)
