"""Letters by e-mail as rows: who wants the weekly one, and each mail with what became of it.

A letter is marked SENDING, and that is saved, before its text leaves. So a worker that dies leaves
a mark behind, and what may have arrived is never sent again.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime, one_of

_IS_OPEN = text("ended_at IS NULL")
_IS_WANTED = text("state = 'WANTED'")
_IS_SENDING = text("state = 'SENDING'")
_IS_TROUBLE = text("state IN ('REFUSED', 'UNKNOWN')")

IS_WANTED = text("letter.state = 'WANTED'")
IS_TROUBLE = text("letter.state IN ('REFUSED', 'UNKNOWN')")
"""SQLite uses a partial index only for a condition in its very words, so queries use them."""

SENDING_LASTS = timedelta(minutes=10)
"""After this a letter under way is taken for unknown: its worker died or hangs."""


class LetterKind(StrEnum):
    """What a letter is for."""

    WEEKLY = "WEEKLY"
    PASSWORD = "PASSWORD"  # noqa: S105  # a kind of letter
    """A one-time link, for somebody who forgot the password."""
    INVITATION = "INVITATION"
    """A one-time link, sent by the operator."""


class LetterState(StrEnum):
    """Where a letter stands."""

    WANTED = "WANTED"
    SENDING = "SENDING"
    """Its text is on the way, or was when its worker died."""
    SENT = "SENT"
    """The mail server has taken it."""
    REFUSED = "REFUSED"
    """The mail server said no for good, or too often. It was not sent."""
    UNKNOWN = "UNKNOWN"
    """Nobody knows whether it arrived. It is never sent again."""
    CANCELLED = "CANCELLED"
    """No longer wanted, or nothing to tell, before it was sent."""


class LetterWish(Base):
    """One person wanting the weekly letter, from–to. At most one wish is open."""

    __tablename__ = "letter_wish"
    __table_args__ = (
        Index(
            "uq_letter_wish_open",
            "person_id",
            unique=True,
            sqlite_where=_IS_OPEN,
            postgresql_where=_IS_OPEN,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    wanted_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Letter(Base):
    """One mail to one person. A unique key lets a week, or an asking, have one letter."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "key"),
        Index("ix_letter_due", "due_at", sqlite_where=_IS_WANTED, postgresql_where=_IS_WANTED),
        Index(
            "ix_letter_sending",
            "sending_at",
            sqlite_where=_IS_SENDING,
            postgresql_where=_IS_SENDING,
        ),
        Index("ix_letter_trouble", "id", sqlite_where=_IS_TROUBLE, postgresql_where=_IS_TROUBLE),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[LetterKind] = mapped_column(one_of(LetterKind, "kind"))
    key: Mapped[str] = mapped_column(String(40))
    """The Monday of the week, or the minute in which it was asked for, in ISO."""
    state: Mapped[LetterState] = mapped_column(
        one_of(LetterState, "state"), default=LetterState.WANTED
    )
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    due_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """The earliest time of the next attempt."""
    attempts: Mapped[int] = mapped_column(default=0)
    """How often the mail server put it off."""
    sending_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)


class PasswordRequest(Base):
    """Somebody typed a name at 「パスワードを忘れた」. The relay deletes it as it answers.

    The page stores what was typed and looks nothing up, so that it takes as long for a name that
    does not exist.
    """

    __tablename__ = "password_request"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(String(254))
    asked_at: Mapped[datetime] = mapped_column(UtcDateTime)
