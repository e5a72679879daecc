"""Owners and deputies who are there no more. Campaigns belong to the DX office, so they go on, and
the office names somebody else."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from challenges.campaigns.models import Campaign
from challenges.people.models import Person
from challenges.vocabulary import CampaignState

PLACES = ("owner", "deputy")


@dataclass(frozen=True, slots=True)
class Vacated:
    """A campaign that somebody no longer works on: the names that stood there before, and those
    that still stand. Empty: nobody."""

    campaign: Campaign
    before: dict[str, str]
    after: dict[str, str]


def vacate(session: Session, person_ids: Collection[int]) -> list[Vacated]:
    """Leave the places of these people, and of whoever has left, empty. What was put away keeps its
    names."""
    gone = select(Person.id).where(
        or_(Person.id.in_(person_ids), Person.deactivated_at.is_not(None))
    )
    campaigns = session.scalars(
        select(Campaign)
        .where(Campaign.state != CampaignState.ARCHIVED)
        .where(or_(Campaign.owner_id.in_(gone), Campaign.deputy_id.in_(gone)))
        .order_by(Campaign.id)
        .with_for_update()
    ).all()
    return [_vacated(session, campaign, set(person_ids)) for campaign in campaigns]


def _vacated(session: Session, campaign: Campaign, person_ids: Collection[int]) -> Vacated:
    before = _names(campaign)
    for place in PLACES:
        person: Person | None = getattr(campaign, place)
        if person and (person.id in person_ids or person.deactivated_at):
            setattr(campaign, place, None)
    session.flush()
    return Vacated(campaign, before, _names(campaign))


def _names(campaign: Campaign) -> dict[str, str]:
    people = {place: getattr(campaign, place) for place in PLACES}
    return {place: person.name if person else "" for place, person in people.items()}
