"""Badges as they stand in the database: what is published, every set of terms there was, and who
holds what."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime

_STANDS = text("voided_at IS NULL")


class Badge(Base):
    """A published rule with a face (バッジ). Words may change freely; other terms make a new
    ``BadgeVersion``."""

    __tablename__ = "badge"

    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    version: Mapped[int]
    """Number of the newest of its ``BadgeVersion`` rows: the terms under which it is awarded
    now."""
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The file as it was last loaded."""
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """No longer in the files: not awarded any more. Who holds it keeps it."""


class BadgeVersion(Base):
    """Terms as they were published: rule, audience and what an undo does. Rows are never
    changed."""

    __tablename__ = "badge_version"
    __table_args__ = (UniqueConstraint("badge_slug", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    badge_slug: Mapped[str] = mapped_column(ForeignKey("badge.slug"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the canonical JSON of the terms."""
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The whole file that brought these terms."""
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Award(Base):
    """One person holding one badge (授与). At most one stands per person and badge: the database's
    key.

    While it stands, ``awarded_at`` and ``evidence`` are what the rule of ``badge_version`` says of
    the person's deeds.
    """

    __tablename__ = "award"
    __table_args__ = (
        Index(
            "uq_award_stands",
            "person_id",
            "badge_slug",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        Index("ix_award_person_id_awarded_at", "person_id", "awarded_at"),
        Index("ix_award_holders", "badge_slug", sqlite_where=_STANDS, postgresql_where=_STANDS),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    badge_slug: Mapped[str] = mapped_column(ForeignKey("badge.slug"))
    badge_version: Mapped[int]
    awarded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """When the deciding deed happened."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    evidence: Mapped[list[int]] = mapped_column("because", JSON)
    """Ids of the completions it rests on, earliest first."""
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    void_reason: Mapped[str | None] = mapped_column(Text)
