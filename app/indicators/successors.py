"""Which units of last year a unit of today is compared with, over a reorganisation.

The DX office enters which unit carries on an earlier one. Nothing is guessed from names.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, aliased

from app.indicators.models import Measure, UnitSuccessor
from app.indicators.published import published
from challenges.people.models import Unit
from challenges.shares import SHARE_STEP


@dataclass(frozen=True, slots=True)
class Succession:
    """One unit carries on another, since a day."""

    unit_id: int
    path: str
    successor_id: int
    successor_path: str
    since: date


def successions(session: Session, *, limit: int, offset: int = 0) -> list[Succession]:
    """What the office entered, the newest first. One statement."""
    before, after = aliased(Unit), aliased(Unit)
    rows = session.execute(
        select(
            UnitSuccessor.unit_id,
            before.path.label("path"),
            UnitSuccessor.successor_id,
            after.path.label("successor_path"),
            UnitSuccessor.since,
        )
        .join(before, before.id == UnitSuccessor.unit_id)
        .join(after, after.id == UnitSuccessor.successor_id)
        .order_by(UnitSuccessor.since.desc(), after.path, before.path)
        .limit(limit)
        .offset(offset)
    )
    return [Succession(**row._mapping) for row in rows]


def led_to(session: Session, unit_id: int) -> set[int]:
    """The units that carry on that unit, and those that carry on them."""
    rows = session.execute(select(UnitSuccessor.unit_id, UnitSuccessor.successor_id)).all()
    found, to_do = set[int](), [unit_id]
    while to_do:
        one = to_do.pop()
        later = {row.successor_id for row in rows if row.unit_id == one} - found
        found |= later
        to_do += later
    return found


def units_to_compare(session: Session, unit_id: int, *, now: date, then: date) -> list[int]:
    """The units of the month ``then`` that the unit of the month ``now`` carries on.

    Itself if it was there already. Empty if one of them went on in several units: then nobody can
    say which part of it this one is.
    """
    rows = session.scalars(select(UnitSuccessor).where(UnitSuccessor.since <= now)).all()
    recent = [row for row in rows if row.since > then]
    found, to_do = set[int](), [unit_id]
    while to_do:
        one = to_do.pop()
        before = [row.unit_id for row in recent if row.successor_id == one]
        if any(len([row for row in recent if row.unit_id == unit]) > 1 for unit in before):
            return []
        # A unit may have gone on under its own name and taken in others beside.
        if not before or _was_published(session, one, then):
            found.add(one)
        to_do += before
    return sorted(found)


def share_before(
    session: Session, indicator: str, unit_ids: Sequence[int], *, period: date, until: datetime
) -> float | None:
    """The published share of these units together, in steps of five points; None if one of them is
    not published or hidden, so that nothing follows from it that was not told."""
    rows = published(
        session,
        until=until,
        indicators=[indicator],
        unit_ids=unit_ids,
        first=period,
        last=period,
    )
    if not unit_ids or len(rows) != len(set(unit_ids)):
        return None
    people = count = 0.0
    for row in rows:
        if row.value is None or row.denominator is None:
            return None
        people += row.denominator
        count += row.value * row.denominator
    return SHARE_STEP * round(count / people / SHARE_STEP) if len(rows) > 1 else rows[0].value


def _was_published(session: Session, unit_id: int, period: date) -> bool:
    is_it = exists().where(Measure.unit_id == unit_id, Measure.period == period)
    return bool(session.scalar(select(is_it)))
