"""The preview of a draft is the very page that staff will read."""

import re
from datetime import timedelta

import pytest

from app.clock import now
from app.studio import beginning
from challenges.calendar import day_of
from challenges.campaigns.definitions import CampaignDefinition
from tests.app.web.pages.studio.conftest import WHOLE

PREVIEW = "/office/campaigns/light-meetings/preview/page"


@pytest.fixture
def running(campaign_of):
    """``running(…)``: a campaign that began today, so its draft and its page stand side by side."""

    def make(**changes):
        first = day_of(now())
        return campaign_of(
            at=now(), first_day=first, last_day=first + timedelta(days=20), **changes
        )

    return make


@pytest.fixture
def draft_with(session, cast):
    """``draft_with(…)``: a draft with these values and no others."""

    def begin(**values):
        definition = CampaignDefinition.model_validate({"slug": "light-meetings", **values})
        campaign = beginning.begin(session, definition, by_id=cast.dx.id, at=now())
        session.commit()
        return campaign

    return begin


def main_of(text):
    """What stands between the head and the foot, but for the number of the version and the log."""
    main = re.search(r"<main.*?</main>", text, re.DOTALL)[0]
    main = re.sub(r'<section class="card" id="log">.*?</section>', "", main, flags=re.DOTALL)
    main = re.sub(r"第\d版|Version \d", "", main)
    # Of the reader alone: their token, and where their browser keeps what they write.
    main = re.sub(r'name="csrf_token" value="[^"]*"|data-draft="[^"]*"', "", main)
    return re.sub(r"\s+", " ", main)


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"audience": {"units": ["農林部", "デジタル部/改革課"]}},
        {"challenges": [{"slug": "first-hello", "steps": [1]}, {"slug": "why-the-seal"}]},
        {"goal": {"kind": "share", "target": 40}, "cover": "boats"},
    ],
)
def test_it_is_what_staff_read(as_, cast, session, running, language, changes):
    campaign = running(**changes)
    campaign.has_board = True
    cast.staff.language = language
    session.commit()
    preview = as_(cast.dx).get(f"{PREVIEW}?language={language}").text
    reader = cast.outsider if "audience" in changes else cast.staff
    reader.language = language
    session.commit()
    assert main_of(preview) == main_of(as_(reader).get("/campaigns/light-meetings").text)


def test_one_for_managers_shows_what_managers_read(as_, cast, running):
    running(audience={"managers": True}, challenges=[{"slug": "start-with-myself"}])
    preview = as_(cast.dx).get(PREVIEW).text
    assert main_of(preview) == main_of(as_(cast.manager).get("/campaigns/light-meetings").text)


def test_the_frame_is_a_page_of_its_own_for_phone_and_desk(as_, cast, draft):
    browser = as_(cast.dx)
    for width in ("phone", "desk"):
        for language in ("ja", "en"):
            address = f"/office/campaigns/kaizen/preview?width={width}&language={language}"
            text = browser.get(address).text
            assert f'src="/office/campaigns/kaizen/preview/page?language={language}' in text
            assert ("desk-frame" in text) is (width == "desk")


def test_what_is_still_missing_is_said_and_not_invented(as_, cast, draft_with):
    draft_with()
    text = main_of(as_(cast.dx).get(PREVIEW).text)
    assert "<h1>（名前はこれから）</h1>" in text
    assert text.count("（日にちはこれから）") == 2
    assert not re.search(r"\d{4}年|月\d+日", text.partition('id="promise"')[0])
    english = as_(cast.dx).get(f"{PREVIEW}?language=en").text
    assert "これから" not in main_of(english)


@pytest.mark.parametrize(
    "days",
    [
        {"first_day": "2099-06-01"},
        {"last_day": "2099-06-30"},
        {"first_day": "2099-06-30", "last_day": "2099-06-01"},
    ],
)
def test_half_a_period_is_none(as_, cast, draft_with, days):
    draft_with(**days)
    assert "（日にちはこれから）" in as_(cast.dx).get(PREVIEW).text


def test_before_it_begins_it_shows_the_first_day(as_, cast, draft):
    text = as_(cast.dx).get("/office/campaigns/kaizen/preview/page").text
    assert "はじめの一声" in text
    assert "あと四週間" in text
    assert "2099年6月1日" in text


def test_what_the_office_itself_has_climbed_is_not_in_it(as_, cast, running, climb):
    running()
    before = main_of(as_(cast.dx).get(PREVIEW).text)
    climb(cast.dx, "first-hello", at=now())
    assert main_of(as_(cast.dx).get(PREVIEW).text) == before
    assert "わたしの分は、これから。" in before


def test_a_draft_with_a_challenge_that_is_gone_is_shown_all_the_same(as_, cast, draft_with):
    draft_with(**{**WHOLE, "slug": "light-meetings", "challenges": [{"slug": "gone"}]})
    assert as_(cast.dx).get(PREVIEW).status_code == 200


def test_the_office_sees_the_sections_of_staff_in_it(as_, cast, draft_with):
    draft_with()
    browser = as_(cast.dx)
    assert 'href="/office"' not in browser.get(PREVIEW).text
    assert 'href="/office"' in browser.get("/campaigns").text


def test_it_says_nothing_that_the_page_around_it_has_to_say(as_, cast, draft_with):
    draft_with()
    browser = as_(cast.dx)
    browser.post(
        "/office/campaigns/light-meetings/parts/what", data={"act": "keep", "ja.name": "名"}
    )
    assert "残しました。" not in browser.get(PREVIEW).text
    assert "残しました。" in browser.get("/office/campaigns/light-meetings/edit").text
