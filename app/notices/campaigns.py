"""Tells the audience of a campaign that it opens or is about to end, some people at a time, and
whoever looks after one that it has to be mended."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.notices.kinds import NoticeKind
from app.notices.telling import Happening, tell
from challenges.calendar import day_of, midnight_of, working_days_before
from challenges.campaigns.audience import audience_of, is_main_on
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.people.counting import is_asked_on
from challenges.people.held_roles import holds_role
from challenges.people.models import Membership, Person
from challenges.vocabulary import CampaignState, Role

SOON = 3
"""Working days before its last day on which a campaign is about to end."""


def about_to_end(session: Session, *, on: date) -> list[int]:
    """Ids of the open campaigns that are about to end on that day. One statement."""
    open_ones = session.execute(
        select(Campaign.id, Campaign.last_day)
        .where(Campaign.state == CampaignState.OPEN, Campaign.last_day >= on)
        .order_by(Campaign.id)
    )
    return [row.id for row in open_ones if _is_soon(row.last_day, on)]


def tell_some(
    session: Session, campaign_id: int, kind: NoticeKind, *, after: int, limit: int, at: datetime
) -> int | None:
    """Tell up to ``limit`` people of its audience, with ids above ``after``; the last id, or None
    if there is nobody left. None as well if it is not open any more, or its end has moved away."""
    campaign = session.get_one(Campaign, campaign_id)
    if campaign.state is not CampaignState.OPEN or campaign.last_day is None:
        return None
    if kind is NoticeKind.CAMPAIGN_ENDS and not _is_soon(campaign.last_day, day_of(at)):
        return None
    people = _audience(session, campaign_id, on=day_of(at), after=after, limit=limit)
    if not people:
        return None
    tell(session, happening_of(campaign, kind, at=at), people=people, at=at)
    return people[-1]


def looked_after_by(session: Session, campaign: Campaign, *, on: date) -> list[int]:
    """Ids of its owner and deputy; where both places are empty, of everybody of the DX office."""
    named = [one for one in (campaign.owner_id, campaign.deputy_id) if one is not None]
    if named:
        return named
    in_office = holds_role(Role.DX_OFFICE, person_id=Person.id, on=on)
    return list(session.scalars(select(Person.id).where(in_office)))


def _is_soon(last_day: date, on: date) -> bool:
    return working_days_before(last_day, SOON) <= on <= last_day


def happening_of(campaign: Campaign, kind: NoticeKind, *, at: datetime) -> Happening:
    """What its audience is told of a campaign that opens or is about to end."""
    if kind is NoticeKind.CAMPAIGN_OPENS:
        key, happened_at = f"campaign-opens:{campaign.id}", campaign.opened_at or at
    else:
        # A campaign that is given more days is about to end once more.
        key = f"campaign-ends:{campaign.id}:{campaign.last_day}"
        happened_at = midnight_of(working_days_before(campaign.last_day or day_of(at), SOON))
    return Happening(kind=kind, key=key, subject_id=campaign.id, happened_at=happened_at)


def _audience(
    session: Session, campaign_id: int, *, on: date, after: int, limit: int
) -> Sequence[int]:
    version = session.scalars(
        select(CampaignVersion).where(
            CampaignVersion.campaign_id == campaign_id, CampaignVersion.replaced_at.is_(None)
        )
    ).one()
    return session.scalars(
        select(Person.id)
        .join(Membership, Membership.person_id == Person.id)
        .where(is_main_on(on), audience_of(version), is_asked_on(on))
        .where(Person.id > after, Person.deactivated_at.is_(None))
        .order_by(Person.id)
        .limit(limit)
    ).all()
