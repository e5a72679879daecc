"""The table of what the office says on the dashboard."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime, one_of


class StatementKind(StrEnum):
    """What is said."""

    HEADLINE = "HEADLINE"
    """The first sentence of the dashboard, for one month."""
    READING = "READING"
    """How to read one indicator in one month. Its subject is the indicator."""
    SIX_LINES = "SIX_LINES"
    """6行で見る現況, for one month."""
    PROBLEM = "PROBLEM"
    """対応中の課題. Its subject is the number of the first statement about it."""
    KPI = "KPI"
    """What an indicator of the plan is. Its subject is its slug."""
    KPI_VALUE = "KPI_VALUE"
    """A value of an indicator of the plan."""
    CORRECTION = "CORRECTION"
    """Another value than was published, with the reason. Its subject is the indicator."""
    CHANGE = "CHANGE"
    """A day from which an indicator is not to be compared with before. Its subject is the
    indicator."""


class StatementState(StrEnum):
    """Where it stands on its way to the dashboard."""

    DRAFT = "DRAFT"
    WAITING = "WAITING"
    """For a second person of the office."""
    APPROVED = "APPROVED"
    """Said in public since ``decided_at``, until a later one about the same subject."""
    WITHDRAWN = "WITHDRAWN"
    """Never said."""


class Statement(Base):
    """Words or a value that the office puts on the dashboard. Approved ones are never changed."""

    __tablename__ = "statement"
    __table_args__ = (
        Index("ix_statement_state", "state", "decided_at"),
        Index("ix_statement_kind_subject", "kind", "subject"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[StatementKind] = mapped_column(one_of(StatementKind, "statement_kind"))
    subject: Mapped[str] = mapped_column(String(80))
    content: Mapped[dict[str, Any]] = mapped_column(JSON)
    """By the names of fields.py, as text."""
    state: Mapped[StatementState] = mapped_column(one_of(StatementState, "statement_state"))
    edition: Mapped[int] = mapped_column(default=1)
    """Grows with every save, so that nobody overwrites or approves what they have not read."""
    written_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who saved it last."""
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    handed_back: Mapped[str] = mapped_column(Text, default="")
    """What the second person said when they gave it back."""
