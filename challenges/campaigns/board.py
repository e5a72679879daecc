"""The board by name of one campaign: only those who let their name stand there, in bands."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from challenges.storage.orm import Base, UtcDateTime

_HAS_NOT_ENDED = text("ended_at IS NULL")


class BoardPlace(Base):
    """A person who lets their name stand on the board of one campaign, from–to."""

    __tablename__ = "board_place"
    __table_args__ = (
        Index(
            "uq_board_place_open",
            "campaign_id",
            "person_id",
            unique=True,
            sqlite_where=_HAS_NOT_ENDED,
            postgresql_where=_HAS_NOT_ENDED,
        ),
        Index("ix_board_place_person_id", "person_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    begun_at: Mapped[datetime] = mapped_column(UtcDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
