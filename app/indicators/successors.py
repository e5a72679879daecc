"""Which units of last year a unit of today is compared with, over a reorganisation.

The DX office enters which unit carries on an earlier one. Nothing is guessed from names, and
nothing is told that was not published of last year's units.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.indicators.models import UnitSuccessor
from app.indicators.published import Published, published
from app.indicators.series import Carried, Key, Point, Series, State, months_later
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
    rows = session.scalars(select(UnitSuccessor)).all()
    return _reached([(row.unit_id, row.successor_id) for row in rows], unit_id)


def with_last_year(
    session: Session, told: Mapping[Key, Series], *, until: datetime
) -> dict[Key, Series]:
    """The series, those of units with last year's values of the units that they carry on.

    As entered and published by ``until``. Two statements, or one where no unit carries on another.
    """
    rows = session.scalars(select(UnitSuccessor).where(UnitSuccessor.entered_at <= until)).all()
    crossings = {key: _crossings(rows, key[1], one) for key, one in told.items()}
    days = [day for found in crossings.values() for day in found]
    if not days:
        return dict(told)
    cells = _cells_of_last_year(session, rows, [key for key in told if crossings[key]], days, until)
    return {
        key: replace(one, carried=dict(_carried(rows, key, crossings[key], cells)))
        for key, one in told.items()
    }


def _crossings(rows: Sequence[UnitSuccessor], unit_id: int | None, one: Series) -> list[date]:
    """The periods of a unit between which and last year it took over from another."""
    carrying_on = {unit_id, *_before(rows, unit_id)}
    days = [row.since for row in rows if row.successor_id in carrying_on]
    return [
        point.period
        for point in one.points
        if any(_year_before(point.period) < day <= point.period for day in days)
    ]


def _before(rows: Sequence[UnitSuccessor], unit_id: int | None) -> set[int]:
    """All units that a unit ever carried on, directly or not."""
    return _reached([(row.successor_id, row.unit_id) for row in rows], unit_id)


def _reached(arrows: Sequence[tuple[int, int]], start: int | None) -> set[int]:
    """Where the arrows lead from there, directly or not."""
    found, to_do = set[int](), [start]
    while to_do:
        one = to_do.pop()
        more = {end for begin, end in arrows if begin == one} - found
        found |= more
        to_do += more
    return found


Cells = Mapping[tuple[str, int | None, date], Published]


def _cells_of_last_year(
    session: Session,
    rows: Sequence[UnitSuccessor],
    keys: Sequence[Key],
    days: Sequence[date],
    until: datetime,
) -> Cells:
    unit_ids = {one for _slug, unit in keys for one in (unit, *_before(rows, unit))}
    found = published(
        session,
        until=until,
        indicators={slug for slug, _unit in keys},
        unit_ids=unit_ids,
        first=_year_before(min(days)),
        last=_year_before(max(days)),
    )
    return {(one.indicator, one.unit_id, one.period): one for one in found}


def _carried(
    rows: Sequence[UnitSuccessor], key: Key, days: Sequence[date], cells: Cells
) -> Iterator[tuple[date, Carried]]:
    slug, unit_id = key
    if unit_id is None:
        return
    for day in days:
        then = _year_before(day)
        there = {one for indicator, one, period in cells if (indicator, period) == (slug, then)}
        units = units_then(rows, unit_id, now=day, then=then, there=there)
        if units is None:
            yield day, Carried(None)
        elif units != [unit_id]:
            point = together([cells.get((slug, one, then)) for one in units], then)
            yield day, Carried(point, tuple(units))


def units_then(
    rows: Sequence[UnitSuccessor],
    unit_id: int,
    *,
    now: date,
    then: date,
    there: Collection[int | None],
) -> list[int] | None:
    """The units of the period ``then`` that the unit of the period ``now`` carries on. Pure.

    Itself if it is among those that had values ``there``. None if one of them went on in several
    units: then nobody can say which part of it this one is.
    """
    recent = [row for row in rows if then < row.since <= now]
    found, to_do = set[int](), [unit_id]
    while to_do:
        one = to_do.pop()
        before = [row.unit_id for row in recent if row.successor_id == one]
        if any(len([row for row in recent if row.unit_id == unit]) > 1 for unit in before):
            return None
        # A unit may have gone on under its own name and taken in others beside.
        if not before or one in there:
            found.add(one)
        to_do += before
    return sorted(found)


def together(cells: Sequence[Published | None], period: date) -> Point:
    """What these shares of units are together, in steps of five points. Pure.

    Reckoned from what was published alone. Missing if one of them was not published, hidden if one
    is hidden, so that nothing follows that was not told.
    """
    if not cells or None in cells:
        return Point(period)
    shares = [
        (one.value, one.denominator)
        for one in cells
        if one and one.value is not None and one.denominator
    ]
    if len(shares) < len(cells):
        return Point(period, State.HIDDEN)
    people = sum(base for _share, base in shares)
    share = sum(share * base for share, base in shares) / people
    value = share if len(shares) == 1 else float(SHARE_STEP * round(share / SHARE_STEP))
    return Point(period, State.KNOWN, value, denominator=people)


def _year_before(period: date) -> date:
    return months_later(period, -12)
