"""The one stored total: how many completions of a step stand, by month. Moves in the transaction that moves it."""

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base


class StepTotal(Base):
    """Standing completions of one step that happened in one month of the Tokyo calendar."""

    __tablename__ = "step_total"
    __table_args__ = (CheckConstraint("completions >= 0", name="not_negative"),)

    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the month."""
    completions: Mapped[int]
