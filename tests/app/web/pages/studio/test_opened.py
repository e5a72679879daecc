"""What owners, deputies and coaches open of the office's pages, and the way there."""

import re

import pytest

from challenges.people import roles
from challenges.vocabulary import CampaignState, Role

LIST = "/office/campaigns"
WAY = "担当の人とコーチの画面へ"


@pytest.fixture
def running(campaign_of, cast, session):
    """A campaign that is open, of outsider's."""
    found = campaign_of()
    found.owner_id = cast.outsider.id
    session.commit()
    return found


@pytest.fixture
def coach(session, cast, at):
    roles.grant_role(session, cast.colleague, Role.COACH, at=at)
    session.commit()
    return cast.colleague


def rows(text):
    return re.findall(r"<tr><th scope=\"row\">([^<]+)</th>", text)


def test_an_owner_finds_their_own_and_no_other(as_, cast, running, draft):
    page = as_(cast.outsider).get(LIST).text
    assert "あなたが担当しているキャンペーンです。" in page
    assert rows(page) == ["会議をかるく"]
    assert f"{LIST}/light-meetings/edit" in page
    assert f"{LIST}/kaizen" not in page


def test_a_deputy_finds_a_draft_too(as_, cast, draft, session):
    draft.deputy_id = cast.deputy.id
    session.commit()
    page = as_(cast.deputy).get(LIST).text
    assert f"{LIST}/kaizen/edit" in page
    assert "ようすを見る" not in page


def test_a_coach_reads_all_and_writes_in_none(as_, coach, running, draft):
    page = as_(coach).get(LIST).text
    assert len(rows(page)) == 2
    assert f'{LIST}/light-meetings"' in page
    assert "/edit" not in page


def test_a_coach_without_a_campaign_is_told_so(as_, coach):
    assert "まだキャンペーンはありません" in as_(coach).get(LIST).text


def test_whoever_opens_some_finds_the_way_from_the_list(as_, cast, coach, running):
    for person, is_there in ((cast.outsider, True), (coach, True), (cast.staff, False)):
        assert (WAY in as_(person).get("/campaigns").text) is is_there


def test_what_was_put_away_is_nobodys_work(as_, cast, running, session):
    running.state = CampaignState.ARCHIVED
    session.commit()
    assert as_(cast.outsider).get(LIST).status_code == 403
    assert WAY not in as_(cast.outsider).get("/campaigns").text


@pytest.mark.parametrize("who", ["owner", "coach"])
def test_no_link_of_their_pages_is_closed_to_them(as_, cast, coach, running, draft, session, who):
    draft.owner_id = cast.outsider.id
    session.commit()
    browser = as_(cast.outsider if who == "owner" else coach)
    seen, coming = set(), {LIST}
    while coming:
        address = coming.pop()
        seen.add(address)
        answer = browser.get(address)
        assert answer.status_code < 400, address
        if answer.mimetype == "text/html":
            found = re.findall(r'href="(/office[^"#?]*)', answer.text)
            coming |= set(found) - seen
    assert f"{LIST}/light-meetings" in seen
