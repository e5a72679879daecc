"""Members of staff, what they may do beyond staff, and what they allow others to see."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from .base import Base, UtcDateTime, one_of


class Role(StrEnum):
    """What somebody may do beyond being staff. Managing is no role but a membership."""

    DX_OFFICE = "DX_OFFICE"
    COACH = "COACH"


class Consent(StrEnum):
    """What a person may allow. All are off until they say so."""

    SLACK = "SLACK"
    """Badges and endorsements may be posted on Slack with the name."""
    STEPS = "STEPS"
    """The managers and colleagues of the office may see recent steps."""
    BADGES = "BADGES"
    """Everyone who is signed in may see the badges."""


_HAS_LEFT = text("deactivated_at IS NOT NULL")


class Person(Base):
    """A member of staff (職員)."""

    __tablename__ = "person"
    __table_args__ = (Index("ix_person_has_left", "id", sqlite_where=_HAS_LEFT, postgresql_where=_HAS_LEFT),)

    id: Mapped[int] = mapped_column(primary_key=True)
    employee_number: Mapped[str] = mapped_column(String(32), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    kana: Mapped[str] = mapped_column(String(100), default="")
    email: Mapped[str | None] = mapped_column(String(254), unique=True)
    """Lower case."""
    password_hash: Mapped[str | None] = mapped_column(String(200))
    session_epoch: Mapped[int] = mapped_column(default=0)
    """Raised to sign the person out everywhere; a session and a one-time link carry the epoch they were made in."""
    language: Mapped[str] = mapped_column(String(2), default="ja")
    paused_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Taking a rest: nothing is suggested and nothing is asked until they come back."""
    deactivated_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class RoleGrant(Base):
    """One person holding one role, from–to."""

    __tablename__ = "role_grant"
    __table_args__ = (
        Index(
            "uq_role_grant_current",
            "person_id",
            "role",
            unique=True,
            sqlite_where=text("revoked_at IS NULL"),
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(one_of(Role, "role"))
    granted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    revoked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class ConsentGiven(Base):
    """One consent of one person, from–to. Withdrawn is a time, not a deletion."""

    __tablename__ = "consent_given"
    __table_args__ = (
        Index(
            "uq_consent_given_current",
            "person_id",
            "consent",
            unique=True,
            sqlite_where=text("withdrawn_at IS NULL"),
            postgresql_where=text("withdrawn_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    consent: Mapped[Consent] = mapped_column(one_of(Consent, "consent"))
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
