"""Campaigns around today, and what counts in them as counting.py would have stored it."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.clock import now
from challenges.calendar import day_of
from challenges.campaigns.models import (
    Campaign,
    CampaignCount,
    CampaignPart,
    CampaignTotal,
)
from challenges.people.models import Person
from challenges.submissions.models import Completion
from challenges.vocabulary import CampaignState


@pytest.fixture
def today() -> date:
    return day_of(now())


@pytest.fixture
def running(campaign_of: Callable[..., Campaign], today: date) -> Callable[..., Campaign]:
    """``running(days=(-3, 16), …)``: a campaign that began three days ago and lasts 16 more."""

    def make(days: tuple[int, int] = (-3, 16), **changes: Any) -> Campaign:
        first, last = (today + timedelta(days=one) for one in days)
        campaign = campaign_of(at=now(), first_day=first, last_day=last, **changes)
        if campaign.state is not CampaignState.SCHEDULED:
            campaign.opened_at = now()
        return campaign

    return make


@pytest.fixture
def count(session: Session, climb: Callable[..., Completion]) -> Callable[..., Completion]:
    """``count(campaign, person, "first-hello", words=…)``: a step that is stored as counting.

    With ``words`` the person shows them.
    """

    def make(
        campaign: Campaign, person: Person, slug: str, step: int = 1, words: str = ""
    ) -> Completion:
        done = climb(person, slug, step, at=now())
        done.submission.reflection = words
        done.submission.words_shown_at = now() if words else None
        session.add(
            CampaignCount(
                campaign_id=campaign.id,
                completion_id=done.id,
                person_id=person.id,
                unit_id=done.unit_id,
                day=day_of(now()),
            )
        )
        part = session.get(CampaignPart, (campaign.id, person.id))
        if part:
            part.steps += 1
        else:
            session.add(CampaignPart(campaign_id=campaign.id, person_id=person.id, steps=1))
        session.flush()
        total = session.get_one(CampaignTotal, campaign.id)
        total.steps += 1
        mine = CampaignPart.campaign_id == campaign.id
        total.people = session.scalar(select(func.count()).where(mine)) or 0
        session.flush()
        return done

    return make
