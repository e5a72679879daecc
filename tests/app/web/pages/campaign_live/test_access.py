"""Who may open the office's pages of a campaign and send their forms."""

import pytest
from sqlalchemy import select

from app.slack.posts.models import SlackPost
from challenges.campaigns.reports import CampaignReport

READING = [
    "/office/campaigns/light-meetings",
    "/office/campaigns/light-meetings/days",
    "/office/campaigns/light-meetings/files/units.csv",
    "/office/campaigns/light-meetings/files/funnel.xlsx",
    "/campaigns/light-meetings/report",
    "/campaigns/light-meetings/report/summary.csv",
]
CHANGING = [
    ("get", "/office/campaigns/light-meetings/nudge"),
    ("post", "/office/campaigns/light-meetings/nudges"),
    ("get", "/office/campaigns/light-meetings/report"),
    ("post", "/office/campaigns/light-meetings/reports"),
]


@pytest.mark.parametrize("path", READING)
@pytest.mark.parametrize("who", ["staff", "manager", "deputy", "outsider"])
def test_others_may_not_read(as_, cast, july, who, path):
    assert as_(getattr(cast, who)).get(path).status_code == 403


@pytest.mark.parametrize(("method", "path"), CHANGING)
@pytest.mark.parametrize("who", ["staff", "manager", "coach"])
def test_others_may_not_change(as_, cast, july, session, coach, who, method, path):
    person = coach if who == "coach" else getattr(cast, who)
    assert getattr(as_(person), method)(path).status_code == 403
    assert session.scalars(select(SlackPost)).all() == []
    assert session.scalars(select(CampaignReport)).all() == []


@pytest.mark.parametrize("path", READING)
@pytest.mark.parametrize("who", ["dx", "owner", "deputy", "coach"])
def test_its_people_and_coaches_may_read(as_, cast, july, coach, who, path):
    july.now.owner_id, july.now.deputy_id = cast.staff.id, cast.colleague.id
    people = {"dx": cast.dx, "owner": cast.staff, "deputy": cast.colleague, "coach": coach}
    assert as_(people[who]).get(path).status_code == 200


def test_an_owner_changes_their_own_campaign_alone(as_, cast, july):
    july.now.owner_id = cast.staff.id
    browser = as_(cast.staff)
    assert browser.get("/office/campaigns/light-meetings/nudge").status_code == 200
    assert browser.get("/office/campaigns/last-july/nudge").status_code == 403
    assert browser.get("/office/campaigns/last-july").status_code == 403


@pytest.mark.parametrize(
    "path", ["/office/campaigns/none", "/campaigns/none/report", "/office/campaigns/none/nudge"]
)
def test_an_unknown_campaign_is_not_found(as_, cast, path):
    assert as_(cast.dx).get(path).status_code == 404


def test_visitors_sign_in_first(client, july):
    assert client.get(READING[0]).location.startswith("/sign-in")


def test_a_coach_sees_no_form(as_, july, coach):
    text = as_(coach).get(READING[0]).text
    assert "声かけの下書き" not in text
    assert "所属長に依頼する" not in text
