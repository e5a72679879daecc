"""An accepted claim. These rows are the history: every count, badge and indicator is a fold over them."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, UtcDateTime, one_of
from .challenge import Step
from .person import Person
from .submission import Submission
from .unit import Unit

_STANDS = text("voided_at IS NULL")


class DecidedHow(StrEnum):
    """What accepted the claim."""

    SELF = "SELF"
    QUIZ = "QUIZ"
    MANAGER = "MANAGER"
    OVERDUE = "OVERDUE"
    """It waited over five working days, and a busy manager never costs anyone a step."""


class Completion(Base):
    """A step climbed (達成). At most one stands per person and step: the database's key, not a check before a write."""

    __tablename__ = "completion"
    __table_args__ = (
        Index(
            "uq_completion_stands", "person_id", "step_id", unique=True, sqlite_where=_STANDS, postgresql_where=_STANDS
        ),
        Index("ix_completion_person_id_happened_at", "person_id", "happened_at"),
        Index("ix_completion_unit_id_decided_by_id", "unit_id", "decided_by_id", "happened_at"),
        Index("ix_completion_submission_id", "submission_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The office it is credited to: the person's on the day it happened. Numbers stay with it after a transfer."""
    challenge_version: Mapped[int]
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the person did it. Windows, months and boards use this one."""
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The same as its claim's, unless the acceptance was taken back and the claim may have been accepted again."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_how: Mapped[DecidedHow] = mapped_column(one_of(DecidedHow, "decided_how"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    void_reason: Mapped[str | None] = mapped_column(Text)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    unit: Mapped[Unit | None] = relationship()
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    voided_by: Mapped[Person | None] = relationship(foreign_keys=[voided_by_id])
    step: Mapped[Step] = relationship()
    submission: Mapped[Submission] = relationship()
