"""The nightly job looks over each campaign that is scheduled or open, and no other."""

from collections.abc import Callable
from datetime import datetime
from time import monotonic

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.jobs.handling import Chunk
from app.jobs.linting import LINT_CAMPAIGNS, lint_campaigns
from app.jobs.models import Job
from app.schedule import SCHEDULE
from challenges.campaigns.models import Campaign
from challenges.vocabulary import CampaignState


@pytest.fixture
def job(at: datetime) -> Job:
    return Job(kind=LINT_CAMPAIGNS, arguments={}, key="lint", done=0, due_at=at, created_at=at)


def do_next(session: Session, job: Job, at: datetime) -> bool:
    known = lint_campaigns.read(session, job, at)
    return lint_campaigns.write(session, job, Chunk(at, monotonic()), known=known)


def test_only_what_is_scheduled_or_open_is_looked_over(
    session: Session, campaign_of: Callable[..., Campaign], job: Job, at: datetime
) -> None:
    for state in CampaignState:
        campaign_of(slug=state.value.lower(), state=state)
    while do_next(session, job, at):
        pass
    seen = select(Campaign.slug).where(Campaign.error_codes.is_not(None))
    assert set(session.scalars(seen)) == {"scheduled", "open"}
    assert job.done == 2


def test_a_campaign_that_changed_meanwhile_is_looked_over_again(
    session: Session, campaign_of: Callable[..., Campaign], job: Job, at: datetime
) -> None:
    campaign = campaign_of()
    known = lint_campaigns.read(session, job, at)
    campaign.version += 1
    session.flush()
    assert lint_campaigns.write(session, job, Chunk(at, monotonic()), known=known)
    assert (job.cursor, job.done, campaign.error_codes) == (None, 0, None)


def test_it_happens_while_nobody_works() -> None:
    [line] = [line for line in SCHEDULE if line.kind == LINT_CAMPAIGNS]
    assert line.cron == "10 4 * * *"
