"""What the pages ask on which the DX office designs campaigns."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from app.queries import campaign_access
from app.studio.models import DraftRevision
from challenges.campaigns.definitions import CampaignAudience, CampaignDefinition
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.campaigns.organisation import Organisation
from challenges.campaigns.reaching import Aim, reached_people
from challenges.people.coming import people_to_come, units_to_come
from challenges.people.directory import people_called, unit_path_on
from challenges.people.models import Person, Unit
from challenges.people.names import name_key
from challenges.text import fold
from challenges.vocabulary import CampaignState, Employment

FEW = 8
"""How many people or units a search offers."""


@dataclass(frozen=True, slots=True)
class DesignedCampaign:
    """A campaign with its draft, for the office's lists."""

    campaign: Campaign
    draft: CampaignDefinition
    """The newest, which is what is in force where nobody has changed it since."""
    first_day: date | None
    last_day: date | None
    """As they stand; those of the draft before anything is published."""
    owner: str | None
    saved_by: str | None
    saved_at: datetime | None

    @property
    def slug(self) -> str:
        return self.campaign.slug

    @property
    def state(self) -> CampaignState:
        return self.campaign.state

    @property
    def waits(self) -> bool:
        """Whether a second person has to look at it."""
        return self.campaign.submitted_at is not None

    @property
    def name(self) -> str:
        """In Japanese; the slug while nobody has given it one."""
        return self.draft.ja.name or self.draft.en.name or self.campaign.slug


def designed(
    session: Session,
    *,
    states: Collection[CampaignState],
    limit: int | None = None,
    offset: int = 0,
    looked_after_by: int | None = None,
) -> list[DesignedCampaign]:
    """The campaigns in these states: what waits first, then by their days. With
    ``looked_after_by`` only those of which that person is owner or deputy. One statement."""
    newest = (
        select(DraftRevision.campaign_id, func.max(DraftRevision.number).label("number"))
        .group_by(DraftRevision.campaign_id)
        .subquery()
    )
    owner, saver = aliased(Person), aliased(Person)
    is_newest = (DraftRevision.campaign_id == newest.c.campaign_id) & (
        DraftRevision.number == newest.c.number
    )
    in_force = (CampaignVersion.campaign_id == Campaign.id) & CampaignVersion.replaced_at.is_(None)
    statement = (
        select(
            Campaign,
            DraftRevision.definition,
            DraftRevision.saved_at,
            CampaignVersion.definition.label("published"),
            owner.name.label("owner"),
            saver.name.label("saved_by"),
        )
        .outerjoin(newest, newest.c.campaign_id == Campaign.id)
        .outerjoin(DraftRevision, is_newest)
        .outerjoin(CampaignVersion, in_force)
        .outerjoin(owner, owner.id == Campaign.owner_id)
        .outerjoin(saver, saver.id == DraftRevision.saved_by_id)
        .where(Campaign.state.in_(states))
        .order_by(Campaign.submitted_at.is_(None), Campaign.first_day.desc(), Campaign.id.desc())
        .limit(limit)
        .offset(offset)
    )
    if looked_after_by is not None:
        statement = statement.where(campaign_access.looked_after_by(looked_after_by))
    return [_designed(row) for row in session.execute(statement)]


def _designed(row: Any) -> DesignedCampaign:
    campaign: Campaign = row.Campaign
    data = row.definition or row.published or {"slug": campaign.slug}
    draft = CampaignDefinition.model_validate(data)
    return DesignedCampaign(
        campaign=campaign,
        draft=draft,
        first_day=campaign.first_day or draft.first_day,
        last_day=campaign.last_day or draft.last_day,
        owner=row.owner,
        saved_by=row.saved_by,
        saved_at=row.saved_at,
    )


def reach(
    session: Session, audience: CampaignAudience, *, on: date, kinds: Collection[Employment]
) -> int:
    """How many people who count the audience holds on that day."""
    if audience.is_empty:
        return 0
    aim = Aim.of(audience, Organisation.read(session))
    people = reached_people(select(func.count()), on, kinds=kinds).where(aim.holds())
    found: int = session.scalars(people).one()
    return found


@dataclass(frozen=True, slots=True)
class OtherHand:
    """Somebody else who works on a draft: when they saved last, and what."""

    number: int
    name: str
    at: datetime
    part: str


def other_hand(session: Session, campaign_id: int, *, than: int) -> OtherHand | None:
    """The last other person who saved the draft, or None."""
    row = session.execute(
        select(
            DraftRevision.number,
            Person.name,
            DraftRevision.saved_at.label("at"),
            DraftRevision.part,
        )
        .join(Person, Person.id == DraftRevision.saved_by_id)
        .where(DraftRevision.campaign_id == campaign_id, DraftRevision.saved_by_id != than)
        .order_by(DraftRevision.number.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else OtherHand(**row._mapping)


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """Somebody who was searched for, with enough to tell namesakes apart."""

    id: int
    name: str
    employee_number: str
    unit: str | None


def people_found(session: Session, words: str, *, on: date) -> list[FoundPerson]:
    """The first few people who are called so and are here on that day. Nobody if ``words`` is
    blank."""
    if not name_key(words):
        return []
    rows = session.execute(
        select(Person.id, Person.name, Person.employee_number, unit_path_on(on).label("unit"))
        .where(
            Person.id.in_(people_called(words)),
            Person.deactivated_at.is_(None),
            Person.id.not_in(people_to_come(on)),
        )
        .order_by(Person.kana_key, Person.name_key, Person.id)
        .limit(FEW)
    )
    return [FoundPerson(**row._mapping) for row in rows]


def units_found(session: Session, words: str, *, on: date, except_: Collection[str]) -> list[Unit]:
    """The first few units whose path contains every word, the highest first. None if ``words`` is
    blank."""
    wanted = fold(words).split()
    if not wanted:
        return []
    every = session.scalars(
        select(Unit).where(Unit.id.not_in(units_to_come(on))).order_by(Unit.path)
    )
    found = [
        unit
        for unit in every
        if unit.path not in except_ and all(word in fold(unit.path) for word in wanted)
    ]
    return sorted(found, key=lambda unit: unit.path.count("/"))[:FEW]


def person_named(session: Session, person_id: int) -> Person | None:
    """The person with that id who has not left, or None."""
    found = session.get(Person, person_id) if 0 < person_id < 2**31 else None
    return found if found and found.deactivated_at is None else None


def names_of(session: Session, person_ids: Collection[int | None]) -> dict[int, str]:
    """The names of these people by their ids. One statement."""
    wanted = {one for one in person_ids if one is not None}
    if not wanted:
        return {}
    rows = session.execute(select(Person.id, Person.name).where(Person.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def revisions_with_names(
    session: Session, campaign_id: int, *, limit: int, offset: int
) -> Sequence[tuple[DraftRevision, str | None]]:
    """The revisions of a draft, newest first, each with the name of who saved it."""
    rows = session.execute(
        select(DraftRevision, Person.name)
        .outerjoin(Person, Person.id == DraftRevision.saved_by_id)
        .where(DraftRevision.campaign_id == campaign_id)
        .order_by(DraftRevision.number.desc())
        .limit(limit)
        .offset(offset)
    )
    return [(row[0], row[1]) for row in rows]
