"""Who noticed whom: a manager vouches for a completion."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Dialect,
    ForeignKey,
    Index,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from challenges.storage.orm import Base, UtcDateTime
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
