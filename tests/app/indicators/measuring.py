"""Measures for tests of the dashboard."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from app.indicators.models import Measure, Source
from app.indicators.series import months_later

FIRST = date(2024, 7, 1)
CALM = (30, 32, 30, 32, 30, 32, 30, 32, 30, 32, 30, 32)
"""Mean 31, limits 25.68 and 36.32."""


def published_at(period: date) -> datetime:
    """Early in the next month, when a month is settled."""
    return datetime.combine(months_later(period, 1).replace(day=10), datetime.min.time(), UTC)


def measure(
    session: Session,
    slug: str,
    values: Sequence[float | None],
    *,
    first: date = FIRST,
    step: int = 1,
    **more: Any,
) -> None:
    """One value a month from ``first`` on; None leaves the month out."""
    for place, value in enumerate(values):
        if value is None:
            continue
        period = months_later(first, place * step)
        given = {"version": 1, "source": Source.COMPUTED, **more}
        given.setdefault("published_at", published_at(months_later(period, step - 1)))
        session.add(Measure(indicator=slug, period=period, value=value, **given))
    session.flush()
