"""Who noticed whom: a manager vouches for a completion."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from challenges.storage.orm import Base, UtcDateTime
from challenges.submissions.models import Completion


class Endorsement(Base):
    """A manager vouches (お墨付き) for one completion, with words. Badges may count it."""

    __tablename__ = "endorsement"
    __table_args__ = (
        UniqueConstraint("completion_id", "endorser_id"),
        Index("ix_endorsement_person_id_given_at", "person_id", "given_at"),
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

    completion: Mapped[Completion] = relationship()
