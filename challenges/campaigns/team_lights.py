"""Lights of teams (チームの灯): three people of one unit have climbed in one campaign.

A light is lit once and stays, whoever takes a step back later. It says nothing of who climbed, and
only those who climbed for that unit are told, by a badge.
"""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, func, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from challenges.campaigns.events import TeamLightLit
from challenges.campaigns.models import CampaignCount
from challenges.outbox import record
from challenges.storage.orm import Base, UtcDateTime
from challenges.storage.sql import padded_ids, upsert

PEOPLE = 3
"""People of one unit who light its light."""


class TeamLight(Base):
    """The light of one unit in one campaign is lit."""

    __tablename__ = "team_light"

    campaign_id: Mapped[int] = mapped_column(ForeignKey("campaign.id"), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), primary_key=True)
    """The unit that the completions are credited to."""
    lit_at: Mapped[datetime] = mapped_column(UtcDateTime)


def light_up(
    session: Session, *, campaign_ids: Collection[int], unit_ids: Collection[int], at: datetime
) -> None:
    """Light the lights that are due in these units. Once for each, also between two at once.

    The caller has moved the totals of the campaigns: that lets others wait who count a step in
    them, so that the third of three people sees the other two.
    """
    due = [
        {"campaign_id": row.campaign_id, "unit_id": row.unit_id, "lit_at": at}
        for row in session.execute(_due(campaign_ids, unit_ids))
    ]
    if not due:
        return
    insert: Any = upsert(session, TeamLight.__table__).on_conflict_do_nothing()
    lit = session.execute(insert.returning(TeamLight.campaign_id, TeamLight.unit_id), due)
    for row in lit.all():
        event = TeamLightLit(occurred_at=at, campaign_id=row.campaign_id, unit_id=row.unit_id)
        record(session, event)


def people_who_climbed(session: Session, *, campaign_id: int, unit_id: int) -> list[int]:
    """The ids of the people who climbed for that unit in the campaign, in ascending order."""
    climbed = (CampaignCount.campaign_id == campaign_id) & (CampaignCount.unit_id == unit_id)
    people = select(CampaignCount.person_id).where(climbed).distinct()
    return list(session.scalars(people.order_by(CampaignCount.person_id)))


def lights_missing(session: Session) -> Iterator[str]:
    """Lights that should be lit and are not, one sentence each."""
    for row in session.execute(_due().order_by(CampaignCount.campaign_id, CampaignCount.unit_id)):
        yield (
            f"campaign {row.campaign_id}, unit {row.unit_id}: {row.people} people climbed, "
            "and the light of the team is not lit"
        )


def _due(campaign_ids: Collection[int] = (), unit_ids: Collection[int] = ()) -> Any:
    """Campaigns and units with people enough and no light. Without ids, all of them."""
    people = func.count(CampaignCount.person_id.distinct())
    found = (
        select(CampaignCount.campaign_id, CampaignCount.unit_id, people.label("people"))
        .outerjoin(
            TeamLight,
            (TeamLight.campaign_id == CampaignCount.campaign_id)
            & (TeamLight.unit_id == CampaignCount.unit_id),
        )
        .where(CampaignCount.unit_id.is_not(None), TeamLight.lit_at.is_(None))
        .group_by(CampaignCount.campaign_id, CampaignCount.unit_id)
        .having(people >= PEOPLE)
    )
    if campaign_ids:
        found = found.where(
            CampaignCount.campaign_id.in_(padded_ids(campaign_ids)),
            CampaignCount.unit_id.in_(padded_ids(unit_ids)),
        )
    return found
