"""Submitting, approving and putting in force. From then on a definition is a contract.

Nobody publishes, or changes what counts, alone: one person submits a draft, and a second approves
the very words that they read. Only wording changes freely.
"""

from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement
from sqlalchemy.orm import Session

from challenges.campaigns import log
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.lint import Facts
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.campaigns.publishing_effects import Effects, effects
from challenges.campaigns.publishing_rules import (
    CAN_BE_SUBMITTED,
    CampaignIsOver,
    DraftChanged,
    FirstDayIsOver,
    HasErrors,
    NeedsSecondPerson,
    NothingChanged,
    PeriodIsOver,
    RulesDiffer,
    must_be_the_submission,
    must_be_without_errors,
    must_fit_the_calendar,
    must_not_be_over,
)
from challenges.campaigns.states import NOT_SUBMITTED, ReasonMissing, change_if, given_reason
from challenges.campaigns.versions import put_in_force, version_in_force
from challenges.text import in_one_line
from challenges.vocabulary import CampaignAct, CampaignState

__all__ = [
    "CampaignIsOver",
    "DraftChanged",
    "Effects",
    "FirstDayIsOver",
    "HasErrors",
    "NeedsSecondPerson",
    "NothingChanged",
    "PeriodIsOver",
    "ReasonMissing",
    "RulesDiffer",
    "approve",
    "change_wording",
    "effects",
    "put_in_force",
    "submit",
    "version_in_force",
    "withdraw_submission",
]


def submit(
    session: Session,
    campaign: Campaign,
    definition: CampaignDefinition,
    *,
    reason: str = "",
    by_id: int,
    facts: Facts,
    at: datetime,
) -> None:
    """Ask a second person to approve the draft. Submitting again replaces the submission.

    A campaign that was published goes on by its version until then. ``reason`` is needed if what
    counts in it changes.

    Raises HasErrors, ReasonMissing, NothingChanged, CampaignIsOver, AlreadyDecided and what
    ``approve`` says of days.
    """
    must_not_be_over(campaign)
    before = version_in_force(session, campaign)
    if before and before.digest == definition.digest():
        raise NothingChanged
    if before and before.rules_digest != definition.rules_digest():
        reason = given_reason(reason)
    must_fit_the_calendar(campaign, before, definition, at=at)
    must_be_without_errors(definition, facts)
    is_draft = campaign.state is CampaignState.DRAFT
    change_if(
        session,
        campaign,
        Campaign.state == campaign.state,
        Campaign.version == campaign.version,
        state=CampaignState.WAITING if is_draft else campaign.state,
        submitted_at=at,
        submitted_by_id=by_id,
        submitted_digest=definition.digest(),
        submitted_reason=reason,
    )


def withdraw_submission(session: Session, campaign: Campaign) -> None:
    """Take the submission back; a draft that was never published is a draft again.

    Raises AlreadyDecided if nothing waits.
    """
    is_new = campaign.state is CampaignState.WAITING
    change_if(
        session,
        campaign,
        Campaign.submitted_at.is_not(None),
        Campaign.submitted_at == campaign.submitted_at,
        Campaign.state == campaign.state,
        state=CampaignState.DRAFT if is_new else campaign.state,
        **NOT_SUBMITTED,
    )


