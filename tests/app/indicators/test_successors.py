"""Last year's units of a unit of today, and their share together where it may be told."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.indicators.models import Measure, Source, UnitSuccessor
from app.indicators.published import published
from app.indicators.successors import together, units_then
from challenges.people.models import Unit

THEN, NOW = date(2026, 6, 1), date(2027, 6, 1)
REORGANISED = date(2027, 4, 1)


@pytest.fixture
def told(session: Session, at: datetime) -> Callable[..., None]:
    """``told(unit, 40, of=20)``: the share published for June 2026; None if hidden."""

    def publish(
        unit: Unit, share: float | None, *, of: int | None = None, period: date = THEN
    ) -> None:
        session.add(
            Measure(
                indicator="tried-share",
                version=1,
                unit_id=unit.id,
                period=period,
                value=share,
                denominator=of,
                is_hidden=share is None,
                source=Source.COMPUTED,
                published_at=at,
            )
        )
        session.flush()

    return publish


@pytest.fixture
def follows(session: Session, at: datetime) -> Callable[..., None]:
    def enter(successor: Unit, *before: Unit, since: date = REORGANISED) -> None:
        session.add_all(
            UnitSuccessor(unit_id=one.id, successor_id=successor.id, since=since, entered_at=at)
            for one in before
        )
        session.flush()

    return enter


def compared(session: Session, unit: Unit, *, now: date = NOW, then: date = THEN) -> Any:
    rows = session.scalars(select(UnitSuccessor)).all()
    there = session.scalars(select(Measure.unit_id).where(Measure.period == then)).all()
    return units_then(rows, unit.id, now=now, then=then, there=there)


def share_of(session: Session, at: datetime, *units: Unit) -> float | None:
    """The share of these units together, in June 2026."""
    found = published(session, until=at, unit_ids=[one.id for one in units], first=THEN, last=THEN)
    cells = {one.unit_id: one for one in found}
    return together([cells.get(one.id) for one in units], THEN).value


def test_a_unit_without_a_reorganisation_is_compared_with_itself(session, unit_of, told) -> None:
    unit = unit_of("観光部")
    told(unit, 40, of=20)
    assert compared(session, unit) == [unit.id]


def test_a_merged_unit_is_compared_with_those_it_was_made_of(
    session, unit_of, told, follows
) -> None:
    one, other, merged = unit_of("観光部"), unit_of("雇用部"), unit_of("産業部")
    told(one, 40, of=20)
    told(other, 20, of=60)
    follows(merged, one, other)
    assert compared(session, merged) == [one.id, other.id]


def test_a_unit_that_took_in_another_is_compared_with_both(session, unit_of, told, follows) -> None:
    one, other = unit_of("観光部"), unit_of("雇用部")
    told(one, 40, of=20)
    told(other, 20, of=60)
    follows(one, other)
    assert compared(session, one) == [one.id, other.id]


def test_a_part_of_a_unit_is_compared_with_nothing(session, unit_of, told, follows) -> None:
    whole, one, other = unit_of("観光部"), unit_of("観光一部"), unit_of("観光二部")
    told(whole, 40, of=60)
    follows(one, whole)
    follows(other, whole)
    assert compared(session, one) is None


def test_only_a_reorganisation_between_the_two_months_matters(
    session, unit_of, told, follows
) -> None:
    before, unit = unit_of("観光部"), unit_of("観光交流部")
    told(unit, 40, of=60)
    follows(unit, before, since=date(2026, 4, 1))
    assert compared(session, unit) == [unit.id]
    assert compared(session, unit, now=THEN, then=date(2025, 6, 1)) == [before.id]


def test_units_are_followed_over_two_reorganisations(session, unit_of, told, follows) -> None:
    first, second, third = unit_of("甲部"), unit_of("乙部"), unit_of("丙部")
    told(first, 40, of=60)
    follows(second, first, since=date(2026, 10, 1))
    follows(third, second)
    assert compared(session, third) == [first.id]


def test_the_share_together_is_in_steps_of_five(session, at, unit_of, told) -> None:
    one, other = unit_of("観光部"), unit_of("雇用部")
    told(one, 40, of=20)
    told(other, 20, of=60)
    # 8 and 12 of 80 people are 25 %.
    assert share_of(session, at, one, other) == 25
    assert share_of(session, at, one) == 40


def test_nothing_is_added_to_what_is_hidden(session, at, unit_of, told) -> None:
    one, other, silent = unit_of("観光部"), unit_of("雇用部"), unit_of("沈黙部")
    told(one, 40, of=20)
    told(other, None)
    for units in ([one, other], [one, silent], []):
        assert share_of(session, at, *units) is None
