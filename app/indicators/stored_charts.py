"""Charts drawn ahead, so that a page only places them.

A row is found by a digest of all that its drawing shows. So a stored chart is never the wrong one:
what was published meanwhile has another digest, and is drawn for the page until the job has caught
up.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Index, String, Text, delete, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.indicators.charts import EDITION, Drawing, draw
from app.indicators.readings import Reading
from challenges.languages import LANGUAGES
from challenges.storage.orm import Base, UtcDateTime


class StoredChart(Base):
    """The chart of an indicator for the whole prefecture, in one language, drawn twice."""

    __tablename__ = "stored_chart"
    __table_args__ = (Index("ix_stored_chart_indicator", "indicator"),)

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of all that the drawing shows, in hexadecimal."""
    indicator: Mapped[str] = mapped_column(String(60))
    language: Mapped[str] = mapped_column(String(2))
    wide: Mapped[str] = mapped_column(Text)
    narrow: Mapped[str] = mapped_column(Text)
    drawn_at: Mapped[datetime] = mapped_column(UtcDateTime)


def digest(reading: Reading, language: str) -> str:
    """Names the drawing of that reading in that language."""
    wording = getattr(reading.definition, language)
    shown = (
        EDITION,
        language,
        reading.definition.slug,
        reading.definition.decimals,
        wording.name,
        wording.unit,
        [
            (one.period.isoformat(), one.state, one.value, one.version, one.numerator is not None)
            for one in reading.series.points
        ],
        sorted((day.isoformat(), value) for day, value in reading.series.with_disaster.items()),
        [(one.day.isoformat(), one.text(language)) for one in reading.changes],
    )
    return hashlib.sha256(repr(shown).encode()).hexdigest()


def drawings(session: Session, readings: Iterable[Reading], language: str) -> dict[str, Drawing]:
    """The chart of each reading, by the slug of its indicator. One statement; what is not stored is
    drawn."""
    named = {digest(one, language): one for one in readings}
    found = session.execute(
        select(StoredChart.digest, StoredChart.wide, StoredChart.narrow).where(
            StoredChart.digest.in_(named)
        )
    )
    stored = {row.digest: Drawing(row.wide, row.narrow) for row in found}
    return {
        one.definition.slug: stored.get(name) or draw(one, language) for name, one in named.items()
    }


def is_stored(session: Session, reading: Reading) -> bool:
    """Whether its charts in all languages are stored as they would be drawn now."""
    named = [digest(reading, language) for language in LANGUAGES]
    found = session.scalar(
        select(func.count()).select_from(StoredChart).where(StoredChart.digest.in_(named))
    )
    return found == len(named)


def store(session: Session, reading: Reading, *, at: datetime) -> None:
    """Draw the chart in both languages, in place of what was stored of this indicator."""
    slug = reading.definition.slug
    session.execute(delete(StoredChart).where(StoredChart.indicator == slug))
    for language in LANGUAGES:
        drawn = draw(reading, language)
        session.add(
            StoredChart(
                digest=digest(reading, language),
                indicator=slug,
                language=language,
                wide=drawn.wide,
                narrow=drawn.narrow,
                drawn_at=at,
            )
        )
    session.flush()
