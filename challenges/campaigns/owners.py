"""Owners and deputies of campaigns. Their place rests on the post they had when they were named:
after it, campaigns go on, because they belong to the DX office, which names somebody else."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from challenges.campaigns.models import Campaign
from challenges.people.models import Membership, Person
from challenges.people.org_chart import lasts_to, unit_on
from challenges.vocabulary import CampaignState, MembershipKind

PLACES = ("owner", "deputy")


@dataclass(frozen=True, slots=True)
class Vacated:
    """A campaign that somebody no longer works on: the names that stood there before, and those
    that still stand. Empty: nobody."""

    campaign: Campaign
    before: dict[str, str]
    after: dict[str, str]


def place(session: Session, name: str, person_id: int | None, *, on: date) -> dict[str, int | None]:
    """The columns of the owner or the deputy who is named on that day."""
    unit_id = unit_on(session, person_id, on) if person_id is not None else None
    return {f"{name}_id": person_id, f"{name}_unit_id": unit_id}


def vacate(session: Session, *, on: date) -> list[Vacated]:
    """Leave the places of whoever has left, or has no longer the post they were named in, empty.
    What was put away keeps its names."""
    without_owner = _is_gone(Campaign.owner_id, Campaign.owner_unit_id, on)
    without_deputy = _is_gone(Campaign.deputy_id, Campaign.deputy_unit_id, on)
    rows = session.execute(
        select(Campaign, without_owner.label("owner"), without_deputy.label("deputy"))
        .where(Campaign.state != CampaignState.ARCHIVED, or_(without_owner, without_deputy))
        .order_by(Campaign.id)
        .with_for_update(of=Campaign)
    ).all()
    return [
        _vacated(session, row.Campaign, [name for name in PLACES if getattr(row, name)])
        for row in rows
    ]


def _is_gone(
    person_id: InstrumentedAttribute[int | None],
    unit_id: InstrumentedAttribute[int | None],
    on: date,
) -> ColumnElement[bool]:
    """SQL: whether who is named there has left, or works in that unit no more."""
    post = aliased(Membership)
    has_left = exists().where(Person.id == person_id, Person.deactivated_at.is_not(None))
    has_post = exists().where(
        post.person_id == person_id,
        post.unit_id == unit_id,
        post.kind != MembershipKind.DEPUTY,
        lasts_to(on, of=post),
    )
    return or_(has_left, unit_id.is_not(None) & ~has_post)


def _vacated(session: Session, campaign: Campaign, gone: list[str]) -> Vacated:
    before = _names(campaign)
    for name in gone:
        setattr(campaign, name, None)
        setattr(campaign, f"{name}_unit_id", None)
    session.flush()
    return Vacated(campaign, before, _names(campaign))


def _names(campaign: Campaign) -> dict[str, str]:
    people = {name: getattr(campaign, name) for name in PLACES}
    return {name: person.name if person else "" for name, person in people.items()}
