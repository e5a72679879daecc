"""Campaigns on Home: a quiet line each, at most two, and steps of them are suggested first."""

from datetime import timedelta

import pytest

from app.clock import now
from challenges.campaigns.pauses import DisasterPause
from challenges.people import consents
from challenges.people.models import UncountedPeriod
from challenges.vocabulary import CampaignState


@pytest.fixture
def band(as_, cast):
    """``band()``: the campaigns on Home of staff."""

    def of(person=None):
        page = as_(person or cast.staff).get("/").text
        return page.partition('aria-label="いまのキャンペーン"')[2].partition("</ul>")[0]

    return of


def test_a_line_says_the_name_the_time_and_the_next_step(band, running):
    running((-3, 17), challenges=[{"slug": "give-back-15"}])
    said = band()
    assert "会議をかるく" in said
    assert "あと二週間半です。" in said
    assert 'href="/challenges/give-back-15"' in said


def test_at_most_two_and_those_that_end_first(band, running):
    for number in (9, 3, 6):
        running((-1, number), slug=f"ends-in-{number}")
    said = band()
    assert said.count("campaign-band") == 2
    assert said.index("ends-in-3") < said.index("ends-in-6")


@pytest.mark.parametrize(
    "how",
    [
        {"days": (1, 9), "state": CampaignState.SCHEDULED},
        {"days": (-9, -1)},
        {"days": (-9, 5), "state": CampaignState.CLOSED},
        {"audience": {"units": ["農林部"]}},
    ],
)
def test_what_is_not_on_or_does_not_reach_me_is_not_there(band, running, how):
    running(**how)
    assert band() == ""


def test_nothing_for_people_on_a_rest_or_on_days_that_do_not_count(
    band, running, cast, session, today
):
    running()
    consents.pause(session, cast.staff, at=now())
    session.add(UncountedPeriod(person_id=cast.colleague.id, first_day=today))
    assert band() == band(cast.colleague) == ""


def test_in_a_disaster_nothing_is_asked(band, running, cast, session, today):
    running(challenges=[{"slug": "quick-hands"}])
    session.add(
        DisasterPause(first_day=today, reason="台風", begun_at=now(), begun_by_id=cast.dx.id)
    )
    said = band()
    assert "いまは災害対応が先です。" in said
    assert "/challenges/" not in said


def test_steps_of_the_campaign_are_suggested_first(as_, cast, running, catalogue):
    offered = [one for one in catalogue.challenges if one.audience == "everyone"]
    longest = max(offered, key=lambda one: one.minutes)
    title = f"<h2>{longest.wording['ja'].title}</h2>"
    assert title not in as_(cast.staff).get("/").text
    running(challenges=[{"slug": longest.slug}])
    assert title in as_(cast.staff).get("/").text


def test_a_step_that_does_not_count_is_not_the_campaigns(band, running, cast, climb):
    running(challenges=[{"slug": "give-back-15", "steps": [1]}])
    climb(cast.staff, "give-back-15", at=now() - timedelta(days=1))
    said = band()
    assert "会議をかるく" in said
    assert "/challenges/" not in said


def test_it_costs_one_statement_and_only_while_one_is_on(
    app, as_, cast, session, running, count_statements
):
    browser, engine = as_(cast.staff), app.extensions["stepup_database"].engine

    def cost():
        session.commit()
        browser.get("/")
        with count_statements(engine) as statements:
            browser.get("/")
        return len(statements)

    without = cost()
    campaign = running()
    assert cost() == without + 1
    running(slug="second"), running(slug="third")
    assert cost() == without + 1
    for one in session.query(type(campaign)):
        one.state = CampaignState.CLOSED
    assert cost() == without
