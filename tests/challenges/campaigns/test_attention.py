"""Every night what is scheduled or open is looked over, and its owner is told once."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from challenges.campaigns.attention import definition_in_force, look_over, note
from challenges.campaigns.events import CampaignNeedsAttention
from challenges.campaigns.lint import codes
from challenges.campaigns.models import Campaign
from challenges.catalogue.models import Challenge
from challenges.outbox import Fact
from challenges.vocabulary import CampaignState, Employment

KINDS = (Employment.REGULAR,)
TOMORROW = date(2026, 7, 16)


def told(session: Session) -> list[list[str]]:
    facts = select(Fact).where(Fact.kind == CampaignNeedsAttention.kind).order_by(Fact.id)
    return [fact.about["codes"] for fact in session.scalars(facts)]


def retire(session: Session, slug: str, at: datetime | None) -> None:
    session.scalars(select(Challenge).where(Challenge.slug == slug)).one().retired_at = at
    session.flush()


def is_news(session: Session, campaign: Campaign, *, at: datetime) -> bool:
    before = len(told(session))
    assert note(session, look_over(session, campaign, kinds=KINDS, at=at), at=at)
    return len(told(session)) > before


def test_a_sound_campaign_is_no_news(
    session: Session, campaign_of: Callable[..., Campaign], at: datetime
) -> None:
    campaign = campaign_of()
    assert not is_news(session, campaign, at=at)
    assert (campaign.error_codes, told(session)) == ([], [])


def test_the_owner_is_told_once_for_each_set_of_errors(
    session: Session, campaign_of: Callable[..., Campaign], at: datetime
) -> None:
    campaign = campaign_of()
    nights = (at + timedelta(days=n) for n in range(9))
    retire(session, "first-hello", at)
    assert is_news(session, campaign, at=next(nights))
    assert not is_news(session, campaign, at=next(nights))
    retire(session, "give-back-15", at)
    assert is_news(session, campaign, at=next(nights))
    retire(session, "give-back-15", None)
    retire(session, "first-hello", None)
    assert not is_news(session, campaign, at=next(nights))
    retire(session, "first-hello", at)
    assert is_news(session, campaign, at=next(nights))
    assert told(session) == [
        [codes.CHALLENGE_RETIRED],
        [codes.NOTHING_OPEN],
        [codes.CHALLENGE_RETIRED],
    ]
    assert campaign.error_codes == [codes.CHALLENGE_RETIRED]


@pytest.mark.parametrize("change", [{"version": 2}, {"state": "CLOSED"}, {"last_day": TOMORROW}])
def test_what_was_found_before_a_campaign_changed_is_not_noted(
    session: Session, campaign_of: Callable[..., Campaign], at: datetime, change: dict[str, object]
) -> None:
    campaign = campaign_of()
    retire(session, "first-hello", at)
    looked = look_over(session, campaign, kinds=KINDS, at=at)
    session.execute(update(Campaign).values(change))
    assert not note(session, looked, at=at)
    assert (campaign.error_codes, told(session)) == (None, [])


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
