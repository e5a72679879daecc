"""Puts a definition in force as the next version of its campaign. From then on it is a contract."""

from datetime import datetime

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import (
    Campaign,
    CampaignStep,
    CampaignTotal,
    CampaignUnit,
    CampaignVersion,
)
from challenges.catalogue.models import Challenge, Step
from challenges.people.units import known_units, unit_key
from challenges.storage.sql import upsert
from challenges.vocabulary import CampaignState


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
    _replace_version(session, campaign, at=at)
    version = _version_of(campaign, definition, at=at)
    version.submitted_by_id, version.approved_by_id = submitted_by_id, approved_by_id
    version.reason = reason
    session.add(version)
    session.flush()
    _write_steps(session, version, definition)
    _write_units(session, version, definition)
    _follow(campaign, version)
    total = upsert(session, CampaignTotal).values(campaign_id=campaign.id, steps=0, people=0)
    session.execute(total.on_conflict_do_nothing())
    session.flush()
    return version


def _replace_version(session: Session, campaign: Campaign, *, at: datetime) -> None:
    in_force = (
        CampaignVersion.campaign_id == campaign.id,
        CampaignVersion.replaced_at.is_(None),
    )
    session.execute(update(CampaignVersion).where(*in_force).values(replaced_at=at))


def _version_of(
    campaign: Campaign, definition: CampaignDefinition, *, at: datetime
) -> CampaignVersion:
    if definition.first_day is None or definition.last_day is None:
        raise ValueError("a campaign without days cannot be published")
    return CampaignVersion(
        campaign_id=campaign.id,
        number=campaign.version + 1,
        digest=definition.digest(),
        rules_digest=definition.rules_digest(),
        definition=definition.as_data(),
        starts_on=definition.first_day,
        ends_on=definition.last_day,
        everyone=definition.audience.everyone,
        managers=definition.audience.managers,
        new_since=definition.audience.new_since,
        published_at=at,
    )


def _write_steps(
    session: Session, version: CampaignVersion, definition: CampaignDefinition
) -> None:
    chosen = {one.slug: one for one in definition.challenges}
    steps = session.execute(
        select(Step.id, Step.number, Challenge.slug)
        .join(Challenge, Challenge.id == Step.challenge_id)
        .where(Challenge.slug.in_(chosen), Step.retired_at.is_(None))
    )
    rows = [
        {"version_id": version.id, "step_id": step.id}
        for step in steps
        if chosen[step.slug].counts(step.number)
    ]
    if rows:
        session.execute(insert(CampaignStep), rows)


def _write_units(
    session: Session, version: CampaignVersion, definition: CampaignDefinition
) -> None:
    known = known_units(session)
    found = {
        known[key].id for path in definition.audience.units if (key := unit_key(path)) in known
    }
    if found:
        rows = [{"version_id": version.id, "unit_id": unit_id} for unit_id in sorted(found)]
        session.execute(insert(CampaignUnit), rows)


def _follow(campaign: Campaign, version: CampaignVersion) -> None:
    campaign.version = version.number
    campaign.first_day, campaign.last_day = version.starts_on, version.ends_on
    campaign.sequence += 1
    campaign.submitted_at = campaign.submitted_by_id = campaign.submitted_digest = None
    campaign.submitted_reason = ""
    if campaign.state in (CampaignState.DRAFT, CampaignState.WAITING):
        campaign.state = CampaignState.SCHEDULED
