"""Submissions with their evidence, days of habits, completions with their voids, and totals."""

from datetime import date, datetime

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
    literal_column,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from challenges.catalogue.models import Step
from challenges.people.models import Person, Unit
from challenges.storage.orm import Base, UtcDateTime, one_of
from challenges.vocabulary import DecidedHow, SubmissionState, VoidedHow

OPEN = (SubmissionState.DRAFT, SubmissionState.WAITING, SubmissionState.SENT_BACK)
_IS_OPEN = text("state IN ('DRAFT', 'WAITING', 'SENT_BACK')")
_IS_WAITING = text("state = 'WAITING'")
_SHOWS_WORDS = text("words_shown_at IS NOT NULL")


class Submission(Base):
    """A submission (申請) by one person on one step. A unique key allows one open submission per
    person and step."""

    __tablename__ = "submission"
    __table_args__ = (
        Index(
            "uq_submission_open",
            "person_id",
            "step_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
        Index(
            "ix_submission_waiting",
            "reviewing_unit_id",
            "waiting_since",
            sqlite_where=_IS_WAITING,
            postgresql_where=_IS_WAITING,
        ),
        Index(
            "ix_submission_overdue",
            "waiting_since",
            sqlite_where=_IS_WAITING,
            postgresql_where=_IS_WAITING,
        ),
        Index("ix_submission_person_id_step_id", "person_id", "step_id"),
        # For campaigns, which look at some steps on some days.
        Index("ix_submission_step_id_created_at", "step_id", "created_at"),
        Index("ix_submission_step_id_submitted_at", "step_id", "submitted_at"),
        # For the few that others may read.
        Index(
            "ix_submission_words_shown",
            "unit_id",
            "id",
            sqlite_where=_SHOWS_WORDS,
            postgresql_where=_SHOWS_WORDS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The person's unit on that day."""
    reviewing_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The unit whose manager is asked: the nearest at or above ``unit_id`` with a manager other
    than the person."""
    challenge_version: Mapped[int]
    state: Mapped[SubmissionState] = mapped_column(
        one_of(SubmissionState, "state"), default=SubmissionState.DRAFT
    )
    is_already_doing: Mapped[bool] = mapped_column(default=False)
    """The person said 「もうやっている」: they did it before they read of it here."""
    reflection: Mapped[str] = mapped_column(Text, default="")
    link: Mapped[str | None] = mapped_column(String(500))
    quiz_score: Mapped[int | None]
    """Right answers in per cent."""
    question: Mapped[str | None] = mapped_column(Text)
    """What the manager asked when sending it back."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    submitted_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was first submitted. The completion bears this day, however long the review takes."""
    waiting_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when it waits for a manager. Later than ``submitted_at`` if it was sent back and
    submitted again."""
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who asked the ``question``."""
    asked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the ``question`` was asked."""
    words_shown_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when the person lets colleagues read the ``reflection``, with the name. None: they do
    not."""

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    step: Mapped[Step] = relationship()
    practices: Mapped[list["Practice"]] = relationship(
        order_by="Practice.day", back_populates="submission"
    )


class Practice(Base):
    """One day on which a habit was practised, however often on that day."""

    __tablename__ = "practice"
    __table_args__ = (UniqueConstraint("submission_id", "day"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    day: Mapped[date]
    """A day of the Tokyo calendar."""
    reflection: Mapped[str] = mapped_column(Text, default="")
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)

    submission: Mapped[Submission] = relationship(back_populates="practices")


_STANDS = text("voided_at IS NULL")
_IS_ALREADY_DOING = text("decided_how = 'ALREADY_DOING'")


class Completion(Base):
    """A step climbed (達成). A unique key allows one standing completion per person and step."""

    __tablename__ = "completion"
    __table_args__ = (
        Index(
            "uq_completion_stands",
            "person_id",
            "step_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        Index("ix_completion_person_id_happened_at", "person_id", "happened_at"),
        Index("ix_completion_unit_id_decided_by_id", "unit_id", "decided_by_id", "happened_at"),
        Index("ix_completion_submission_id", "submission_id"),
        # For managers, who may see those of their unit.
        Index(
            "ix_completion_already_doing",
            "unit_id",
            "happened_at",
            sqlite_where=_IS_ALREADY_DOING,
            postgresql_where=_IS_ALREADY_DOING,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"))
    submission_id: Mapped[int] = mapped_column(ForeignKey("submission.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The unit it is credited to: the person's on the day it happened, also after a transfer."""
    challenge_version: Mapped[int]
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the person did it. Windows and months use this time."""
    decided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The same as its submission's, unless the acceptance was taken back."""
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    decided_how: Mapped[DecidedHow] = mapped_column(one_of(DecidedHow, "decided_how"))
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Empty while it stands. This and the two below repeat the open ``CompletionVoid``: keys,
    badges and pages read them without a join."""
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    void_reason: Mapped[str | None] = mapped_column(Text)

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    unit: Mapped[Unit | None] = relationship()
    decided_by: Mapped[Person | None] = relationship(foreign_keys=[decided_by_id])
    voided_by: Mapped[Person | None] = relationship(foreign_keys=[voided_by_id])
    step: Mapped[Step] = relationship()
    submission: Mapped[Submission] = relationship()
    open_void: Mapped["CompletionVoid | None"] = relationship(
        primaryjoin="and_(Completion.id == CompletionVoid.completion_id,"
        " CompletionVoid.restored_at.is_(None))",
        viewonly=True,
    )
    """Why it does not stand, or None while it does."""


# Written out, because SQLite uses a partial index only for a condition it can read.
IS_ALREADY_DOING = Completion.decided_how == literal_column(f"'{DecidedHow.ALREADY_DOING}'")

_IS_NOT_RESTORED = text("restored_at IS NULL")


class CompletionVoid(Base):
    """A completion was taken back. Restoring it closes the row, so that the history is kept."""

    __tablename__ = "completion_void"
    __table_args__ = (
        Index(
            "uq_completion_void_open",
            "completion_id",
            unique=True,
            sqlite_where=_IS_NOT_RESTORED,
            postgresql_where=_IS_NOT_RESTORED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    voided_at: Mapped[datetime] = mapped_column(UtcDateTime)
    voided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    voided_how: Mapped[VoidedHow] = mapped_column(one_of(VoidedHow, "voided_how"))
    reason: Mapped[str] = mapped_column(Text)
    restored_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    restored_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))


class StepTotal(Base):
    """Standing completions of one step that happened in one month of the Tokyo calendar."""

    __tablename__ = "step_total"
    __table_args__ = (CheckConstraint("completions >= 0", name="not_negative"),)

    step_id: Mapped[int] = mapped_column(ForeignKey("step.id"), primary_key=True)
    month: Mapped[date] = mapped_column(primary_key=True)
    """The first day of the month."""
    completions: Mapped[int]
