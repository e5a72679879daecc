"""Keeps what follows from snapshots of campaigns in memory: they change once a night, and adding
them up takes too long for a page."""

from collections.abc import Callable, Hashable, Sequence
from datetime import date
from functools import partial
from typing import Any, TypeVar
from weakref import WeakKeyDictionary

from sqlalchemy import Integer, Pool, bindparam, func, select
from sqlalchemy.orm import Session

from app.queries.campaigns import SeenCampaign
from challenges.campaigns.models import Campaign, CampaignSnapshot
from challenges.storage.sql import fetch_rows

MOST_KEPT = 200
"""Values of one database."""

Value = TypeVar("Value")

_kept: WeakKeyDictionary[Pool, dict[Hashable, tuple[Hashable, Any]]] = WeakKeyDictionary()
"""By database: its pool stands for it, because each session has an engine of its own beside it."""


def kept(
    session: Session,
    campaign: Campaign | SeenCampaign,
    what: Hashable,
    *,
    until: date,
    make: Callable[[], Value],
) -> Value:
    """What ``make`` returns, or returned before for the same ``what`` of that campaign, unless a
    snapshot of it or of last year's was made since. Nobody may change it. One statement."""
    asked = {"own": campaign.id, "before": campaign.cloned_from_id}
    rows = [tuple(row) for row in fetch_rows(session, _MADE, asked)]
    return _kept_or_made(session, campaign, what, (until, *_state(campaign, rows)), make)


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
    rows = [
        tuple(row) for row in session.execute(made.group_by(CampaignSnapshot.campaign_id)).all()
    ]
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


def _state(
    campaign: Campaign | SeenCampaign, made: Sequence[tuple[Any, ...]]
) -> tuple[Hashable, ...]:
    """Tells one state of the snapshots, and of the days they are shown on, from another."""
    own = frozenset(row for row in made if row[0] in (campaign.id, campaign.cloned_from_id))
    return campaign.version, campaign.first_day, campaign.last_day, own


_COLUMNS = (
    CampaignSnapshot.campaign_id,
    func.count().label("days"),
    func.max(CampaignSnapshot.made_at).label("made_at"),
)
# Built once, for a page that everybody opens.
_MADE = (
    select(*_COLUMNS)
    .where(
        CampaignSnapshot.campaign_id.in_(
            (bindparam("own", type_=Integer), bindparam("before", type_=Integer))
        )
    )
    .group_by(CampaignSnapshot.campaign_id)
)
