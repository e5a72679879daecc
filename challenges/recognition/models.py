"""Who noticed whom: a manager vouches for a completion, anyone cheers it."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    CheckConstraint,
    Dialect,
    ForeignKey,
    Index,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from challenges.recognition.stamps import Stamp
from challenges.storage.orm import Base, UtcDateTime, one_of
from challenges.submissions.models import Completion
from challenges.vocabulary import PraiseKind


class PraiseKinds(TypeDecorator[tuple[PraiseKind, ...]]):
    """Kinds of praise in the order of their enum, stored as names with spaces between.

    They are only ever read with their endorsement, so they need no table of their own.
    """

    impl = String(80)
    cache_ok = True

    def process_bind_param(
        self,
        value: Collection[PraiseKind] | None,
        dialect: Dialect,  # noqa: ARG002  # its API
    ) -> str | None:
        return None if value is None else " ".join(kind for kind in PraiseKind if kind in value)

    def process_result_value(
        self,
        value: Any,
        dialect: Dialect,  # noqa: ARG002  # its API
    ) -> tuple[PraiseKind, ...]:
        return tuple(PraiseKind(kind) for kind in (value or "").split())


class Endorsement(Base):
    """A manager vouches (お墨付き) for one completion, with words. Badges may count it."""

    __tablename__ = "endorsement"
    __table_args__ = (
        UniqueConstraint("completion_id", "endorser_id"),
        Index("ix_endorsement_person_id_given_at", "person_id", "given_at"),
        Index("ix_endorsement_endorser_id_given_at", "endorser_id", "given_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """Whom it is for: the completion's person, kept here so that their page finds it by one
    index."""
    endorser_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    withdrawn_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    praise: Mapped[tuple[PraiseKind, ...]] = mapped_column(PraiseKinds, server_default="")
    """What was good. Empty only where it was given before there were kinds."""
    edited_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    completion: Mapped[Completion] = relationship()


_STANDS = text("taken_back_at IS NULL")


class Cheer(Base):
    """Somebody applauds one completion (応援) with a stamp, and words if they like.

    A unique key lets one person leave each stamp once on a completion. Never deleted: a cheer that
    is given again after it was taken back is a row of its own.
    """

    __tablename__ = "cheer"
    __table_args__ = (
        CheckConstraint("giver_id <> receiver_id", name="not_to_oneself"),
        Index(
            "uq_cheer_stands",
            "completion_id",
            "giver_id",
            "stamp",
            unique=True,
            sqlite_where=_STANDS,
            postgresql_where=_STANDS,
        ),
        Index("ix_cheer_receiver_id_given_at", "receiver_id", "given_at"),
        Index("ix_cheer_giver_id_week", "giver_id", "week"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    completion_id: Mapped[int] = mapped_column(ForeignKey("completion.id"))
    giver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    receiver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    """The completion's person, kept here so that their page finds it by one index."""
    stamp: Mapped[Stamp] = mapped_column(one_of(Stamp, "stamp"))
    words: Mapped[str] = mapped_column(Text, default="")
    given_at: Mapped[datetime] = mapped_column(UtcDateTime)
    week: Mapped[date]
    """The Monday of its week in Tokyo, of whose budget it was taken."""
    taken_back_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    refunded: Mapped[bool] = mapped_column(default=False)
    """It was taken back within its week, and no longer counts in the budget."""
    shown_to_others: Mapped[bool] = mapped_column(default=False)
    """The receiver lets others see it."""
    thanked_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    """When the receiver said 「ありがとう」, which ends the exchange."""
    other_unit: Mapped[bool] = mapped_column(default=False, server_default=false())
    """The receiver worked in another unit than the giver. Badges count it as it was on that day,
    whatever transfers there are later."""

    completion: Mapped[Completion] = relationship()


class CheerBudget(Base):
    """How many cheers somebody has given in a week: those of the week that are not refunded.

    Spending is one conditional UPDATE of this row, so that no race can pass the allowance.
    """

    __tablename__ = "cheer_budget"
    __table_args__ = (CheckConstraint("spent >= 0", name="not_negative"),)

    giver_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    week: Mapped[date] = mapped_column(primary_key=True)
    """The Monday of the week in Tokyo."""
    spent: Mapped[int] = mapped_column(default=0)


_LASTS = text("ended_at IS NULL")


class Silence(Base):
    """A receiver is shown no cheers of one giver, who learns nothing of it."""

    __tablename__ = "silence"
    __table_args__ = (
        Index(
            "uq_silence_stands",
            "receiver_id",
            "giver_id",
            unique=True,
            sqlite_where=_LASTS,
            postgresql_where=_LASTS,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    receiver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    giver_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    since: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
