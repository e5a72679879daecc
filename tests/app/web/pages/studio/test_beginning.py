"""The four ways to begin a campaign: empty, a template, an earlier one, a file."""

import io

import pytest

from app.clock import now
from app.studio import audit, drafts
from app.studio.audit import AuditSearch
from challenges.calendar import day_of
from challenges.campaigns import files
from challenges.campaigns.models import Campaign
from challenges.campaigns.reports import CampaignReport

NEW = "/office/campaigns"


def begun(session, answer):
    assert answer.status_code == 303, answer.text
    slug = answer.location.split("/")[3]
    session.expire_all()
    campaign = session.query(Campaign).filter_by(slug=slug).one()
    return campaign, drafts.draft_of(session, campaign.id).definition


def test_a_template_is_ready_to_be_sent_but_for_the_units(session, as_, cast):
    browser = as_(cast.dx)
    page = browser.get("/office/campaigns/new").text
    assert 'value="kaizen-month"' in page
    answer = browser.post(NEW, data={"way": "template", "template": "kaizen-month"})
    campaign, definition = begun(session, answer)
    assert definition.first_day > day_of(now())
    assert campaign.owner_id == cast.dx.id
    again = browser.post(NEW, data={"way": "template", "template": "kaizen-month"})
    assert begun(session, again)[0].slug == f"{campaign.slug}-2"


def test_last_years_becomes_this_years(session, as_, cast, campaign_of):
    earlier = campaign_of(audience={"units": ["デジタル部/改革課", "なくなった課"]})
    session.add(CampaignReport(campaign_id=earlier.id, do_differently="短くする", written_at=now()))
    session.commit()
    browser = as_(cast.dx)
    assert "会議をかるく（7月1日（水））" in browser.get("/office/campaigns/new").text
    answer = browser.post(NEW, data={"way": "campaign", "source": "light-meetings"})
    campaign, definition = begun(session, answer)
    assert campaign.cloned_from_id == earlier.id
    assert definition.first_day.year == 2027
    assert definition.lessons == "短くする"
    assert "次はこうする" in browser.get(answer.location).text


def test_a_file_comes_back_as_the_same(session, as_, cast, draft):
    browser = as_(cast.dx)
    exported = browser.get("/office/campaigns/kaizen/export")
    assert "attachment" in exported.headers["Content-Disposition"]
    before = drafts.draft_of(session, draft.id).definition
    assert files.from_yaml(exported.text).digest() == before.digest()
    for data in (
        {"way": "file", "text": exported.text},
        {"way": "file", "file": (io.BytesIO(exported.data), "kaizen.yaml")},
    ):
        campaign, definition = begun(session, browser.post(NEW, data=data))
        assert definition.model_copy(update={"slug": "kaizen"}) == before
        assert campaign.slug != "kaizen"
    assert audit.search(session, AuditSearch(act="imported"), limit=5)[0].after["slug"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"way": "empty", "name": " "}, "名前を書いてください。"),
        ({"way": "empty", "name": "長" * 61}, "名前は、60字までで書いてください。"),
        ({"way": "template", "template": "none"}, "ひな型を選んでください。"),
        ({"way": "campaign", "source": ""}, "もとにするキャンペーンを選んでください。"),
        ({"way": "file", "text": ""}, "ファイルを選ぶか、中身を貼りつけてください。"),
        (
            {"way": "file", "text": "schema_version: 1\nslug: a\nblame: me"},
            "3行目の「blame」：この名前の項目はありません。",
        ),
        (
            {"way": "file", "text": "schema_version: 1\nslug: a\nfirst_day: soon\ncover: beer"},
            "3行目の「first_day」：日付ではありません。2026-06-01のように書いてください。",
        ),
        ({"way": "file", "text": "schema_version: 9\nslug: a"}, "ファイルの形が合いません"),
        ({"way": "file", "text": "["}, "このファイルは読めませんでした。"),
    ],
)
def test_what_cannot_begin_says_why(session, as_, cast, data, said):
    answer = as_(cast.dx).post(NEW, data=data)
    assert answer.status_code == 422
    assert said in answer.text
    assert session.query(Campaign).count() == 0


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * 200_001])
def test_a_file_that_is_no_text_is_refused(as_, cast, content):
    data = {"way": "file", "file": (io.BytesIO(content), "a.yaml")}
    assert as_(cast.dx).post(NEW, data=data).status_code == 422
