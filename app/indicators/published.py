"""What was published: the one reader of measures, as of now or of any day gone by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session, aliased

from app.indicators.models import Measure, MeasureImport, Source, Variant

_SEEN_FROM = func.coalesce(MeasureImport.shown_at, Measure.published_at)
"""The measures of an import are seen from one time on, however long they took to write."""


@dataclass(frozen=True, slots=True)
class Published:
    """A value that holds. ``value`` is None where it is hidden or was taken back."""

    indicator: str
    version: int
    unit_id: int | None
    period: date
    variant: Variant
    value: float | None
    numerator: float | None
    denominator: float | None
    by_calendar: int | None
    is_hidden: bool
    is_sample: bool
    source: Source
    published_at: datetime
    reason: str
    measure_id: int


def published(
    session: Session,
    *,
    until: datetime,
    indicators: Collection[str] | None = None,
    unit_ids: Collection[int | None] = (None,),
    first: date = date.min,
    last: date = date.max,
) -> list[Published]:
    """The values that held at ``until``, by indicator, unit, variant and period. One statement.

    ``unit_ids`` holds None for the whole prefecture; ``first`` and ``last`` bound the period.
    """
    place = func.row_number().over(
        partition_by=(Measure.indicator, Measure.unit_id, Measure.period, Measure.variant),
        order_by=(_SEEN_FROM.desc(), Measure.id.desc()),
    )
    rows = (
        select(Measure.id, place.label("place"))
        .outerjoin(MeasureImport, MeasureImport.id == Measure.import_id)
        .where(
            was_shown(until),
            Measure.period.between(first, last),
            _is_of(unit_ids),
            true() if indicators is None else Measure.indicator.in_(indicators),
        )
        .subquery()
    )
    found = session.scalars(
        select(Measure)
        .join(rows, and_(rows.c.id == Measure.id, rows.c.place == 1))
        .order_by(Measure.indicator, Measure.unit_id, Measure.variant, Measure.period)
    )
    return [_published(one) for one in found]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which measures to read. None: of all."""

    until: datetime
    indicators: Collection[str] | None = None
    unit_ids: Collection[int | None] | None = None
    """None in it is the whole prefecture."""
    variant: Variant | None = None
    first: date = date.min
    last: date = date.max


def published_after(
    session: Session, wanted: Wanted, *, after: int = 0, limit: int
) -> list[Published]:
    """A page of the values that held at ``until``, by the ids of their measures. One statement.

    Whoever asks on with the same ``until`` gets each of them once, whatever is published meanwhile.
    """
    conditions = (
        true() if wanted.indicators is None else Measure.indicator.in_(wanted.indicators),
        true() if wanted.unit_ids is None else _is_of(wanted.unit_ids),
        true() if wanted.variant is None else Measure.variant == wanted.variant,
    )
    found = session.scalars(
        select(Measure)
        .outerjoin(MeasureImport, MeasureImport.id == Measure.import_id)
        .where(
            Measure.id > after,
            was_shown(wanted.until),
            Measure.period.between(wanted.first, wanted.last),
            *conditions,
            ~_was_replaced(wanted.until),
        )
        .order_by(Measure.id)
        .limit(limit)
    )
    return [_published(one) for one in found]


def _was_replaced(until: datetime) -> ColumnElement[bool]:
    """Whether another measure of the same key holds in place of this one."""
    later, its_import = aliased(Measure), aliased(MeasureImport)
    is_later = or_(
        later.published_at > Measure.published_at,
        and_(later.published_at == Measure.published_at, later.id > Measure.id),
    )
    return (
        select(later.id)
        .outerjoin(its_import, its_import.id == later.import_id)
        .where(
            later.indicator == Measure.indicator,
            later.unit_id.is_not_distinct_from(Measure.unit_id),
            later.period == Measure.period,
            later.variant == Measure.variant,
            is_later,
            was_shown(until, later, its_import),
        )
        .correlate(Measure)
        .exists()
    )


def newest_change(session: Session, *, until: datetime) -> tuple[int, datetime | None]:
    """The highest id of a measure, and when what is published last changed. One statement."""
    times = (Measure.published_at, MeasureImport.shown_at, MeasureImport.undone_at)
    newest = [select(func.max(one)).where(one <= until).scalar_subquery() for one in times]
    row = session.execute(select(select(func.max(Measure.id)).scalar_subquery(), *newest)).one()
    changes = [one for one in row[1:] if one is not None]
    return row[0] or 0, max(changes, default=None)


def periods(session: Session, *, until: datetime) -> list[tuple[str, date, date]]:
    """Each indicator with the first days of the earliest and the latest period that was to be seen.
    One statement."""
    rows = session.execute(
        select(Measure.indicator, func.min(Measure.period), func.max(Measure.period))
        .outerjoin(MeasureImport, MeasureImport.id == Measure.import_id)
        .where(was_shown(until))
        .group_by(Measure.indicator)
    )
    return [(row[0], row[1], row[2]) for row in rows]


def was_shown(
    until: datetime,
    of: type[Measure] = Measure,
    its_import: type[MeasureImport] = MeasureImport,
) -> ColumnElement[bool]:
    """Whether a measure, joined with its import if it has one, was to be seen at that time."""
    is_of_shown_import = and_(
        its_import.shown_at <= until,
        or_(its_import.undone_at.is_(None), its_import.undone_at > until),
    )
    return and_(of.published_at <= until, or_(of.import_id.is_(None), is_of_shown_import))


def _is_of(unit_ids: Collection[int | None]) -> ColumnElement[bool]:
    named = [one for one in unit_ids if one is not None]
    is_named = Measure.unit_id.in_(named)
    return or_(Measure.unit_id.is_(None), is_named) if None in unit_ids else is_named


def _published(one: Measure) -> Published:
    return Published(
        indicator=one.indicator,
        version=one.version,
        unit_id=one.unit_id,
        period=one.period,
        variant=one.variant,
        value=one.value,
        numerator=one.numerator,
        denominator=one.denominator,
        by_calendar=one.by_calendar,
        is_hidden=one.is_hidden,
        is_sample=one.is_sample,
        source=one.source,
        published_at=one.published_at,
        reason=one.reason,
        measure_id=one.id,
    )
