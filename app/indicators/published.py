"""What was published: the one reader of measures, as of now or of any day gone by."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, and_, func, or_, select, true
from sqlalchemy.orm import Session

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


def was_shown(until: datetime) -> ColumnElement[bool]:
    """Whether a measure, joined with its import if it has one, was to be seen at that time."""
    is_of_shown_import = and_(
        MeasureImport.shown_at <= until,
        or_(MeasureImport.undone_at.is_(None), MeasureImport.undone_at > until),
    )
    return and_(Measure.published_at <= until, or_(Measure.import_id.is_(None), is_of_shown_import))


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
