"""People name themselves for the yearly awards, with what they did in a campaign.

Only they themselves and the DX office read it.
"""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, Text, select, text, update
from sqlalchemy.orm import Mapped, Session, mapped_column

from challenges.campaigns.models import Campaign
from challenges.errors import N_, InvalidField, RuleBroken
from challenges.people.models import Person
from challenges.storage.orm import Base, UtcDateTime
from challenges.storage.sql import upsert
from challenges.text import as_written, has_length
from challenges.vocabulary import CampaignState
from challenges.words.kinds import SealedBecause, TextKind, TextRef, Written
from challenges.words.sealing import seal

WORDS_LENGTH = (1, 400)
OPEN_TO = (CampaignState.OPEN, CampaignState.CLOSED)
_HAS_NOT_ENDED = text("ended_at IS NULL")


class NotOpenToNominations(RuleBroken):
    """The campaign has not begun, or the office has put it away."""

    sentence = N_("推薦できるのは、開催中のキャンペーンと、終わって間もないキャンペーンです。")


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


@dataclass(frozen=True, slots=True)
class Nominated:
    """Somebody who names themself, as the DX office reads it."""

    person_id: int
    name: str
    words: str
    begun_at: datetime


def nominate(
    session: Session, campaign: Campaign, *, person_id: int, words: str, at: datetime
) -> None:
    """Name oneself, or say it in other words. The same words again change nothing.

    Raises InvalidField (no words, or too many), NotOpenToNominations.
    """
    if campaign.state not in OPEN_TO:
        raise NotOpenToNominations
    words = _checked(words)
    _seal(session, campaign.id, person_id, because=SealedBecause.REWORDED, unless=words, at=at)
    row = upsert(session, Nomination).values(
        campaign_id=campaign.id, person_id=person_id, words=words, begun_at=at
    )
    session.execute(
        row.on_conflict_do_update(
            index_elements=["campaign_id", "person_id"],
            index_where=_HAS_NOT_ENDED,
            set_={"words": row.excluded.words},
        )
    )


def withdraw(session: Session, campaign: Campaign, *, person_id: int, at: datetime) -> None:
    """Take one's own nomination back. Without one nothing changes."""
    _seal(session, campaign.id, person_id, because=SealedBecause.TAKEN_BACK, at=at)
    own = _own(campaign.id, person_id)
    session.execute(update(Nomination).where(*own).values(ended_at=at, words=""))


def standing(session: Session, campaign_id: int, *, limit: int, offset: int = 0) -> list[Nominated]:
    """The nominations that stand, for the DX office alone, the earliest first. People who left are
    not among them. One statement."""
    rows = session.execute(
        select(Nomination.person_id, Person.name, Nomination.words, Nomination.begun_at)
        .join(Person, Person.id == Nomination.person_id)
        .where(Nomination.campaign_id == campaign_id, Nomination.ended_at.is_(None))
        .where(Person.deactivated_at.is_(None))
        .order_by(Nomination.id)
        .limit(limit)
        .offset(offset)
    )
    return [Nominated(**row._mapping) for row in rows]


def _own(campaign_id: int, person_id: int) -> tuple[ColumnElement[bool], ...]:
    """The person's nomination that stands."""
    return (
        Nomination.campaign_id == campaign_id,
        Nomination.person_id == person_id,
        Nomination.ended_at.is_(None),
    )


def _seal(
    session: Session,
    campaign_id: int,
    person_id: int,
    *,
    because: SealedBecause,
    at: datetime,
    unless: str | None = None,
) -> None:
    """Seal what the person's nomination says, unless it is to say the same."""
    found = select(Nomination.id, Nomination.words, Nomination.begun_at).where(
        *_own(campaign_id, person_id)
    )
    said = session.execute(found.with_for_update()).one_or_none()
    if said is None or said.words == unless:
        return
    text = TextRef(TextKind.NOMINATION, said.id)
    written = Written(words=said.words, writer_id=person_id, at=said.begun_at)
    seal(session, text, written, because=because, at=at)


def _checked(words: str) -> str:
    words = as_written(words)
    if not has_length(words, WORDS_LENGTH):
        raise InvalidField(
            "このキャンペーンでしたことを、%(longest)s文字までで書いてください。",
            field="words",
            longest=WORDS_LENGTH[1],
        )
    return words
