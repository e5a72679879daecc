"""Publishes a period once it is settled: the values of the whole prefecture, and for some
indicators those of departments and sections, as suppression.py lets them be shown.

The values of units are published once and never corrected. A corrected value beside the first would
tell what the one or two people did who came late, however well each of them is rounded. The value
of the whole gets a correcting row when the history says something else at a later night.
"""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, select
from sqlalchemy.orm import Session

from app.indicators.activity import Closing
from app.indicators.definitions import IndicatorDefinition, IndicatorSource, indicators
from app.indicators.formulas import FORMULAS, Figures, Formula, Value
from app.indicators.models import Measure, Source
from app.indicators.published import published
from challenges.campaigns.unit_rows import Organisation
from challenges.errors import N_
from challenges.groups import WHOLE, Group
from challenges.storage.sql import upsert
from challenges.suppression import Shown, suppress

RECOUNTED = N_(
    "公表のあとで、達成の取り消しや元に戻したもの、さかのぼった発令などが記録されたため、"
    "数え直しました。"
)
"""The reason of a correction, as everybody reads it."""


@dataclass(frozen=True, slots=True)
class Computed:
    """An indicator with its formula."""

    definition: IndicatorDefinition
    formula: Formula

    @property
    def slug(self) -> str:
        """Of the definition."""
        return self.definition.slug


def computed_indicators() -> list[Computed]:
    """Every indicator that is computed from the history, in the order of the dashboard."""
    return [
        Computed(one, FORMULAS[one.slug])
        for one in indicators()
        if one.source in _OUR_OWN and one.slug in FORMULAS
    ]


_OUR_OWN = (IndicatorSource.COMPUTED, IndicatorSource.PULSE)
"""The sources that lie in this database."""


def publish(session: Session, one: Computed, figures: Figures, *, at: datetime) -> bool:
    """Publish the indicator for a settled period, or correct the whole's value if it was published.

    Returns whether anything was written. The caller has counted the period.
    """
    if not _take(session, one, figures.period, at=at):
        return _correct(session, one, figures, at=at)
    shown = _shown_of_units(session, one, figures)
    value = _of_the_whole(one, figures, shown)
    _insert(session, one, figures.period, [(None, value), *_of_units(shown)], at=at)
    return True


def is_due(one: Computed, period: date, *, today: date) -> bool:
    """Whether the period is settled."""
    return one.formula.settled_on(period) <= today


def _take(session: Session, one: Computed, period: date, *, at: datetime) -> bool:
    """Write down that it is published. Only one transaction can."""
    row = upsert(session, Closing).values(indicator=one.slug, period=period, closed_at=at)
    taken = row.on_conflict_do_nothing().returning(Closing.indicator)
    return session.execute(taken).first() is not None


def _correct(session: Session, one: Computed, figures: Figures, *, at: datetime) -> bool:
    period = figures.period
    before = published(session, until=at, indicators=[one.slug], first=period, last=period)
    if not before or before[0].version != one.definition.version:
        return False  # by another formula, or taken back by the office
    if before[0].source is Source.ENTERED:
        return False  # corrected by the office, whose word holds
    value = _of_the_whole(one, figures, _shown_of_units(session, one, figures))
    if value == Value(**{name: getattr(before[0], name) for name in asdict(value)}):
        return False
    _insert(session, one, period, [(None, value)], at=at, reason=RECOUNTED)
    return True


def _of_the_whole(one: Computed, figures: Figures, shown: Shown | None) -> Value:
    value = one.formula.compute(figures, one.definition.smallest_group)
    if shown is None or value.is_hidden:
        return value
    # Beside the units less may be told of the whole, or the count as well.
    share, count = shown.whole.shares[_NAME], shown.whole.counts[_NAME]
    return replace(value, value=share, numerator=count, is_hidden=share is None)


_NAME = "share"


def _shown_of_units(session: Session, one: Computed, figures: Figures) -> Shown | None:
    """What may be shown of departments and sections. None for an indicator of the whole alone."""
    if not (one.definition.by_unit and one.formula.of_units):
        return None
    whole, groups = _groups(session, figures.units, one.formula.of_units)
    too_small = {group.key for group in groups if group.base < one.definition.smallest_group}
    hidden_before = too_small | _hidden_before(session, one.slug, figures.period)
    return suppress(
        groups, whole=whole, shares=[_NAME], hidden_before=hidden_before, are_sizes_known=True
    )


def _groups(
    session: Session, units: Sequence[Row[*tuple[Any, ...]]], name: str
) -> tuple[Group, list[Group]]:
    """The whole, and each department and section with what lies below it."""
    organisation = Organisation.read(session)
    sums: dict[int, list[int]] = {WHOLE: [0, 0]}
    for unit in units:
        for key in (WHOLE, *organisation.shown(unit.unit_id)):
            of_group = sums.setdefault(key, [0, 0])
            of_group[0] += unit.people
            of_group[1] += getattr(unit, name)
    placed = organisation.placed([unit.unit_id for unit in units])
    groups = [
        Group(
            key=one.unit_id,
            base=sums[one.unit_id][0],
            parent=one.parent_id or WHOLE,
            is_outside=one.is_outside,
            counts={_NAME: sums[one.unit_id][1]},
        )
        for one in placed
    ]
    return Group(key=WHOLE, base=sums[WHOLE][0], counts={_NAME: sums[WHOLE][1]}), groups


def _hidden_before(session: Session, indicator: str, period: date) -> set[int]:
    """The units of which nothing was told in an earlier month. They stay hidden, so that nothing
    appears between two months."""
    found = select(Measure.unit_id).where(
        Measure.indicator == indicator,
        Measure.is_hidden,
        Measure.denominator.is_(None),
        Measure.period < period,
    )
    return {one for one in session.scalars(found.distinct()) if one is not None}


def _of_units(shown: Shown | None) -> Iterator[tuple[int | None, Value]]:
    """A unit that is hidden for the sake of another alone has a base, and may be shown again."""
    for key, cells in shown.groups.items() if shown else ():
        share = cells.shares[_NAME]
        yield key, Value(share, None, cells.base, is_hidden=share is None)


def _insert(
    session: Session,
    one: Computed,
    period: date,
    values: Sequence[tuple[int | None, Value]],
    *,
    at: datetime,
    reason: str = "",
) -> None:
    rows: list[dict[str, Any]] = [
        {
            "indicator": one.slug,
            "version": one.definition.version,
            "unit_id": unit_id,
            "period": period,
            **asdict(value),
            "source": Source.COMPUTED,
            "published_at": at,
            "reason": reason,
        }
        for unit_id, value in values
    ]
    session.execute(insert(Measure), rows)
    session.flush()
