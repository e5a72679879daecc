"""The board by name of one campaign: people who opted in, in three bands, never with a number.

Whoever left, is still to come, takes a rest or has no step in the campaign is not there.
"""

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from sqlalchemy import Select, and_, bindparam, case, select
from sqlalchemy.orm import Session

from app.queries.campaigns import Looking
from challenges.campaigns.board import BoardPlace
from challenges.campaigns.models import CampaignPart
from challenges.people.models import Membership, Person, Unit
from challenges.people.org_chart import ON_DAY, holds_on
from challenges.people.visibility import is_there
from challenges.storage.sql import fetch_rows


class Band(IntEnum):
    """So many steps in the campaign, and no closer."""

    ONE = 1
    FEW = 2
    """Two or three."""
    MANY = 3
    """Four and more."""

    @classmethod
    def of(cls, steps: int) -> "Band | None":
        """The band of somebody with so many steps, or None without any."""
        if steps < 1:
            return None
        return cls.ONE if steps == 1 else cls.FEW if steps < 4 else cls.MANY


@dataclass(frozen=True, slots=True)
class OnBoard:
    """One person on the board."""

    person_id: int
    name: str
    unit: str | None
    """Name of their unit today."""
    band: Band


def board(
    session: Session,
    campaign_id: int,
    looking: Looking,
    *,
    first: Band | None,
    limit: int,
    offset: int,
) -> list[OnBoard]:
    """A page of the board: the band ``first``, then the others, each by kana. One statement."""
    asked = {
        **looking.asked(),
        "viewer_id": looking.person_id,
        "campaign_id": campaign_id,
        "first": first or 0,
        "at_most": limit,
        "skipped": offset,
    }
    return [
        OnBoard(row.person_id, row.name, row.unit, Band(row.band))
        for row in fetch_rows(session, _BOARD, asked)
    ]


def _statement() -> Select[Any]:
    band = case(
        (CampaignPart.steps == 1, int(Band.ONE)),
        (CampaignPart.steps < 4, int(Band.FEW)),
        else_=int(Band.MANY),
    )
    part = and_(
        CampaignPart.campaign_id == BoardPlace.campaign_id,
        CampaignPart.person_id == BoardPlace.person_id,
    )
    today = and_(Membership.person_id == Person.id, Membership.is_primary, holds_on(ON_DAY))
    return (
        select(BoardPlace.person_id, Person.name, Unit.name.label("unit"), band.label("band"))
        .join(CampaignPart, part)
        .join(Person, Person.id == BoardPlace.person_id)
        .outerjoin(Membership, today)
        .outerjoin(Unit, Unit.id == Membership.unit_id)
        .where(BoardPlace.campaign_id == bindparam("campaign_id"), BoardPlace.ended_at.is_(None))
        .where(is_there(), Person.paused_at.is_(None))
        .order_by(case((band == bindparam("first"), 0), else_=1), band)
        .order_by(Person.kana, Person.name, Person.id)
        .limit(bindparam("at_most"))
        .offset(bindparam("skipped"))
    )


_BOARD = _statement()