def approve(
    session: Session,
    campaign: Campaign,
    definition: CampaignDefinition,
    *,
    read_digest: str,
    by_id: int,
    alone_allowed: bool,
    facts: Facts,
    decision_number: str = "",
    decision_date: date | None = None,
    at: datetime,
) -> CampaignVersion:
    """Put the submitted draft in force, as the second person.

    ``definition`` is the draft as it stands, ``read_digest`` the digest of what the person read.
    With ``alone_allowed`` the same person may do both, and the log says so.

    Raises NeedsSecondPerson, DraftChanged, HasErrors, CampaignIsOver; PeriodIsOver if its last day
    has passed, FirstDayIsOver if it is open and would begin on another day; AlreadyDecided if
    nothing waits or somebody else was quicker.
    """
    must_not_be_over(campaign)
    is_alone = must_be_the_submission(
        campaign,
        definition,
        read_digest=read_digest,
        by_id=by_id,
        alone_allowed=alone_allowed,
    )
    before = version_in_force(session, campaign)
    must_fit_the_calendar(campaign, before, definition, at=at)
    must_be_without_errors(definition, facts)
    submitted_by_id, reason = campaign.submitted_by_id, campaign.submitted_reason
    _take(session, campaign, _is_this_submission(campaign))
    touched = _who_is_touched(session, campaign, before, definition)
    version = put_in_force(
        session,
        campaign,
        definition,
        submitted_by_id=submitted_by_id,
        approved_by_id=by_id,
        reason=reason,
        at=at,
    )
    version.decision_number = in_one_line(decision_number)
    version.decision_date = decision_date
    _tell(session, campaign, before, version, by_id=by_id, **touched, **_said_if(is_alone))
    return version


def change_wording(
    session: Session,
    campaign: Campaign,
    definition: CampaignDefinition,
    *,
    by_id: int,
    reason: str = "",
    facts: Facts,
    at: datetime,
) -> CampaignVersion:
    """Put other words in force, alone. A submission that waits is withdrawn by it.

    Raises RulesDiffer, NothingChanged, HasErrors, CampaignIsOver, AlreadyDecided.
    """
    must_not_be_over(campaign)
    before = version_in_force(session, campaign)
    if before is None or before.rules_digest != definition.rules_digest():
        raise RulesDiffer
    if before.digest == definition.digest():
        raise NothingChanged
    must_be_without_errors(definition, facts)
    _take(session, campaign, Campaign.version == before.number)
    version = put_in_force(
        session,
        campaign,
        definition,
        submitted_by_id=by_id,
        approved_by_id=None,
        reason=reason,
        at=at,
    )
    _tell(session, campaign, before, version, by_id=by_id)
    return version


def _is_this_submission(campaign: Campaign) -> ColumnElement[bool]:
    return (
        (Campaign.submitted_at == campaign.submitted_at)
        & (Campaign.submitted_digest == campaign.submitted_digest)
        & (Campaign.submitted_by_id == campaign.submitted_by_id)
    )


def _take(session: Session, campaign: Campaign, is_still_so: ColumnElement[bool]) -> None:
    """Be the one who publishes. Whoever comes later waits for the row, and finds it changed."""
    change_if(
        session,
        campaign,
        is_still_so,
        Campaign.state.in_(CAN_BE_SUBMITTED),
        Campaign.version == campaign.version,
        **NOT_SUBMITTED,
    )


def _who_is_touched(
    session: Session,
    campaign: Campaign,
    before: CampaignVersion | None,
    definition: CampaignDefinition,
) -> dict[str, int]:
    if before is None or before.rules_digest == definition.rules_digest():
        return {}
    found = effects(session, campaign, definition)
    return {"gained": found.gained, "lost": found.lost}


def _said_if(is_alone: bool) -> dict[str, bool]:
    return {"alone": True} if is_alone else {}


def _tell(
    session: Session,
    campaign: Campaign,
    before: CampaignVersion | None,
    version: CampaignVersion,
    *,
    by_id: int,
    **values: Any,
) -> None:
    act = CampaignAct.RULES_CHANGED
    if before is None:
        act = CampaignAct.PUBLISHED
    elif before.rules_digest == version.rules_digest:
        act = CampaignAct.WORDING_CHANGED
    if act is not CampaignAct.WORDING_CHANGED:
        values |= {"first_day": version.starts_on, "last_day": version.ends_on}
    log.tell(
        session,
        campaign,
        act,
        at=version.published_at,
        by_id=by_id,
        reason=version.reason,
        version=version.number,
        **values,
    )
