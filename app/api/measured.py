"""Lists of what is measured: indicators, their measures, and the units that have some."""

from dataclasses import asdict
from datetime import date

from app.api import parameters, rows
from app.api.reading import Keyed, Reading, by_slug
from app.indicators.definitions import IndicatorDefinition
from app.indicators.published import Published, Wanted
from app.queries import open_data
from app.queries.open_data import Mark


def mark_of_indicators(reading: Reading) -> Mark:
    # Most come with the release, whose digest is in every ETag; the office enters those of the
    # plan.
    return open_data.mark_of_indicators(reading.session, until=reading.until)


def indicator_page(reading: Reading) -> Keyed:
    asked: parameters.IndicatorParameters = reading.asked
    chosen = (
        one
        for one in open_data.known_indicators(reading.session, until=reading.until)
        if asked.project in (None, one.project) and asked.layer in (None, one.layer)
    )
    return by_slug(reading, ((one.slug, _indicator(one)) for one in chosen))


def _indicator(one: IndicatorDefinition) -> rows.Indicator:
    plain = one.model_dump(exclude={"ja", "en"})
    words = {
        f"{name}_{language}": getattr(getattr(one, language), name)
        for name in ("name", "formula", "unit", "source", "caveat")
        for language in ("ja", "en")
    }
    return rows.Indicator(**plain, **words)


def mark_of_measures(reading: Reading) -> Mark:
    return open_data.mark_of_measures(reading.session, until=reading.until)


def measure_page(reading: Reading) -> Keyed:
    asked: parameters.MeasureParameters = reading.asked
    units = {None if one == "prefecture" else one for one in asked.unit}
    wanted = Wanted(
        until=reading.until,
        indicators=asked.indicator or None,
        unit_ids=units or None,
        variant=asked.variant,
        first=asked.first or date.min,
        last=asked.last or date.max,
    )
    after = int(reading.after or 0)
    found = open_data.measures_after(
        reading.session, wanted, after=after, limit=reading.limit, today=reading.today
    )
    return [(one.measure_id, _measure(one, path)) for one, path in found]


def _measure(one: Published, unit_path: str | None) -> rows.Measure:
    # A share of a unit is told in steps of five points. Its numerator would undo that.
    is_whole = one.unit_id is None
    return rows.Measure(
        id=one.measure_id,
        indicator=one.indicator,
        version=one.version,
        unit_id=one.unit_id,
        unit_path=unit_path,
        period=one.period,
        variant=one.variant,
        value=one.value,
        numerator=one.numerator if is_whole and not one.is_hidden else None,
        denominator=None if one.is_hidden else one.denominator,
        by_calendar=one.by_calendar if is_whole and not one.is_hidden else None,
        is_hidden=one.is_hidden,
        is_sample=one.is_sample,
        source=one.source,
        published_at=one.published_at,
        reason=one.reason,
    )


def mark_of_units(reading: Reading) -> Mark:
    return open_data.mark_of_units(reading.session, today=reading.today)


def unit_page(reading: Reading) -> Keyed:
    found = open_data.units_after(
        reading.session,
        after=int(reading.after or 0),
        limit=reading.limit,
        today=reading.today,
        parent_id=reading.asked.parent,
    )
    return [(one.id, rows.Unit(**asdict(one))) for one in found]
