"""What is kept of the pulse, and what is not: no row is an answer. See
docs/adr/0020-the-pulse-keeps-no-answers.md.
"""

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime

# Rows that lie in the order of their key, and have no number that would tell which came first.
_NO_ORDER = {"sqlite_with_rowid": False}


class PulseCount(Base):
    """How many people of a unit of ten and more chose a value in a quarter.

    All five values of a unit are written together, also those that do not change.
    """

    __tablename__ = "pulse_count"
    __table_args__ = (
        CheckConstraint("value BETWEEN 1 AND 5", name="five_values"),
        CheckConstraint("answers >= 0", name="not_below_zero"),
        _NO_ORDER,
    )

    quarter: Mapped[date] = mapped_column(primary_key=True)
    """Its first day."""
    unit_id: Mapped[int] = mapped_column(
        ForeignKey("unit.id"), primary_key=True, autoincrement=False
    )
    value: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    answers: Mapped[int]


class PulseTicket(Base):
    """Somebody has answered. The ticket is made of the person and the app's secret, so that the
    database alone does not say who."""

    __tablename__ = "pulse_ticket"
    __table_args__ = (_NO_ORDER,)

    quarter: Mapped[date] = mapped_column(primary_key=True)
    ticket: Mapped[str] = mapped_column(String(64), primary_key=True)


class PulseWords(Base):
    """Words that came with an answer, kept apart from it under a random key."""

    __tablename__ = "pulse_words"
    __table_args__ = (_NO_ORDER,)

    key: Mapped[str] = mapped_column(String(32), primary_key=True)
    quarter: Mapped[date]
    words: Mapped[str] = mapped_column(Text)
    is_read: Mapped[bool] = mapped_column(default=False)
    """Somebody of the office found no name in them. Words with one are deleted."""


class PulseSkip(Base):
    """A quarter in which the question is not asked."""

    __tablename__ = "pulse_skip"

    quarter: Mapped[date] = mapped_column(primary_key=True)
    skipped_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    skipped_at: Mapped[datetime] = mapped_column(UtcDateTime)


class NotSuggested(Base):
    """A person about whom no manager is reminded. Says nothing else, not even since when."""

    __tablename__ = "not_suggested"

    person_id: Mapped[int] = mapped_column(
        ForeignKey("person.id"), primary_key=True, autoincrement=False
    )
