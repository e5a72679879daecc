"""A piece of background work as a row, and the newest slot of each line of the schedule.

Correctness comes from the row and not from an engine: a worker knows the job's ``version``, and a
chunk is saved only if the version is still the same. Use a job for work that is long, scheduled or
cancellable. For what happens because something else happened, use a fact with a subscriber
(app/subscriptions.py).
"""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime, one_of

SCHEDULED = "schedule:"
"""How the keys of jobs begin that the schedule started."""
_UNFINISHED = text("state IN ('WAITING', 'PARKED')")
_WAITING = text("state = 'WAITING'")


class JobState(StrEnum):
    """Where a job stands."""

    WAITING = "WAITING"
    """To be done, or under way: then ``leased_until`` lies ahead."""
    PARKED = "PARKED"
    """Waits for a person of the DX office, who finds the reason in ``last_error``."""
    DONE = "DONE"
    CANCELLED = "CANCELLED"


class Job(Base):
    """One piece of work (作業), done in chunks.

    A handler sets ``cursor``, ``done``, ``total`` and ``result``. Only app/jobs sets the rest.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index(
            "ix_job_unfinished_key",
            "key",
            unique=True,
            sqlite_where=_UNFINISHED,
            postgresql_where=_UNFINISHED,
        ),
        Index("ix_job_due", "due_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
        Index("ix_job_created_at", "created_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    """Names the handler in app/jobs/kinds.py."""
    arguments: Mapped[dict[str, Any]] = mapped_column(JSON)
    key: Mapped[str] = mapped_column(String(120))
    """What the work is about. Only one unfinished job has it: the unique index decides."""
    asked_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None if the schedule started it."""
    state: Mapped[JobState] = mapped_column(one_of(JobState, "state"), default=JobState.WAITING)
    cursor: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    """How far the work is, in the handler's own terms. Assign a new value; a change inside a value
    is not saved."""
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int | None] = mapped_column()
    """Units of work in all, where that is known."""
    result: Mapped[Any] = mapped_column(JSON(none_as_null=True), nullable=True)
    cancel_wished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    """How often the present chunk was begun. Counted with the lease, so that it also counts if the
    chunk kills its worker."""
    last_error: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    leased_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Until then one worker has it. After that the worker counts as dead."""
    version: Mapped[int] = mapped_column(default=1)
    """Raised by every lease and every chunk. A worker with an old version has lost its lease."""
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def is_scheduled(self) -> bool:
        """Whether the schedule started it."""
        return self.key.startswith(SCHEDULED)

    # SQLAlchemy's compare-and-set: each UPDATE says WHERE version = …, and raises StaleDataError
    # if it finds no row.
    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  # as SQLAlchemy wants it


class ScheduleSlot(Base):
    """The newest slot of a line of the schedule that was started. It only moves forward."""

    __tablename__ = "schedule_slot"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    slot_at: Mapped[datetime] = mapped_column(UtcDateTime)
