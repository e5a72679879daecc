"""What programs may read of the office's data. Each list has a mark that changes with it: one cheap
statement, asked before anything is read.

Rows are in the order of a key that never changes, so that a reader who goes on after the last one
misses none and sees none twice.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Row, and_, func, select
from sqlalchemy.orm import Session

from app.indicators import published as measures
from app.indicators import telling
from app.indicators.definitions import IndicatorDefinition, Period, indicators
from app.indicators.models import UnitSuccessor
from app.indicators.published import Published, Wanted
from app.indicators.statement_models import Statement, StatementKind, StatementState
from app.indicators.statements import said
from challenges.calendar import TOKYO
from challenges.catalogue.models import CatalogueLoad
from challenges.people.coming import units_to_come
from challenges.people.models import Unit

MONTHS = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}


@dataclass(frozen=True, slots=True)
class Mark:
    """Tells one state of a list from another."""

    state: tuple[Any, ...]
    changed_at: datetime | None
    """When it last changed; None where nobody knows."""


@dataclass(frozen=True, slots=True)
class OpenUnit:
    """A unit."""

    id: int
    parent_id: int | None
    name: str
    path: str
    carries_on: Sequence[int]
    """The units whose work it took over, in the order of the days on which it did."""
    carried_on_since: Sequence[date]


def end_of(day: date) -> datetime:
    """The end of that day in Tokyo."""
    return datetime.combine(day + timedelta(days=1), time(), TOKYO) - timedelta(microseconds=1)


def mark_of_indicators(session: Session, *, until: datetime) -> Mark:
    """The state of the indicators that the office has entered by that time. One statement."""
    newest = select(func.max(Statement.decided_at), func.count()).where(
        Statement.kind == StatementKind.KPI,
        Statement.state == StatementState.APPROVED,
        Statement.decided_at <= until,
    )
    return Mark(tuple(session.execute(newest).one()), None)


def known_indicators(session: Session, *, until: datetime) -> list[IndicatorDefinition]:
    """Every indicator of the dashboard, those of the plan as the office entered them. One
    statement."""
    return telling.known_indicators(said(session, until=until).values())


def mark_of_measures(session: Session, *, until: datetime) -> Mark:
    """The state of what was published by that time. One statement."""
    newest, changed_at = measures.newest_change(session, until=until)
    return Mark((newest, changed_at), changed_at)


def covered_by_measures(session: Session, *, until: datetime) -> tuple[date, date] | None:
    """The first and the last day that published measures speak of. One statement."""
    found = measures.periods(session, until=until)
    if not found:
        return None
    months = {one.slug: MONTHS[one.period] for one in indicators()}
    # What the files do not know is entered by the office, for the plan: by fiscal year.
    ends = [_end(last, months.get(slug, 12)) for slug, _first, last in found]
    return min(first for _slug, first, _last in found), max(ends)


def _end(first: date, months: int) -> date:
    """The last day of so many months, of which that is the first day."""
    passed = first.month - 1 + months
    return date(first.year + passed // 12, passed % 12 + 1, 1) - timedelta(days=1)


def measures_after(
    session: Session, wanted: Wanted, *, after: int, limit: int, today: date
) -> list[tuple[Published, str | None]]:
    """A page of measures, each with the path of its unit. At most two statements."""
    found = measures.published_after(session, wanted, after=after, limit=limit)
    paths = _paths(session, {one.unit_id for one in found} - {None}, today=today)
    return [(one, paths.get(one.unit_id)) for one in found]


def _paths(session: Session, unit_ids: set[int | None], *, today: date) -> dict[int | None, str]:
    if not unit_ids:
        return {}
    shown = select(Unit.id, Unit.path).where(
        Unit.id.in_(unit_ids), Unit.id.not_in(units_to_come(today))
    )
    return {row.id: row.path for row in session.execute(shown)}


def mark_of_units(session: Session, *, today: date) -> Mark:
    """The state of the units that may be shown on that day. One statement."""
    shown = select(
        func.count(),
        func.sum(Unit.id),
        select(func.count()).select_from(UnitSuccessor).scalar_subquery(),
        select(func.max(UnitSuccessor.entered_at)).scalar_subquery(),
    ).where(Unit.id.not_in(units_to_come(today)))
    return Mark((today, *session.execute(shown).one()), None)


def units_after(
    session: Session, *, after: int, limit: int, today: date, parent_id: int | None = None
) -> Sequence[OpenUnit]:
    """A page of the units, but for those that are still to come on that day. One statement."""
    found = (
        select(Unit.id, Unit.parent_id, Unit.name, Unit.path)
        .where(Unit.id > after, Unit.id.not_in(units_to_come(today)))
        .order_by(Unit.id)
        .limit(limit)
    )
    if parent_id is not None:
        found = found.where(Unit.parent_id == parent_id)
    page = found.subquery()
    rows = session.execute(
        select(page, UnitSuccessor.unit_id, UnitSuccessor.since)
        .outerjoin(
            UnitSuccessor,
            and_(UnitSuccessor.successor_id == page.c.id, UnitSuccessor.since <= today),
        )
        .order_by(page.c.id, UnitSuccessor.since, UnitSuccessor.unit_id)
    ).all()
    return [_open_unit(list(same)) for _id, same in groupby(rows, key=attrgetter("id"))]


def _open_unit(rows: Sequence[Row[Any]]) -> OpenUnit:
    """A unit from its rows, one for each unit that it carries on."""
    first, before = rows[0], [one for one in rows if one.unit_id is not None]
    return OpenUnit(
        id=first.id,
        parent_id=first.parent_id,
        name=first.name,
        path=first.path,
        carries_on=[one.unit_id for one in before],
        carried_on_since=[one.since for one in before],
    )


def revision_of_catalogue(session: Session) -> tuple[int, datetime | None]:
    """The newest load of challenges, badges or projects, and when it was. One statement."""
    row = session.execute(
        select(CatalogueLoad.id, CatalogueLoad.loaded_at).order_by(CatalogueLoad.id.desc()).limit(1)
    ).one_or_none()
    return (row.id, row.loaded_at) if row else (0, None)
