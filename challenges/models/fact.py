"""The outbox: an event written down with its change, and its way to each subscriber."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, UtcDateTime, one_of

_NEW = text("fanned_out_at IS NULL")
_DUE = text("state = 'WAITING'")
_PARKED = text("state = 'PARKED'")


class DeliveryState(StrEnum):
    """Where a delivery stands. PARKED waits for a person of the DX office, with the reason beside it."""

    WAITING = "WAITING"
    DONE = "DONE"
    PARKED = "PARKED"


class Fact(Base):
    """Something that happened (出来事). Written in the transaction that made it happen, kept for ever."""

    __tablename__ = "fact"
    __table_args__ = (Index("ix_fact_new", "id", sqlite_where=_NEW, postgresql_where=_NEW),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fanned_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Delivery(Base):
    """A fact's way to one subscriber (配達). Done in the same transaction as whatever the subscriber writes."""

    __tablename__ = "delivery"
    __table_args__ = (
        UniqueConstraint("fact_id", "subscriber"),
        Index("ix_delivery_due", "due_at", sqlite_where=_DUE, postgresql_where=_DUE),
        Index("ix_delivery_parked", "due_at", sqlite_where=_PARKED, postgresql_where=_PARKED),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    fact_id: Mapped[int] = mapped_column(ForeignKey("fact.id"))
    subscriber: Mapped[str] = mapped_column(String(40))
    state: Mapped[DeliveryState] = mapped_column(one_of(DeliveryState, "state"), default=DeliveryState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Not before this time; while a worker holds it, the end of its lease."""
    last_error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    fact: Mapped[Fact] = relationship()
