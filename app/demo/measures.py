"""The measures of the demo: the computed ones from its own history, as if every month had been
closed in its time, and a year and a half of invented ones (見本) for what other systems know."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from math import cos, pi
from random import Random
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.config import Config
from app.indicators import counting, nightly
from app.indicators.closing import computed_indicators
from app.indicators.definitions import IndicatorDefinition, IndicatorSource, Period, indicators
from app.indicators.folding import fold_all
from app.indicators.models import ImportState, Measure, MeasureImport, Source, Variant
from app.indicators.periods import last_day_of, month_after, quarter_of, settled_after, settled_on
from challenges.calendar import day_of, noon_of

MONTHS = 18
"""So many months of invented measures, up to the last settled one."""
CORRECTED, CORRECTED_AGO = "internal-mails", 3
"""One value of this indicator was corrected, so many months ago."""
CORRECTION = "集計の対象から外れていた一つの課を加えて、数え直しました。"
GAP, GAP_AGO = "first-reply-minutes", 4
"""For one month nobody handed in a value."""
WITH_DISASTER = "copier-pages"
DISASTER = {9: 21.0, 10: 12.0}
"""By month: how much a typhoon in September added."""


@dataclass(frozen=True, slots=True)
class Curve:
    """How an invented measure runs, month by month."""

    start: float
    by_month: float = 0.0
    noise: float = 1.0
    season: float = 0.0
    """How far it swings over the year, highest in March."""
    jump: float = 0.0
    """From seven months before the last on, something really changed."""
    base: int | None = None
    """What it is divided by."""


CURVES = {
    "weekly-use": Curve(58, 0.7, 1.4, base=4420),
    "posters-share": Curve(31, 0.05, 1.3, base=2870),
    "public-channel-share": Curve(44, 0.01, 1.6),
    "first-reply-minutes": Curve(46, -0.06, 2.4),
    "internal-mails": Curve(182, -0.19, 4.0, season=6),
    "cross-department-channels": Curve(38, 0.11, 2.2),
    "meeting-hours": Curve(6.4, 0, 0.2, season=0.3),
    "meetings-replaced": Curve(12, 0.01, 1.2, jump=9),
    "within-45-minutes": Curve(37, 0.04, 1.7, jump=8),
    "papers-before": Curve(48, 0.06, 1.9),
    "paperless-meetings": Curve(55, 0.1, 2.0),
    "decision-posted-minutes": Curve(95, -0.11, 6.0),
    "meeting-response": Curve(63, 0.01, 1.8),
    "travel-replaced": Curve(2100, 2.64, 130),
    "teaching-pairs": Curve(64, 0.19, 6.0),
    "paper-bought": Curve(93, -0.06, 2.2, season=3),
    "digital-approvals": Curve(71, 0.06, 1.1, base=18400),
    "copier-pages": Curve(121, -0.1, 2.6, season=4),
    "asked-again": Curve(18, -0.01, 1.1),
    "time-born": Curve(640, 2.04, 40),
    "automations-with-successor": Curve(41, 0.07, 1.5, base=86),
    "work-stopped": Curve(4, 0.01, 1.6),
    "registering-units": Curve(22, 1.4, 0.8, base=330),
    "fresh-checks": Curve(67, 0.02, 1.6),
    "machine-readable": Curve(39, 0.06, 0.9),
    "open-datasets": Curve(148, 0.25, 1.0),
    "empty-searches": Curve(27, -0.05, 1.5),
    "api-use": Curve(5200, 19.2, 420),
    "sharing-days": Curve(8.2, 0, 0.6, jump=2.6),
    "used-cases": Curve(3, 0.01, 1.2),
    "theme-stages": Curve(1.4, 0.01, 0.05),
}
"""By the slug of the indicator. Every number is invented."""


def add_measures(session: Session, *, seed: int, at: datetime) -> None:
    """Close every month of the demo's own history that is settled, and add the invented measures.

    Only for a database of the demo: what is invented is marked, and never stands beside real data.
    """
    fold_all(session)
    _close_months(session, at=at)
    _invent(session, seed=seed, at=at)


def _close_months(session: Session, *, at: datetime) -> None:
    """Count every settled month, and publish everything on the day on which it was settled."""
    today = day_of(at)
    months = list(nightly.settled_months(session, today=today))
    for month in months:
        counting.count_all(session, month, kinds=Config.counted_employments, today=today)
    for day in sorted(_days_of_closing(months, today=today)):
        for month in months:
            if settled_on(month) <= day:
                nightly.publish_month(session, month, at=noon_of(day))


def _days_of_closing(months: list[date], *, today: date) -> set[date]:
    """The days on which some indicator of these months, or of their quarters, was settled."""
    computed = computed_indicators()
    days = {
        one.formula.settled_on(month if one.formula.months == 1 else quarter_of(month))
        for one in computed
        for month in months
    }
    return {day for day in days if day <= today}


def _invent(session: Session, *, seed: int, at: datetime) -> None:
    newest = next(
        month
        for back in range(1, 4)
        if settled_on(month := month_after(day_of(at).replace(day=1), -back)) <= day_of(at)
    )
    months = [month_after(newest, back - MONTHS + 1) for back in range(MONTHS)]
    file = MeasureImport(
        file_name="見本.csv",
        digest="0" * 64,
        mapping={},
        lines=0,
        state=ImportState.SHOWN,
        begun_at=noon_of(months[0]),
        shown_at=noon_of(months[0]),
    )
    session.add(file)
    session.flush()
    rows = [
        {**row, "source": Source.IMPORTED, "import_id": file.id, "is_sample": True}
        for one in indicators()
        if one.source is IndicatorSource.IMPORTED and one.slug in CURVES
        for row in _rows(one, Invented(CURVES[one.slug], months, Random(f"{seed}/{one.slug}")))
    ]
    file.lines = len(rows)
    session.execute(insert(Measure), rows)
    session.flush()


@dataclass
class Invented:
    """A curve as numbers: one for each month."""

    curve: Curve
    months: list[date]
    random: Random
    values: dict[date, float] = field(init=False)

    def __post_init__(self) -> None:
        self.values = {month: self._value(n, month) for n, month in enumerate(self.months)}

    def _value(self, n: int, month: date) -> float:
        curve = self.curve
        swing = curve.season * cos((month.month - 3) * pi / 6)
        jump = curve.jump if n >= len(self.months) - 7 else 0
        noise = curve.noise * max(-2.2, min(2.2, self.random.gauss(0, 1)))
        return max(0.0, curve.start + n * curve.by_month + swing + jump + noise)


def _rows(one: IndicatorDefinition, invented: Invented) -> Iterator[dict[str, Any]]:
    for month, value in _by_period(one, invented.values).items():
        ago = len(invented.months) - 1 - invented.months.index(month)
        if one.slug == GAP and ago == GAP_AGO:
            continue
        shown = round(value, one.decimals)
        row: dict[str, Any] = {
            "indicator": one.slug,
            "version": one.version,
            "period": month,
            "variant": Variant.ALL,
            "value": shown,
            "denominator": invented.curve.base,
            "published_at": _published_at(one, month),
            "reason": "",
        }
        if one.slug == WITH_DISASTER:
            yield {**row, "variant": Variant.WITHOUT_DISASTER}
            row["value"] = shown + DISASTER.get(month.month, 0.0)
        if one.slug == CORRECTED and ago == CORRECTED_AGO:
            yield {**row, "value": round(value * 0.94, one.decimals)}
            later = row["published_at"] + timedelta(days=12)
            row |= {"published_at": later, "reason": CORRECTION}
        yield row


def _by_period(one: IndicatorDefinition, values: dict[date, float]) -> dict[date, float]:
    """By month, or by quarter: then the value of its first month, where all three are there."""
    if one.period is Period.MONTH:
        return values
    last = max(values)
    return {
        month: value
        for month, value in values.items()
        if month == quarter_of(month) and last >= month_after(month, 2)
    }


def _published_at(one: IndicatorDefinition, month: date) -> datetime:
    months = 1 if one.period is Period.MONTH else 3
    return noon_of(settled_after(last_day_of(month, months)))
