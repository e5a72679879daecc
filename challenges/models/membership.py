"""Who was where, from–to, and as what."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, UtcDateTime, one_of
from .unit import Unit


class MembershipKind(StrEnum):
    """As what somebody is in an office. A deputy stands in for its manager."""

    STAFF = "STAFF"
    MANAGER = "MANAGER"
    DEPUTY = "DEPUTY"


class Membership(Base):
    """One person in one office (在籍) on the days ``valid_from`` to ``valid_to`` in Tokyo, both included."""

    __tablename__ = "membership"
    __table_args__ = (
        CheckConstraint("valid_to IS NULL OR valid_to >= valid_from", name="dates_in_order"),
        Index("ix_membership_person_id_valid_to", "person_id", "valid_to"),
        Index("ix_membership_unit_id_valid_to", "unit_id", "valid_to"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    kind: Mapped[MembershipKind] = mapped_column(one_of(MembershipKind, "kind"), default=MembershipKind.STAFF)
    post: Mapped[str] = mapped_column(String(100), default="")
    is_primary: Mapped[bool] = mapped_column(default=True)
    """Steps are credited to the primary post; concurrent posts (兼務) and deputies are not primary."""
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When a deputy's time was ended: ``valid_to`` is that day, and from that moment it holds no more."""

    unit: Mapped[Unit] = relationship()
