"""The versions of a campaign: each is a definition as it was put in force.

None is ever changed, but for its days, which a disaster moves.
"""

from datetime import date, datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.events import CampaignPublished
from challenges.campaigns.models import (
    Campaign,
    CampaignStep,
    CampaignTotal,
    CampaignUnit,
    CampaignVersion,
)
from challenges.campaigns.states import NOT_SUBMITTED
from challenges.catalogue.models import Challenge, Step
from challenges.outbox import record
from challenges.people.units import known_units, unit_key
from challenges.storage.sql import upsert
from challenges.vocabulary import CampaignState


def version_in_force(session: Session, campaign: Campaign) -> CampaignVersion | None:
    """The version by which the campaign goes now, or None before its first."""
    return session.scalar(
        select(CampaignVersion)
        .where(CampaignVersion.campaign_id == campaign.id)
        .order_by(CampaignVersion.number.desc())
        .limit(1)
    )


def put_in_force(
    session: Session,
    campaign: Campaign,
    definition: CampaignDefinition,
    *,
    submitted_by_id: int | None,
    approved_by_id: int | None,
    at: datetime,
    reason: str = "",
) -> CampaignVersion:
    """Make the definition the version in force. The caller has checked that it may be.

    Its days, units and steps must be known; lint.py sees to that.
    """
    before = version_in_force(session, campaign)
    version = _version_of(campaign, definition, before, at=at)
    version.submitted_by_id, version.approved_by_id = submitted_by_id, approved_by_id
    version.reason = reason
    _replace_version(session, campaign, at=at)
    session.add(version)
    session.flush()
    _write_steps(session, version, definition)
    _write_units(session, version, definition)
    _follow(campaign, version)
    total = upsert(session, CampaignTotal).values(campaign_id=campaign.id, steps=0, people=0)
    session.execute(total.on_conflict_do_nothing())
    if before is None or before.rules_digest != version.rules_digest:
        published = CampaignPublished(
            occurred_at=at, campaign_id=campaign.id, version=version.number
        )
        record(session, published)
    session.flush()
    return version


def _replace_version(session: Session, campaign: Campaign, *, at: datetime) -> None:
    in_force = (
        CampaignVersion.campaign_id == campaign.id,
        CampaignVersion.replaced_at.is_(None),
    )
    session.execute(update(CampaignVersion).where(*in_force).values(replaced_at=at))


def _version_of(
    campaign: Campaign,
    definition: CampaignDefinition,
    before: CampaignVersion | None,
    *,
    at: datetime,
) -> CampaignVersion:
    first_day, last_day = days_of(definition, before)
    if first_day is None or last_day is None:
        raise ValueError("a campaign without days cannot be published")
    return CampaignVersion(
        campaign_id=campaign.id,
        number=campaign.version + 1,
        digest=definition.digest(),
        rules_digest=definition.rules_digest(),
        definition=definition.as_data(),
        starts_on=first_day,
        ends_on=last_day,
        everyone=definition.audience.everyone,
        managers=definition.audience.managers,
        new_since=definition.audience.new_since,
        published_at=at,
    )


def days_of(
    definition: CampaignDefinition, before: CampaignVersion | None
) -> tuple[date | None, date | None]:
    """The days as they stand: a day that the definition leaves as it was is where a disaster moved
    it to."""
    if before is None:
        return definition.first_day, definition.last_day
    was = CampaignDefinition.model_validate(before.definition)
    return (
        before.starts_on if definition.first_day == was.first_day else definition.first_day,
        before.ends_on if definition.last_day == was.last_day else definition.last_day,
    )


def _write_steps(
    session: Session, version: CampaignVersion, definition: CampaignDefinition
) -> None:
    rows = [
        {"version_id": version.id, "step_id": step_id}
        for step_id in sorted(steps_of(session, definition))
    ]
    if rows:
        session.execute(insert(CampaignStep), rows)


def _write_units(
    session: Session, version: CampaignVersion, definition: CampaignDefinition
) -> None:
    rows = [
        {"version_id": version.id, "unit_id": unit_id}
        for unit_id in sorted(units_of(session, definition))
    ]
    if rows:
        session.execute(insert(CampaignUnit), rows)


def _follow(campaign: Campaign, version: CampaignVersion) -> None:
    campaign.version = version.number
    campaign.first_day, campaign.last_day = version.starts_on, version.ends_on
    campaign.sequence += 1
    for column, value in NOT_SUBMITTED.items():
        setattr(campaign, column, value)
    if campaign.state in (CampaignState.DRAFT, CampaignState.WAITING):
        campaign.state = CampaignState.SCHEDULED


def steps_of(session: Session, definition: CampaignDefinition) -> set[int]:
    """The ids of the steps that count by the definition."""
    chosen = {one.slug: one for one in definition.challenges}
    steps = session.execute(
        select(Step.id, Step.number, Challenge.slug)
        .join(Challenge, Challenge.id == Step.challenge_id)
        .where(Challenge.slug.in_(chosen), Step.retired_at.is_(None))
    )
    return {step.id for step in steps if chosen[step.slug].counts(step.number)}


def units_of(session: Session, definition: CampaignDefinition) -> set[int]:
    """The ids of the units that the definition names, however their paths are typed."""
    paths = definition.audience.units
    known = known_units(session) if paths else {}
    return {known[key].id for path in paths if (key := unit_key(path)) in known}
