"""A claim on one step, with its evidence, and the states it may pass through."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, UtcDateTime, one_of
from .challenge import Step
from .person import Person


class SubmissionState(StrEnum):
    """Where a claim stands. There is no "rejected": a reviewer may only ask for clarity."""

    DRAFT = "DRAFT"
    WAITING = "WAITING"
    SENT_BACK = "SENT_BACK"
    ACCEPTED = "ACCEPTED"
    WITHDRAWN = "WITHDRAWN"
    VOIDED = "VOIDED"


NEXT_STATES: dict[SubmissionState, frozenset[SubmissionState]] = {
    SubmissionState.DRAFT: frozenset({SubmissionState.WAITING, SubmissionState.ACCEPTED, SubmissionState.WITHDRAWN}),
    SubmissionState.WAITING: frozenset(
        {SubmissionState.ACCEPTED, SubmissionState.SENT_BACK, SubmissionState.WITHDRAWN, SubmissionState.DRAFT}
    ),
    SubmissionState.SENT_BACK: frozenset({SubmissionState.WAITING, SubmissionState.WITHDRAWN}),
    SubmissionState.ACCEPTED: frozenset({SubmissionState.WITHDRAWN, SubmissionState.VOIDED, SubmissionState.WAITING}),
    SubmissionState.VOIDED: frozenset({SubmissionState.ACCEPTED}),
    SubmissionState.WITHDRAWN: frozenset(),
}
"""The whole state machine: from each state, the states that may follow. A test holds every act against it.

A manager who thinks again at once takes an acceptance back, and the claim waits as before."""

OPEN = (SubmissionState.DRAFT, SubmissionState.WAITING, SubmissionState.SENT_BACK)
_IS_OPEN = text("state IN ('DRAFT', 'WAITING', 'SENT_BACK')")
_IS_WAITING = text("state = 'WAITING'")


class Submission(Base):
    """A claim (申請) by one person on one step. At most one is open per person and step; the database sees to it."""

    __tablename__ = "submission"
    __table_args__ = (
        Index(
            "uq_submission_open", "person_id", "step_id", unique=True, sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN
        ),
        Index(
            "ix_submission_waiting",
            "reviewing_unit_id",
            "waiting_since",
            sqlite_where=_IS_WAITING,
            postgresql_where=_IS_WAITING,
        ),
        Index("ix_submission_overdue", "waiting_since", sqlite_where=_IS_WAITING, postgresql_where=_IS_WAITING),
        Index("ix_submission_person_id_step_id", "person_id", "step_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The person's office on that day."""
    reviewing_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The office whose manager is asked: the nearest at or above ``unit_id`` with a manager other than the person."""
    challenge_version: Mapped[int]
    state: Mapped[SubmissionState] = mapped_column(one_of(SubmissionState, "state"), default=SubmissionState.DRAFT)
    is_already_doing: Mapped[bool] = mapped_column(default=False)
    """Said 「もうやっている」 instead of trying it now."""
    reflection: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str | None] = mapped_column(String(500))
    quiz_score: Mapped[int | None]
    """Right answers in per cent."""
    question: Mapped[str | None] = mapped_column(Text)
    """What the reviewer asked when sending it back."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was first claimed: the day the completion will bear, so that a slow review costs nobody the day."""
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when a reviewer has it: later than ``submitted_at`` once it was sent back and claimed again."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who asked the ``question`` …"""
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """… and when."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    step: Mapped[Step] = relationship()
    practices: Mapped[list["Practice"]] = relationship(order_by="Practice.day", back_populates="submission")


class Practice(Base):
    """One day on which a habit was done. One row a day: doing it twice on a day is still one day."""

    __tablename__ = "practice"
    __table_args__ = (UniqueConstraint("submission_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    day: Mapped[date]
    """A day of the Tokyo calendar."""
    reflection: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    submission: Mapped[Submission] = relationship(back_populates="practices")
