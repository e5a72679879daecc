"""Notices, and what each person has chosen about them."""

from datetime import datetime, time

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.notices.kinds import NoticeKind
from challenges.storage.orm import Base, UtcDateTime, one_of

_IS_LISTED = text("withdrawn_at IS NULL")
_IS_UNREAD = text("read_at IS NULL AND withdrawn_at IS NULL")


class Notice(Base):
    """One happening as one person is told of it (お知らせ).

    It holds no words: pages read what others wrote where it is kept, so that a notice never shows
    what was taken back or masked since.
    """

    __tablename__ = "notice"
    __table_args__ = (
        # The key first: what is undone is found for everybody who was told of it.
        UniqueConstraint("key", "person_id"),
        Index(
            "ix_notice_listed",
            "person_id",
            "happened_at",
            "id",
            sqlite_where=_IS_LISTED,
            postgresql_where=_IS_LISTED,
        ),
        # Every page counts these; the index alone answers.
        Index(
            "ix_notice_unread",
            "person_id",
            "rises_at",
            sqlite_where=_IS_UNREAD,
            postgresql_where=_IS_UNREAD,
        ),
        Index("ix_notice_happened_at", "happened_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[NoticeKind] = mapped_column(one_of(NoticeKind, "kind"))
    key: Mapped[str] = mapped_column(String(80))
    """Names the happening, as "accepted:17". A person has one row for it, whatever is delivered
    twice."""
    subject_id: Mapped[int]
    """The row that it tells of; ``kind`` says of which table."""
    step_id: Mapped[int | None] = mapped_column(ForeignKey("step.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Whose doing it is. None: the calendar's, or the DX office's."""
    happened_at: Mapped[datetime] = mapped_column(UtcDateTime)
    listed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Since when it is in the list, or in it again."""
    rises_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """From when on the bell counts it: see hours.py."""
    read_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """Since when what it tells of is undone. It comes back if that is restored."""


class NoticeOff(Base):
    """A kind that a person wants to hear nothing of. No row: they do."""

    __tablename__ = "notice_off"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    kind: Mapped[NoticeKind] = mapped_column(one_of(NoticeKind, "kind"), primary_key=True)
    since: Mapped[datetime] = mapped_column(UtcDateTime)


class NoticeHours(Base):
    """The hours of somebody who works in shifts. No row: those of the prefecture."""

    __tablename__ = "notice_hours"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    begins: Mapped[time]
    ends: Mapped[time]
    """Times of day in Tokyo. Not later than ``begins``: on the next day."""
    every_day: Mapped[bool] = mapped_column(default=False)
    """Also on days on which the prefecture is closed."""
