"""Readings of what was published: what pages, files and stored charts are made of."""

from collections.abc import Collection, Hashable, Mapping
from datetime import date, datetime

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from app.indicators.changes import noted_changes
from app.indicators.definitions import IndicatorDefinition, Layer, indicators
from app.indicators.models import Measure, MeasureImport, UnitSuccessor
from app.indicators.plan import plan_indicators
from app.indicators.published import published
from app.indicators.readings import Reading, reading
from app.indicators.series import Key, Series, series
from app.indicators.statement_models import Statement
from app.indicators.statements import Said, said
from app.indicators.successors import with_last_year
from challenges.storage.orm import UtcDateTime
from challenges.storage.sql import fetch_rows

_STAMP = select(
    select(func.max(Measure.id)).scalar_subquery(),
    select(func.max(Measure.published_at))
    .where(Measure.published_at <= bindparam("until", type_=UtcDateTime))
    .scalar_subquery(),
    select(func.max(MeasureImport.shown_at)).scalar_subquery(),
    select(func.max(MeasureImport.undone_at)).scalar_subquery(),
    select(func.max(Statement.decided_at)).scalar_subquery(),
    select(func.max(UnitSuccessor.entered_at)).scalar_subquery(),
    select(func.count()).select_from(UnitSuccessor).scalar_subquery(),
)


def readings(
    session: Session,
    *,
    until: datetime,
    last: date = date.max,
    unit_ids: Collection[int] = (),
    slugs: Collection[str] | None = None,
) -> dict[Key, Reading]:
    """Each indicator of the prefecture as of ``until``, and of the units where they have values.

    Periods that begin after ``last`` are left out. Three statements, of units at most five.
    """
    words = said(session, until=until).values()
    defined = {
        one.slug: one for one in known_indicators(words) if slugs is None or one.slug in slugs
    }
    found = published(session, until=until, indicators=slugs, unit_ids=(None, *unit_ids), last=last)
    told = series(found, {slug: one.period for slug, one in defined.items()})
    if unit_ids:
        told = with_last_year(session, told, until=until)
    changes = noted_changes(words)
    whole: Mapping[Key, Series] = {(slug, None): Series() for slug in defined}
    return {
        key: reading(defined[key[0]], one, changes.get(key[0], ()))
        for key, one in {**whole, **told}.items()
    }


def known_indicators(words: Collection[Said]) -> list[IndicatorDefinition]:
    """Those of the files, and those of the plan as the office says them in place of their empty
    slot."""
    entered = plan_indicators(words)
    of_files = [one for one in indicators() if not (entered and one.layer is Layer.PLAN)]
    return sorted([*of_files, *entered], key=lambda one: one.position)


def stamp(session: Session, *, until: datetime) -> Hashable:
    """Something that is equal as long as the same is published. One statement."""
    return tuple(fetch_rows(session, _STAMP, {"until": until}).one())
