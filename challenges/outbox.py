"""Facts: what happened, written in the transaction that makes it true. Each subscriber has a
delivery."""

from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from challenges.storage.orm import Base, UtcDateTime, one_of


@dataclass(frozen=True, kw_only=True)
class Event:
    """Base of every event. ``kind`` is its name in the outbox and never changes once facts of it
    are stored."""

    kind: ClassVar[str]
    occurred_at: datetime

    def about(self) -> dict[str, Any]:
        """The ids and words of the event, as JSON; the time is the fact's own column."""
        return {
            field.name: getattr(self, field.name)
            for field in fields(self)
            if field.name != "occurred_at"
        }


_NEW = text("fanned_out_at IS NULL")


_DUE = text("state = 'WAITING'")


_PARKED = text("state = 'PARKED'")


class DeliveryState(StrEnum):
    """Where a delivery stands. PARKED waits for a person of the DX office, with the reason beside
    it."""

    WAITING = "WAITING"
    DONE = "DONE"
    PARKED = "PARKED"


class Fact(Base):
    """Something that happened (出来事). Written in the transaction that made it happen, kept for
    ever."""

    __tablename__ = "fact"
    __table_args__ = (Index("ix_fact_new", "id", sqlite_where=_NEW, postgresql_where=_NEW),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(40))
    about: Mapped[dict[str, Any]] = mapped_column(JSON)
    occurred_at: Mapped[datetime] = mapped_column(UtcDateTime)
    fanned_out_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Delivery(Base):
    """A fact's way to one subscriber (配達). Done in the same transaction as whatever the
    subscriber writes."""

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
    """Not before this time; while a worker holds it, the end of its lease."""
    last_error: Mapped[str | None] = mapped_column(Text)
    done_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    fact: Mapped[Fact] = relationship()


def record(session: Session, event: Event) -> Fact:
    """Add the event to the outbox; it is saved, or not, together with the change it tells of."""
    fact = Fact(kind=event.kind, about=event.about(), occurred_at=event.occurred_at)
    session.add(fact)
    return fact
