"""The board by name of one campaign: only those who let their name stand there, in bands.

app/queries/campaign_board.py reads it.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from challenges.campaigns.models import PUBLISHED, Campaign
from challenges.errors import N_, RuleBroken
from challenges.storage.orm import Base, UtcDateTime
from challenges.storage.sql import insert_once

_HAS_NOT_ENDED = text("ended_at IS NULL")


class NoBoard(RuleBroken):
    """The campaign has no board by name, or has one no longer."""

    sentence = N_("このキャンペーンには、名前の一覧がありません。")


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


def join(session: Session, campaign: Campaign, *, person_id: int, at: datetime) -> None:
    """Let one's own name stand on the board. A second call changes nothing, not even its time.

    Raises NoBoard if it is not switched on for this campaign.
    """
    if not campaign.has_board or campaign.state not in PUBLISHED:
        raise NoBoard
    insert_once(session, BoardPlace, campaign_id=campaign.id, person_id=person_id, begun_at=at)


def leave(session: Session, campaign: Campaign, *, person_id: int, at: datetime) -> None:
    """Take one's own name off, also from a board that is switched off. Whoever is not on it stays
    so."""
    own = (
        BoardPlace.campaign_id == campaign.id,
        BoardPlace.person_id == person_id,
        BoardPlace.ended_at.is_(None),
    )
    session.execute(update(BoardPlace).where(*own).values(ended_at=at))
