"""What follows from the snapshots is made once a night, whoever asks for it."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.db.sessions import Database
from app.queries.nightly import kept
from challenges.campaigns.models import Campaign, CampaignSnapshot

YESTERDAY = date(2026, 7, 14)


@pytest.fixture
def ask(
    session: Session, database: Database, campaign_of: Callable[..., Campaign]
) -> tuple[Campaign, Callable[..., int]]:
    """The campaign, and ``ask(what, until)`` as a request of its own: how often it was made."""
    campaign = campaign_of()
    times: dict[str, int] = {}

    def do(what: str = "shares", until: date = YESTERDAY) -> int:
        session.commit()

        def make() -> int:
            times[what] = times.get(what, 0) + 1
            return times[what]

        with database.reading(for_request=True) as reading:
            return kept(reading, campaign, what, until=until, make=make)

    return campaign, do


def add_snapshot(session: Session, campaign: Campaign, at: datetime) -> None:
    row: dict[str, Any] = {"campaign_id": campaign.id, "figures": {}, "made_at": at}
    session.merge(CampaignSnapshot(day=YESTERDAY, **row))


def test_other_requests_get_what_the_first_one_made(ask: Any) -> None:
    _, ask_for = ask
    assert [ask_for(), ask_for()] == [1, 1]
    assert ask_for("live") == 1


def test_it_is_made_again_after_a_night(session: Session, ask: Any, at: datetime) -> None:
    campaign, ask_for = ask
    ask_for()
    for number in range(2):
        add_snapshot(session, campaign, at + timedelta(days=number))
        assert [ask_for(), ask_for()] == [number + 2, number + 2]


def test_it_is_made_again_for_other_days_and_rules(session: Session, ask: Any) -> None:
    campaign, ask_for = ask
    ask_for()
    assert ask_for(until=date(2026, 7, 13)) == 2
    campaign.last_day = date(2026, 8, 9)
    assert ask_for(until=date(2026, 7, 13)) == 3


def test_last_years_numbers_count_too(
    session: Session, ask: Any, campaign_of: Callable[..., Campaign], at: datetime
) -> None:
    campaign, ask_for = ask
    before = campaign_of(slug="before", first_day="2025-07-01", last_day="2025-07-31")
    campaign.cloned_from_id = before.id
    ask_for()
    add_snapshot(session, before, at)
    assert ask_for() == 2
