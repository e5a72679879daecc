"""Facts: what happened, written in the transaction that makes it true.

Whoever wants to hear of a change becomes a subscriber and gets a delivery of its own. Do not call a
subscriber directly: its work would run in the request and fail with it.
"""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from challenges.storage.orm import Base, UtcDateTime, one_of


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every event. ``kind`` is its name in the outbox.

    A kind never changes once facts of it are stored.
    """

    kind: ClassVar[str]
    occurred_at: datetime

    def about(self) -> dict[str, Any]:
        """The fields of the event as JSON, without the time, which is a column of the fact."""
        return {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name != "occurred_at"
        }


# Conditions of partial indexes: a relay looks for the few rows with work left, among millions that
# are done.
_NEW = text("fanned_out_at IS NULL")
_DUE = text("state = 'WAITING'")
_PARKED = text("state = 'PARKED'")


class DeliveryState(StrEnum):
    """Where a delivery stands. A PARKED one failed too often and waits for the DX office."""

    WAITING = "WAITING"
    DONE = "DONE"
    PARKED = "PARKED"


class Fact(Base):
    """Something that happened (出来事). Never changed and never deleted."""

    __tablename__ = "fact"
    __table_args__ = (Index("ix_fact_new", "id", sqlite_where=_NEW, postgresql_where=_NEW),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fanned_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When each subscriber got its delivery."""


class Delivery(Base):
    """A fact's way to one subscriber (配達).

    It is marked done in the transaction that holds what the subscriber writes, so both happen or
    neither does.
    """

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("fact_id", "subscriber"),
        Index("ix_delivery_due", "due_at", sqlite_where=_DUE, postgresql_where=_DUE),
        Index("ix_delivery_parked", "due_at", sqlite_where=_PARKED, postgresql_where=_PARKED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[int] = mapped_column(ForeignKey("fact.id"))
    subscriber: Mapped[str] = mapped_column(String(40))
    state: Mapped[DeliveryState] = mapped_column(
        one_of(DeliveryState, "state"), default=DeliveryState.WAITING
    )
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The delivery waits until this time. While a worker handles it, the end of the lease."""
    last_error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    fact: Mapped[Fact] = relationship()


def record(session: Session, event: Event) -> Fact:
    """Add the event to the outbox. It is committed or rolled back with the change it tells of."""
    fact = Fact(kind=event.kind, about=event.about(), occurred_at=event.occurred_at)
    session.add(fact)
    return fact
