"""The measures of the demo: computed from its history, and invented ones that are marked."""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.demo.measures import CORRECTED, CORRECTION, CURVES, GAP, MONTHS, WITH_DISASTER
from app.indicators.definitions import IndicatorSource, indicators
from app.indicators.models import Measure, Source, Variant
from app.indicators.published import Published, published
from app.indicators.statement_models import Statement, StatementKind
from app.indicators.statements import said
from app.indicators.verifying import differences
from tests.app.demo.moments import AT


def held(demo: Session, slug: str, variant: Variant = Variant.ALL) -> list[Published]:
    found = published(demo, until=AT, indicators=[slug])
    return [one for one in found if one.variant is variant]


def test_what_is_folded_is_what_the_history_says(demo: Session) -> None:
    assert list(differences(demo)) == []


def test_settled_months_of_the_history_are_published(demo: Session) -> None:
    computed = held(demo, "tried-share")
    assert computed
    assert all(one.source is Source.COMPUTED and not one.is_sample for one in computed)
    first = select(func.min(Measure.published_at)).where(Measure.indicator == "tried-share")
    assert demo.scalars(first).one() <= AT


def test_every_imported_indicator_has_invented_values_that_are_marked(demo: Session) -> None:
    imported = [one.slug for one in indicators() if one.source is IndicatorSource.IMPORTED]
    assert set(imported) == set(CURVES)
    for slug in imported:
        found = held(demo, slug)
        assert found, slug
        assert all(one.is_sample and one.source is Source.IMPORTED for one in found)


def test_nothing_invented_stands_for_what_is_computed_or_entered(demo: Session) -> None:
    rows = select(Measure.indicator).where(Measure.is_sample).distinct()
    assert set(demo.scalars(rows)) <= set(CURVES)


def test_the_invented_values_have_a_gap_and_a_correction(demo: Session) -> None:
    assert len(held(demo, "weekly-use")) == MONTHS
    assert len(held(demo, GAP)) == MONTHS - 1
    assert [one.reason for one in held(demo, CORRECTED) if one.reason] == [CORRECTION]


def test_the_office_has_said_where_things_stand(demo: Session) -> None:
    found = said(demo, until=AT)
    (lines,) = [one for one in found.values() if one.kind is StatementKind.SIX_LINES]
    for language in ("ja", "en"):
        assert len(lines.content[language].splitlines()) == 6
    assert all("見本" in line for line in lines.content["ja"].splitlines())
    problems = [one.content for one in found.values() if one.kind is StatementKind.PROBLEM]
    assert sorted(bool(one["closed_on"]) for one in problems) == [False, False, True]
    two = select(Statement.id).where(Statement.written_by_id == Statement.decided_by_id)
    assert demo.scalars(two).all() == []


def test_a_disaster_shows_in_two_months(demo: Session) -> None:
    def by_month(variant: Variant) -> dict[date, float | None]:
        return {one.period: one.value for one in held(demo, WITH_DISASTER, variant)}

    every, without = by_month(Variant.ALL), by_month(Variant.WITHOUT_DISASTER)
    assert every.keys() == without.keys()
    differing = {month.month for month in every if every[month] != without[month]}
    assert differing <= {9, 10}
    assert differing
