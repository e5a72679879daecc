"""Tables of the studio: every saved state of a draft, and the audit log."""

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime


class DraftRevision(Base):
    """The draft of a campaign after one save. The one with the highest number is the draft.

    Undo adds a revision that says what an earlier one said. None is changed or deleted, so words
    that somebody replaced can be read beside the later ones.
    """

    __tablename__ = "draft_revision"
    __table_args__ = (UniqueConstraint("campaign_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    number: Mapped[int]
    """From 1. Two who save the same revision ask for the same number, and the key lets one in."""
    part: Mapped[str] = mapped_column(String(16))
    """Which of the four parts was saved: what, whom, which, when; or whole (new, undone)."""
    restores: Mapped[int | None]
    """The number of the revision that an undo brought back."""
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    saved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    saved_at: Mapped[datetime] = mapped_column(UtcDateTime)


class AuditEntry(Base):
    """An act of the office, with what was there before and after. Never changed or deleted."""

    __tablename__ = "audit_entry"
    __table_args__ = (
        Index("ix_audit_entry_at", "at", "id"),
        Index("ix_audit_entry_subject", "subject", "subject_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(UtcDateTime)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """None: a command or the schedule."""
    act: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(40))
    """What it was done to: campaign, project, report, pause …"""
    subject_id: Mapped[int | None]
    subject_name: Mapped[str] = mapped_column(String(200), default="")
    before: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    after: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    reason: Mapped[str] = mapped_column(Text, default="")
