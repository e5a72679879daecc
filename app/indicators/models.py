"""Tables of measures: one value of one indicator each, never changed, and the imports they came in
with."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime, one_of


class Source(StrEnum):
    """Where a measure comes from."""

    COMPUTED = "COMPUTED"
    """Folded from the history of the app."""
    IMPORTED = "IMPORTED"
    """Handed in as a file, by a person or a program."""
    ENTERED = "ENTERED"
    """Typed in by the office."""


class Variant(StrEnum):
    """Which work a measure is about."""

    ALL = "ALL"
    WITHOUT_DISASTER = "WITHOUT_DISASTER"
    """Without the work that a disaster brought."""


class ImportState(StrEnum):
    """What became of an import."""

    RUNNING = "RUNNING"
    SHOWN = "SHOWN"
    CANCELLED = "CANCELLED"
    """Never shown; its measures are gone."""
    FAILED = "FAILED"
    UNDONE = "UNDONE"
    """It was shown from ``shown_at`` to ``undone_at``. Its measures stay, for pages of those
    days."""


class Measure(Base):
    """One value (計測値) of an indicator for one period, as published at one time.

    Rows are only added. Of several for the same indicator, unit, period and variant, the one
    published last holds; ``reason`` says why it replaced the one before. A row of an import holds
    only while the import is shown.
    """

    __tablename__ = "measure"
    __table_args__ = (
        CheckConstraint("NOT is_hidden OR value IS NULL", name="hidden_without_value"),
        CheckConstraint("(source = 'IMPORTED') = (import_id IS NOT NULL)", name="import_named"),
        Index("ix_measure_key", "indicator", "unit_id", "period", "variant", "published_at"),
        Index("ix_measure_published_at", "published_at"),
        Index("ix_measure_import_id", "import_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(String(60))
    """The slug of its definition in ``content/``."""
    version: Mapped[int]
    """Of the definition. Where it changes, a chart is broken."""
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """None: the whole prefecture."""
    period: Mapped[date]
    """The first day of the month, quarter or fiscal year it is about."""
    variant: Mapped[Variant] = mapped_column(one_of(Variant, "variant"), default=Variant.ALL)
    value: Mapped[float | None]
    """In the unit of the indicator; per cent as 0 to 100. None: hidden, or taken back."""
    numerator: Mapped[float | None]
    denominator: Mapped[float | None]
    """The base, such as the people counted. None where there is none or it may not be told."""
    by_calendar: Mapped[int | None]
    """Of the completions behind it, how many the calendar accepted (うち自動)."""
    is_hidden: Mapped[bool] = mapped_column(default=False)
    """A small group, or one that would give a small group away."""
    source: Mapped[Source] = mapped_column(one_of(Source, "source"))
    import_id: Mapped[int | None] = mapped_column(ForeignKey("measure_import.id"))
    is_sample: Mapped[bool] = mapped_column(default=False)
    """Invented for the demo (見本)."""
    published_at: Mapped[datetime] = mapped_column(UtcDateTime)
    reason: Mapped[str] = mapped_column(Text, default="")
    """Why it replaces an earlier row; empty for the first."""
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who entered it; None for the schedule and for programs."""


class MeasureImport(Base):
    """One file of measures and what became of it."""

    __tablename__ = "measure_import"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str] = mapped_column(String(200))
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the bytes, in hexadecimal."""
    mapping: Mapped[dict[str, Any]] = mapped_column(JSON)
    """Which column of the file says what."""
    rows: Mapped[list[Any] | None] = mapped_column(JSON(none_as_null=True))
    """What the job has to write, until it is done."""
    lines: Mapped[int]
    """Measures in the file."""
    state: Mapped[ImportState] = mapped_column(one_of(ImportState, "import_state"))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    begun_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    token_id: Mapped[int | None]
    """The token of the program that handed it in."""
    shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    undone_reason: Mapped[str] = mapped_column(Text, default="")


class UnitSuccessor(Base):
    """After a reorganisation, the unit that carries on an earlier one. Entered by the office."""

    __tablename__ = "unit_successor"

    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    since: Mapped[date]
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
    entered_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
