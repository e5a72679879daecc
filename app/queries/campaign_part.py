"""One's own part in a campaign, read from the completions: what one has just done is there at once,
while what counting.py stores follows a moment later."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, bindparam, join, select
from sqlalchemy.orm import Session

from app.queries.campaigns import ME
from challenges.calendar import day_of
from challenges.campaigns.audience import fits_audience
from challenges.campaigns.models import CampaignStep, CampaignVersion
from challenges.people.models import Membership
from challenges.storage.sql import fetch_rows, united
from challenges.submissions.models import Completion
from challenges.submissions.queries import OPEN_SUBMISSIONS, OpenSubmission, opened_in_order


@dataclass(frozen=True, slots=True)
class MySteps:
    """Ids of steps that the person climbed."""

    climbed: frozenset[int]
    counted: frozenset[int]
    """Those of them that count in the campaign."""


@dataclass(frozen=True, slots=True)
class MyPart:
    """Where the person stands in the campaign."""

    steps: MySteps
    submissions: Mapping[int, OpenSubmission]
    """Their open submissions by step id, of whatever challenge."""


def my_part(session: Session, campaign_id: int, person_id: int) -> MyPart:
    """The steps of the person with what they began. One statement."""
    asked = {"campaign_id": campaign_id, "me": person_id, "person_id": person_id}
    rows = fetch_rows(session, _MY_PART, asked).all()
    return MyPart(
        steps=_steps_in(row for row in rows if row.part == "climbed"),
        submissions=opened_in_order(row for row in rows if row.part == "open"),
    )


def my_steps(session: Session, campaign_id: int, person_id: int) -> MySteps:
    """What the person climbed, and what of it counts in the campaign. One statement."""
    asked = {"campaign_id": campaign_id, "me": person_id}
    return _steps_in(fetch_rows(session, _MY_STEPS, asked))


def _steps_in(climbed: Iterable[Any]) -> MySteps:
    rows = list(climbed)
    return MySteps(
        climbed=frozenset(row.step_id for row in rows),
        counted=frozenset(row.step_id for row in rows if _counts(row)),
    )


def _counts(row: Any) -> bool:
    """The rule of counting.py, for one completion, one version and one main appointment."""
    if row.starts_on is None or row.valid_from is None:
        return False
    day = day_of(row.happened_at)
    is_in_time = row.starts_on <= day <= row.ends_on
    was_in_force = row.replaced_at is None or row.recorded_at < row.replaced_at
    held = row.valid_from <= day and (row.valid_to is None or day <= row.valid_to)
    return is_in_time and was_in_force and held


# Outer joins: a step that does not count was climbed nevertheless.
_COUNTS_BY = join(
    CampaignStep,
    CampaignVersion,
    and_(
        CampaignVersion.id == CampaignStep.version_id,
        CampaignVersion.campaign_id == bindparam("campaign_id"),
    ),
)
_MY_STEPS = (
    select(
        Completion.step_id,
        Completion.happened_at,
        Completion.recorded_at,
        CampaignVersion.starts_on,
        CampaignVersion.ends_on,
        CampaignVersion.replaced_at,
        Membership.valid_from,
        Membership.valid_to,
    )
    .outerjoin(_COUNTS_BY, CampaignStep.step_id == Completion.step_id)
    .outerjoin(Membership, and_(Membership.person_id == ME, Membership.is_primary, fits_audience()))
    .where(Completion.person_id == ME, Completion.voided_at.is_(None))
)
_MY_PART = united(open=OPEN_SUBMISSIONS.order_by(None), climbed=_MY_STEPS)
