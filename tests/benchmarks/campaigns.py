"""Campaigns of a measured database: those of the demo, and a second open one for half the people.

A campaign does not multiply with the people: its counts are copied with them, and what was added up
follows here, from the block's own sums.
"""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.orm import Session

from app.config import Config
from app.demo.campaigns import count_all, publish
from badges.awards import awarding
from badges.catalogue.reading import read_badges
from challenges.calendar import day_of
from challenges.campaigns import lifecycle, snapshots, templates
from challenges.campaigns.definitions import CampaignAudience, CampaignDefinition
from challenges.campaigns.models import CampaignSnapshot, CampaignTotal
from challenges.campaigns.unit_rows import Organisation, PlacedUnit
from challenges.outbox import Fact
from challenges.people.models import RoleGrant, Unit

SECOND = "half-of-us"
"""The slug of the campaign for every second department, with all units below."""
TEMPLATE = "find-data"
MOST = 1_000
"""Snapshots: more than there are."""

SUMS = ("reached", "people", "steps", "automatic", "waiting", "begun", "tried", "used", "spread")
"""Numbers of a snapshot that grow with the people. Medians and days do not."""


def add_second(session: Session, *, at: datetime) -> None:
    """Open a campaign beside that of the demo, with what people have climbed counted."""
    office = list(session.scalars(select(RoleGrant.person_id).order_by(RoleGrant.person_id)))
    tops = select(Unit.path).where(Unit.parent_id.is_(None)).order_by(Unit.position, Unit.id)
    half = list(session.scalars(tops))[::2]
    publish(session, _second(half, at=at), office=office, at=at)
    lifecycle.open_and_close(session, at=at)
    count_all(session, at=at)
    snapshots.make_due(session, at=at, kinds=Config.counted_employments, limit=MOST)
    awarding.recompute(session, catalogue=read_badges(session), at=at, quietly=True)
    # Everything is counted and awarded by now: the relay need not hear of it.
    session.execute(update(Fact).where(Fact.fanned_out_at.is_(None)).values(fanned_out_at=at))


def _second(departments: list[str], *, at: datetime) -> CampaignDefinition:
    today = day_of(at)
    days = {"first_day": today - timedelta(days=10), "last_day": today + timedelta(days=20)}
    audience = CampaignAudience(units=tuple(departments))
    whole = templates.from_template(TEMPLATE, today)
    return whole.model_copy(update={"slug": SECOND, "audience": audience, **days})


def grow(connection: Connection, copies: int, *, last_unit: int) -> None:
    """Let totals and snapshots say what they would have come to with so many copies of the block.

    ``last_unit`` is how far apart the ids of units lie from copy to copy.
    """
    totals = {
        CampaignTotal.steps: CampaignTotal.steps * copies,
        CampaignTotal.people: CampaignTotal.people * copies,
    }
    connection.execute(update(CampaignTotal).values(totals))
    with Session(connection) as session:
        organisation = Organisation.read(session)
        placed = organisation.placed(organisation.units)
        for one in session.scalars(select(CampaignSnapshot)):
            one.figures = _grown(one.figures, copies, last_unit, placed)
        session.flush()


def _grown(
    figures: dict[str, Any], copies: int, last_unit: int, placed: list[PlacedUnit]
) -> dict[str, Any]:
    queue = figures["queue"]
    lonely = queue["without_reviewer"]
    return {
        **_times(figures, copies),
        "units": _units(figures["units"], copies, last_unit, placed),
        "challenges": [_times(one, copies) for one in figures["challenges"]],
        "queue": {
            **_times(queue, copies),
            "without_reviewer": [id_ + n * last_unit for n in range(copies) for id_ in lonely],
        },
    }


def _times(numbers: dict[str, Any], copies: int) -> dict[str, Any]:
    return {key: value * copies if key in SUMS else value for key, value in numbers.items()}


def _units(
    block: list[dict[str, Any]], copies: int, last_unit: int, placed: list[PlacedUnit]
) -> list[dict[str, Any]]:
    """A department of a copy is a part of the block's department, and its sections lie too deep to
    be shown."""
    rows = {}
    for one in block:
        rows[one["unit_id"]] = one
        if one["depth"] == 0:
            rows[one["unit_id"]] = _times(one, copies)
            for n in range(1, copies):
                rows[one["unit_id"] + n * last_unit] = one
    return [
        {
            **rows[unit.unit_id],
            "unit_id": unit.unit_id,
            "name": unit.name,
            "depth": unit.depth,
            "parent_id": unit.parent_id,
        }
        for unit in placed
        if unit.unit_id in rows
    ]
