"""Tables of badges: what is published, every version of the terms, and who holds what."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime

_STANDS = text("voided_at IS NULL")


class Badge(Base):
    """A published rule with a face (バッジ). Changed terms make a new ``BadgeVersion``."""

    __tablename__ = "badge"

    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    version: Mapped[int]
    """Number of its newest ``BadgeVersion``: the terms under which it is awarded now."""
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The file as it was last loaded."""
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it left the files. It is no longer awarded, and its holders keep it."""


class BadgeVersion(Base):
    """Published terms: rule, audience and what an undo does. Rows are never changed."""

    __tablename__ = "badge_version"
    __table_args__ = (UniqueConstraint("badge_slug", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    badge_slug: Mapped[str] = mapped_column(ForeignKey("badge.slug"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the canonical JSON of the terms."""
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    """The whole file in which these terms were first published."""
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Award(Base):
    """One person holding one badge (授与). A unique key lets at most one of them stand.

    While it stands and its rule is met, ``awarded_at`` and ``evidence`` are what the rule of
    ``badge_version`` says of the person's deeds.
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
    """When the deed happened that met the rule."""
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)
    evidence: Mapped[list[int]] = mapped_column("because", JSON)
    """Ids of the completions it rests on, earliest first: the person's own, or those of others that
    they cheered. (The column keeps its first name.)"""
    voided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When it was revoked."""
    void_reason: Mapped[str | None] = mapped_column(Text)
