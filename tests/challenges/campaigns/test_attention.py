"""Every night what is scheduled or open is looked over, and its owner is told once."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.campaigns.attention import definition_in_force, look_over
from challenges.campaigns.events import CampaignNeedsAttention
from challenges.campaigns.lint import codes
from challenges.campaigns.models import Campaign
from challenges.catalogue.models import Challenge
from challenges.outbox import Fact
from challenges.vocabulary import CampaignState, Employment

KINDS = (Employment.REGULAR,)


def told(session: Session) -> list[list[str]]:
    facts = select(Fact).where(Fact.kind == CampaignNeedsAttention.kind).order_by(Fact.id)
    return [fact.about["codes"] for fact in session.scalars(facts)]


def retire(session: Session, slug: str, at: datetime | None) -> None:
    session.scalars(select(Challenge).where(Challenge.slug == slug)).one().retired_at = at
    session.flush()


def test_a_sound_campaign_is_no_news(
    session: Session, campaign_of: Callable[..., Campaign], at: datetime
) -> None:
    campaign = campaign_of()
    assert not look_over(session, campaign, kinds=KINDS, at=at)
    assert (campaign.error_codes, told(session)) == ([], [])


def test_the_owner_is_told_once_for_each_set_of_errors(
    session: Session, campaign_of: Callable[..., Campaign], at: datetime
) -> None:
    campaign = campaign_of()
    nights = (at + timedelta(days=n) for n in range(9))
    retire(session, "first-hello", at)
    assert look_over(session, campaign, kinds=KINDS, at=next(nights))
    assert not look_over(session, campaign, kinds=KINDS, at=next(nights))
    retire(session, "give-back-15", at)
    assert look_over(session, campaign, kinds=KINDS, at=next(nights))
    retire(session, "give-back-15", None)
    retire(session, "first-hello", None)
    assert not look_over(session, campaign, kinds=KINDS, at=next(nights))
    retire(session, "first-hello", at)
    assert look_over(session, campaign, kinds=KINDS, at=next(nights))
    assert told(session) == [
        [codes.CHALLENGE_RETIRED],
        [codes.NOTHING_OPEN],
        [codes.CHALLENGE_RETIRED],
    ]
    assert campaign.error_codes == [codes.CHALLENGE_RETIRED]


def test_the_days_are_those_of_today_not_of_the_contract(
    session: Session, campaign_of: Callable[..., Campaign]
) -> None:
    campaign = campaign_of()
    assert campaign.last_day is not None
    campaign.last_day += timedelta(days=3)
    assert definition_in_force(session, campaign).last_day == campaign.last_day


def test_a_draft_has_no_definition_in_force(session: Session, at: datetime) -> None:
    draft = Campaign(slug="draft", created_at=at, state=CampaignState.DRAFT)
    session.add(draft)
    session.flush()
    with pytest.raises(LookupError):
        definition_in_force(session, draft)
