"""People name themselves for the yearly awards, with what they did in a campaign."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime

_HAS_NOT_ENDED = text("ended_at IS NULL")


class Nomination(Base):
    """A person names themself, with words, for the yearly awards. At most one stands a campaign."""

    __tablename__ = "nomination"
    __table_args__ = (
        Index(
            "uq_nomination_open",
            "campaign_id",
            "person_id",
            unique=True,
            sqlite_where=_HAS_NOT_ENDED,
            postgresql_where=_HAS_NOT_ENDED,
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    words: Mapped[str] = mapped_column(Text)
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
