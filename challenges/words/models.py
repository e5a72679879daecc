"""Words that are not shown: those that lie sealed, and the masks of the DX office."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime, one_of
from challenges.words.kinds import SealedBecause, TextKind

_STANDS = text("ended_at IS NULL")


class SealedWords(Base):
    """Words as they stood before they were masked, reworded or taken back.

    Their writer may read them. The DX office opens them with a reason, which is logged. Those of a
    standing mask stay; all others are deleted after a time (``sealing.remove_old``).
    """

    __tablename__ = "sealed_words"
    __table_args__ = (
        Index("ix_sealed_words_text", "kind", "text_id"),
        Index("ix_sealed_words_writer_id", "writer_id"),
        Index("ix_sealed_words_sealed_at", "sealed_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TextKind] = mapped_column(one_of(TextKind, "kind"))
    text_id: Mapped[int]
    """The row they stood in; ``kind`` says of which table."""
    writer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(Text)
    link: Mapped[str | None] = mapped_column(String(500))
    because: Mapped[SealedBecause] = mapped_column(one_of(SealedBecause, "because"))
    sealed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    """Since when nobody else reads them."""
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Mask(Base):
    """The DX office masks a text (伏せる), with a reason for its writer. At most one stands a text.

    Lifting it, or new words in its place, end it. It is kept for the history.
    """

    __tablename__ = "mask"
    __table_args__ = (
        Index(
            "uq_mask_stands",
            "kind",
            "text_id",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        Index("ix_mask_writer_id", "writer_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TextKind] = mapped_column(one_of(TextKind, "kind"))
    text_id: Mapped[int]
    writer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reason: Mapped[str] = mapped_column(Text)
    """What the writer reads."""
    masked_at: Mapped[datetime] = mapped_column(UtcDateTime)
    masked_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who of the office lifted it. None where its writer took the words back or wrote others."""


class WordsReport(Base):
    """Somebody asks the DX office to look at words (気になる内容を知らせる), once a text.

    Only the office reads who. When the words are sealed because their writer changed them, their
    reports go with them, so that new words can be reported anew.
    """

    __tablename__ = "words_report"
    __table_args__ = (
        Index(
            "uq_words_report_once",
            "kind",
            "text_id",
            "reporter_id",
            unique=True,
            sqlite_where=text("sealed_id IS NULL"),
            postgresql_where=text("sealed_id IS NULL"),
        ),
        Index(
            "ix_words_report_waiting",
            "reported_at",
            sqlite_where=text("decided_at IS NULL"),
            postgresql_where=text("decided_at IS NULL"),
        ),
        Index("ix_words_report_reporter_id", "reporter_id"),
        Index("ix_words_report_sealed_id", "sealed_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TextKind] = mapped_column(one_of(TextKind, "kind"))
    text_id: Mapped[int]
    writer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    reporter_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    concern: Mapped[str] = mapped_column(String(16))
    """One of ``moderation.reporting.Concern``."""
    note: Mapped[str] = mapped_column(Text, default="")
    """What the reporter adds, for the office alone."""
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    decided_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    is_masked: Mapped[bool] = mapped_column(default=False)
    """Whether the office masked the words, or let them stand."""
    answer: Mapped[str] = mapped_column(Text, default="")
    """The office's note on why they stand."""
    sealed_id: Mapped[int | None]
    """The sealed words that it is about, after their writer changed or took back what was
    reported."""


class PassedOn(Base):
    """A copy of words that somebody received, to be shown to the consultation desk (相談窓口).

    It is theirs alone: neither the DX office nor the writer learns that it is there. It stays when
    the writer takes the words back or the office masks them, until its keeper deletes it.
    """

    __tablename__ = "passed_on"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[TextKind] = mapped_column(one_of(TextKind, "kind"))
    text_id: Mapped[int]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who keeps it."""
    writer_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(Text)
    written_at: Mapped[datetime] = mapped_column(UtcDateTime)
    passed_at: Mapped[datetime] = mapped_column(UtcDateTime)


class SealingTerm(Base):
    """For how many days sealed words are kept, as the DX office enters it. The newest counts."""

    __tablename__ = "sealing_term"

    id: Mapped[int] = mapped_column(primary_key=True)
    days: Mapped[int]
    entered_by_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    entered_at: Mapped[datetime] = mapped_column(UtcDateTime)
