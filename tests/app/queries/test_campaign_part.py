"""One's own part in a campaign, as it is read for the page."""

from datetime import timedelta

import pytest

from app.queries.campaign_part import my_steps

BEFORE = timedelta(days=40)


@pytest.fixture
def campaign(campaign_of):
    """From 1 to 31 July, for everybody, with one challenge."""
    return campaign_of(challenges=[{"slug": "first-hello"}])


def test_what_counts_is_part_of_what_was_climbed(session, campaign, cast, climb):
    counted = climb(cast.staff, "first-hello")
    other = climb(cast.staff, "give-back-15")
    mine = my_steps(session, campaign.id, cast.staff.id)
    assert mine.climbed == {counted.step_id, other.step_id}
    assert mine.counted == {counted.step_id}


def test_what_was_climbed_before_does_not_count(session, campaign, cast, climb, at):
    step = climb(cast.staff, "first-hello", at=at - BEFORE).step_id
    mine = my_steps(session, campaign.id, cast.staff.id)
    assert (mine.climbed, mine.counted) == ({step}, frozenset())


def test_outside_the_audience_nothing_counts(session, campaign_of, cast, climb):
    campaign = campaign_of(challenges=[{"slug": "first-hello"}], audience={"managers": True})
    step = climb(cast.staff, "first-hello").step_id
    mine = my_steps(session, campaign.id, cast.staff.id)
    assert (mine.climbed, mine.counted) == ({step}, frozenset())


def test_what_was_taken_back_is_not_there(session, campaign, cast, climb, at):
    climb(cast.staff, "first-hello").voided_at = at
    session.flush()
    mine = my_steps(session, campaign.id, cast.staff.id)
    assert not mine.climbed
    assert not mine.counted
