"""The draft of a campaign: every save is a revision, and nothing is overwritten in silence.

Who saves says which revision they had read. What somebody else changed meanwhile in other fields
stays; where both changed the same field, the later words stand and the earlier ones are named, so
that the page shows both.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from app.studio.draft_fields import (
    WHOLE,
    changed_fields,
    part_of,
    values_of,
    with_values,
)
from app.studio.models import DraftRevision
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.errors import N_, RuleBroken
from challenges.people.models import Person

LARGEST = 2**31 - 1
"""Beyond it, PostgreSQL would refuse a number from a forged form instead of finding nothing."""


class NothingToUndo(RuleBroken):
    """The draft stands where it began."""

    sentence = N_("これより前の下書きはありません。")


class DraftMoved(RuleBroken):
    """Somebody saved since the page was read."""

    sentence = N_("ほかの人が先に書き足しました。もう一度見てから、戻してください。")


@dataclass(frozen=True, slots=True)
class Draft:
    """A draft as it stands."""

    definition: CampaignDefinition
    number: int
    """Of its newest revision; 0 if nobody has saved one."""
    part: str = WHOLE
    """What the last save was about."""
    saved_by_id: int | None = None
    saved_by: str | None = None
    saved_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Saved:
    """What a save came to."""

    number: int
    """The newest revision."""
    overtaken: tuple[str, ...] = ()
    """Fields that somebody else changed meanwhile. Their words stand in the revision before."""


def begin(
    session: Session,
    campaign: Campaign,
    definition: CampaignDefinition,
    *,
    by_id: int | None,
    at: datetime,
) -> Saved:
    """Make the definition the draft, as a whole: a new campaign, a template, a file."""
    last = _locked(session, campaign)
    return _add(session, campaign, definition, last=last, part=WHOLE, by_id=by_id, at=at)


def draft_of(session: Session, campaign_id: int) -> Draft:
    """The draft as it stands; without one, the version in force, else an empty one."""
    row = session.execute(
        select(DraftRevision, Person.name)
        .outerjoin(Person, Person.id == DraftRevision.saved_by_id)
        .where(DraftRevision.campaign_id == campaign_id)
        .order_by(DraftRevision.number.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return Draft(_in_force(session, campaign_id), 0)
    last: DraftRevision = row[0]
    return Draft(
        definition=read_revision(last),
        number=last.number,
        part=last.part,
        saved_by_id=last.saved_by_id,
        saved_by=row[1],
        saved_at=last.saved_at,
    )


def save_part(
    session: Session,
    campaign: Campaign,
    part: str,
    changes: Mapping[str, Any],
    *,
    read: int,
    by_id: int,
    at: datetime,
) -> Saved:
    """Save the fields of a part as somebody has them before their eyes.

    ``read`` is the revision that they saw. Raises FieldsWrong, and then nothing is saved.
    """
    last = _locked(session, campaign)
    current = _definition(session, campaign, last)
    seen = _seen(session, campaign, read) or (
        _in_force(session, campaign.id) if not read else current
    )
    mine = changed_fields(seen, with_values(seen, changes))
    after = with_values(current, {field: changes[field] for field in mine})
    overtaken = [
        field
        for field in changed_fields(current, after)
        if field in _changed_by_others(session, campaign, since=read, by_id=by_id)
    ]
    if after == current:
        return Saved(last.number if last else 0)
    saved = _add(session, campaign, after, last=last, part=part, by_id=by_id, at=at)
    return Saved(saved.number, tuple(overtaken))


def take_back_words(
    session: Session, campaign: Campaign, field: str, *, number: int, by_id: int, at: datetime
) -> Saved:
    """Let a field say again what it said in that revision."""
    last = _locked(session, campaign)
    current = _definition(session, campaign, last)
    earlier = _seen(session, campaign, number) or current
    after = with_values(current, {field: values_of(earlier)[field]})
    if after == current:
        return Saved(last.number if last else 0)
    return _add(session, campaign, after, last=last, part=part_of(field), by_id=by_id, at=at)


def undo(
    session: Session, campaign: Campaign, *, by_id: int, at: datetime, read: int | None = None
) -> Saved:
    """Bring back what the draft said before its last change. Can be repeated, back to the first.

    Raises NothingToUndo, and DraftMoved if somebody saved after the revision ``read``.
    """
    last = _locked(session, campaign)
    if last is None:
        raise NothingToUndo
    if read is not None and read != last.number:
        raise DraftMoved
    earlier = session.scalar(_revision(campaign.id, _stands_at(last) - 1))
    if earlier is None:
        raise NothingToUndo
    return _add(
        session,
        campaign,
        read_revision(earlier),
        last=last,
        part=WHOLE,
        by_id=by_id,
        at=at,
        restores=_stands_at(earlier),
    )


def can_undo(session: Session, campaign_id: int, number: int) -> bool:
    """Whether something comes before that revision."""
    found = session.scalar(_revision(campaign_id, number))
    return found is not None and _stands_at(found) > 1


def revisions(
    session: Session, campaign_id: int, *, limit: int, offset: int = 0
) -> Sequence[DraftRevision]:
    """The revisions, newest first."""
    return session.scalars(
        select(DraftRevision)
        .where(DraftRevision.campaign_id == campaign_id)
        .order_by(DraftRevision.number.desc())
        .limit(limit)
        .offset(offset)
    ).all()


def revision(session: Session, campaign_id: int, number: int) -> DraftRevision | None:
    """One revision, or None."""
    return session.scalar(_revision(campaign_id, number))


def _locked(session: Session, campaign: Campaign) -> DraftRevision | None:
    """The newest revision. Nobody else adds one until this transaction ends."""
    session.flush()
    session.execute(select(Campaign.id).where(Campaign.id == campaign.id).with_for_update())
    found = revisions(session, campaign.id, limit=1)
    return found[0] if found else None


def _add(
    session: Session,
    campaign: Campaign,
    definition: CampaignDefinition,
    *,
    last: DraftRevision | None,
    part: str,
    by_id: int | None,
    at: datetime,
    restores: int | None = None,
) -> Saved:
    made = DraftRevision(
        campaign_id=campaign.id,
        number=(last.number if last else 0) + 1,
        part=part,
        restores=restores,
        definition=definition.as_data(),
        saved_by_id=by_id,
        saved_at=at,
    )
    session.add(made)
    session.flush()
    return Saved(made.number)


def _changed_by_others(session: Session, campaign: Campaign, *, since: int, by_id: int) -> set[str]:
    """The fields that somebody else changed after that revision."""
    later = session.scalars(
        select(DraftRevision)
        .where(DraftRevision.campaign_id == campaign.id, DraftRevision.number > min(since, LARGEST))
        .order_by(DraftRevision.number)
    ).all()
    before = _seen(session, campaign, since) or _in_force(session, campaign.id)
    found: set[str] = set()
    for one in later:
        after = read_revision(one)
        if one.saved_by_id != by_id:
            found |= set(changed_fields(before, after))
        before = after
    return found


def _stands_at(one: DraftRevision) -> int:
    """The number of the revision whose words this one has: its own, or that which it brought
    back."""
    return one.number if one.restores is None else one.restores


def _definition(
    session: Session, campaign: Campaign, last: DraftRevision | None
) -> CampaignDefinition:
    return _in_force(session, campaign.id) if last is None else read_revision(last)


def _seen(session: Session, campaign: Campaign, number: int) -> CampaignDefinition | None:
    found = session.scalar(_revision(campaign.id, number))
    return None if found is None else read_revision(found)


def read_revision(one: DraftRevision) -> CampaignDefinition:
    """What a revision says."""
    return CampaignDefinition.model_validate(one.definition)


def _revision(campaign_id: int, number: int) -> Select[DraftRevision]:
    return select(DraftRevision).where(
        DraftRevision.campaign_id == campaign_id, DraftRevision.number == min(number, LARGEST)
    )


def _in_force(session: Session, campaign_id: int) -> CampaignDefinition:
    campaign = session.get_one(Campaign, campaign_id)
    definition = session.scalar(
        select(CampaignVersion.definition).where(
            CampaignVersion.campaign_id == campaign_id, CampaignVersion.number == campaign.version
        )
    )
    return CampaignDefinition.model_validate(definition or {"slug": campaign.slug})
