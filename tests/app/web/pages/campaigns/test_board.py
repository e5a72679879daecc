"""The board by name: off unless the office switched it on, and only for those who opted in."""

import re
from datetime import timedelta

import pytest

from app.clock import now
from challenges.campaigns import board
from challenges.campaigns.board import BoardPlace
from challenges.people import consents
from challenges.people.models import Membership

BOARD = "/campaigns/light-meetings/board"
JOIN = "/campaigns/light-meetings/board-places"
LEAVE = "/campaigns/light-meetings/board-place-removals"
SLUGS = ("first-hello", "give-back-15", "thread-week", "ask-when-stuck", "quick-hands")


@pytest.fixture
def campaign(running):
    campaign = running(challenges=[{"slug": slug} for slug in SLUGS])
    campaign.has_board = True
    return campaign


@pytest.fixture
def place(session, campaign, count):
    """``place(cast.colleague, 3)``: that person opted in and has so many steps."""

    def make(person, steps, kana=""):
        person.kana = kana
        board.join(session, campaign, person_id=person.id, at=now())
        for slug in SLUGS[:steps]:
            count(campaign, person, slug)
        session.flush()

    return make


@pytest.fixture
def see(as_, cast):
    def of(person=None, page=1):
        answer = as_(person or cast.staff).get(f"{BOARD}?page={page}")
        assert answer.status_code == 200
        return answer.text

    return of


def names(page):
    """The headings of the bands and the names, as they stand one after the other."""
    part = page.partition('id="board"')[2]
    found = re.findall(r"<h2>(.*?)</h2>|<li>([^<]+?)\s*(?:<span|</li>)", part)
    return [heading or f"- {name.strip()}" for heading, name in found]


def test_without_a_board_there_is_no_page_and_no_way_in(as_, cast, campaign, session):
    campaign.has_board = False
    browser = as_(cast.staff)
    assert browser.get(BOARD).status_code == 404
    assert "名前の一覧" not in browser.get("/campaigns/light-meetings").text
    assert browser.post(JOIN).status_code == 422
    assert session.query(BoardPlace).count() == 0


def test_nobody_is_on_it_who_did_not_say_so(see, campaign, cast, count):
    count(campaign, cast.colleague, "first-hello")
    page = see()
    assert cast.colleague.name not in page
    assert "まだ、だれも載っていません" in page
    assert "あなたの名前は、どこにも出ていません。" in page


def test_one_click_in_and_one_click_out(see, as_, campaign, cast, count, session):
    count(campaign, cast.staff, "first-hello")
    browser = as_(cast.staff)
    assert "名前の一覧に載りました。" in browser.post(JOIN, follow_redirects=True).text
    assert "- 浜口 汐里" in names(see(cast.outsider))
    assert "名前の一覧から外れました。" in browser.post(LEAVE, follow_redirects=True).text
    assert "浜口 汐里" not in see(cast.outsider)


def test_one_leaves_a_board_that_is_switched_off_too(as_, campaign, cast, place, session):
    place(cast.staff, 1)
    campaign.has_board = False
    answer = as_(cast.staff).post(LEAVE)
    assert (answer.status_code, answer.location) == (303, "/campaigns/light-meetings")
    assert session.query(BoardPlace).one().ended_at is not None


def test_three_bands_by_kana_and_ones_own_first(see, place, cast):
    place(cast.colleague, 1, "ヤマモト イツキ")
    place(cast.manager, 2, "ナカムラ ガク")
    place(cast.deputy, 3, "タナカ ナギサ")
    place(cast.outsider, 4, "モリ タイチ")
    place(cast.dx, 5, "ニシ ヒカル")
    few = ["二歩、三歩", "- 田中 渚", "- 中村 岳"]
    one, many = ["一歩", "- 山本 樹"], ["四歩から", "- 西 光", "- 森 太一"]
    assert names(see(cast.staff)) == [*one, *few, *many]
    assert names(see(cast.manager)) == [*few, *one, *many]
    assert names(see(cast.dx)) == [*many, *one, *few]


def test_it_says_no_number_of_steps_and_none_of_people(see, place, cast):
    place(cast.outsider, 5)
    text = re.sub(r"<[^>]+>", "", see().partition('id="board"')[2].partition("</section>")[0])
    assert not re.search(r"\d", text)


def gone(person, session):
    person.deactivated_at = now()


def resting(person, session):
    consents.pause(session, person, at=now())


def still_to_come(person, session):
    membership = session.query(Membership).filter_by(person_id=person.id).one()
    membership.valid_from = now().date() + timedelta(days=20)


@pytest.mark.parametrize("change", [gone, resting, still_to_come])
def test_whoever_is_not_around_is_not_on_it(see, place, cast, session, change):
    place(cast.colleague, 2)
    assert cast.colleague.name in see()
    change(cast.colleague, session)
    assert cast.colleague.name not in see()


def test_whoever_has_no_step_is_not_on_it_yet(see, place, cast):
    place(cast.staff, 0)
    assert "一歩登ると、あなたの名前もここに出ます。" in see()
    assert cast.staff.name not in see(cast.outsider)


def test_nobody_puts_another_on_it(as_, cast, campaign, session):
    as_(cast.manager).post(JOIN, data={"person_id": cast.staff.id})
    [place] = session.query(BoardPlace)
    assert place.person_id == cast.manager.id


@pytest.mark.parametrize("address", [JOIN, LEAVE])
def test_signed_out_nobody_changes_anything(client, campaign, session, address):
    assert client.post(address).status_code == 302
    assert session.query(BoardPlace).count() == 0
