"""Projects, challenges with their steps, and every version that was published."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from challenges.storage.orm import Base, UtcDateTime, one_of
from challenges.vocabulary import Audience, Check, Mindset, Stage


class Project(Base):
    """One of the five themes. Data, not code: names may change."""

    __tablename__ = "project"

    slug: Mapped[str] = mapped_column(String(64), primary_key=True)
    position: Mapped[int]
    is_provisional: Mapped[bool] = mapped_column(default=False)
    """The official name is not known; the screen marks the name 仮称."""
    wording: Mapped[dict[str, Any]] = mapped_column(JSON)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """No longer in the catalogue files; retired challenges may still belong to it."""
    starts_on: Mapped[date | None]
    """Its first day. Before it, its challenges are shown with the day and not offered. None: it
    has begun."""
    edited: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))
    """What the DX office edited (projects.py names it). A load of files leaves that as it is."""


class Challenge(Base):
    """A staircase (チャレンジ). ``version`` is the newest of its ``ChallengeVersion`` rows."""

    __tablename__ = "challenge"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(64), unique=True)
    number: Mapped[int]
    project_slug: Mapped[str] = mapped_column(ForeignKey("project.slug"), index=True)
    mindset: Mapped[Mindset] = mapped_column(one_of(Mindset, "mindset"))
    audience: Mapped[Audience] = mapped_column(
        one_of(Audience, "audience"), default=Audience.EVERYONE
    )
    version: Mapped[int] = mapped_column(default=1)
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """No longer in the catalogue files. What was climbed stays."""

    steps: Mapped[list["Step"]] = relationship(order_by="Step.number", back_populates="challenge")


class ChallengeVersion(Base):
    """A definition as it was published.

    Rows are never changed, so every completion can be read by the rules it was made under.
    """

    __tablename__ = "challenge_version"
    __table_args__ = (UniqueConstraint("challenge_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"))
    number: Mapped[int]
    digest: Mapped[str] = mapped_column(String(64))
    """SHA-256 of the canonical JSON of the definition."""
    definition: Mapped[dict[str, Any]] = mapped_column(JSON)
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Step(Base):
    """One rung (ステップ) of a challenge."""

    __tablename__ = "step"
    __table_args__ = (UniqueConstraint("challenge_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    challenge_id: Mapped[int] = mapped_column(ForeignKey("challenge.id"))
    number: Mapped[int]
    """1 at the bottom, at most 5."""
    stage: Mapped[Stage] = mapped_column(one_of(Stage, "stage"))
    check: Mapped[Check] = mapped_column(one_of(Check, "check"))
    days: Mapped[int] = mapped_column(default=1)
    """Number of different days on which it must be done."""
    within_days: Mapped[int] = mapped_column(default=1)
    """Number of days in a row that must hold those days. A pause breaks nothing: an old day only
    drops out of the window."""
    retired_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """No longer in the challenge. It keeps its row, because people have completed it."""

    challenge: Mapped[Challenge] = relationship(back_populates="steps")


class CatalogueLoad(Base):
    """One load of catalogue files that changed something.

    The newest id is the revision of the catalogue. A process compares it with that of its copy.
    """

    __tablename__ = "catalogue_load"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    """Either challenges or badges."""
    digest: Mapped[str] = mapped_column(String(64))
    loaded_at: Mapped[datetime] = mapped_column(UtcDateTime)
