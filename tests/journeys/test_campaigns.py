"""A campaign from its template to what it came to, walked by the people it is for."""

from datetime import timedelta

import pytest
from playwright.sync_api import expect

from app.clock import now
from app.studio import beginning
from challenges.calendar import day_of
from challenges.campaigns.definitions import CampaignDefinition
from tests.app.web.pages.studio.conftest import WHOLE

pytestmark = pytest.mark.journey


@pytest.fixture
def draft(session, cast, dx2):
    """``draft(…)``: the address of a draft of dx's, whole but for what is given."""

    def begin(**changes):
        definition = CampaignDefinition.model_validate({**WHOLE, **changes})
        campaign = beginning.begin(session, definition, by_id=cast.dx.id, at=now())
        session.commit()
        return f"/office/campaigns/{campaign.slug}"

    return begin


@pytest.fixture
def on_now(campaign_of, session):
    """A campaign that opened a week ago, with a board by name."""
    today = day_of(now())
    days = {"first_day": today - timedelta(days=7), "last_day": today + timedelta(days=16)}
    campaign = campaign_of(at=now() - timedelta(days=10), **days)
    campaign.has_board = True
    session.commit()
    return campaign


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_from_a_template_to_published(open_as, accessible, dx2, size):
    page = open_as("dx", size=size)
    page.goto("/office/campaigns/new")
    accessible(page)
    page.get_by_role("radio", name="会議をかるく").check(force=True)
    page.get_by_role("button", name="このひな型で始める").click()
    expect(page.locator("h1")).to_contain_text("「会議をかるく」は、承認を依頼できます。")
    accessible(page)
    page.get_by_role("link", name="承認を依頼する").click()
    page.get_by_label("気になるところがあっても、このまま進める訳").fill("このまま進めます")
    page.get_by_role("button", name="承認を依頼する").click()
    expect(page.locator("#flash")).to_contain_text("承認を依頼しました。")
    address = page.url
    other = open_as("colleague", size=size)
    other.goto(address)
    accessible(other)
    other.get_by_role("button", name="承認して公開する").click()
    expect(other.locator("#flash")).to_contain_text("公開しました。")
    staff = open_as("staff", size=size)
    staff.goto("/campaigns")
    expect(staff.locator("main")).to_contain_text("会議をかるく")
    accessible(staff)


def test_what_nobody_can_climb_is_stopped_and_mended(open_as, draft):
    page = open_as("dx")
    page.goto(f"{draft(challenges=[])}/edit")
    expect(page.locator("h1")).to_contain_text("あと一つ直せば公開できます。")
    page.get_by_role("link", name="直すところへ").click()
    page.get_by_role("button", name="加える").first.click()
    expect(page.locator("h1")).to_contain_text("承認を依頼できます。")


def test_two_editors_lose_no_word(open_as, draft):
    address = f"{draft()}/edit"
    one, other = open_as("dx", javascript=False), open_as("colleague", javascript=False)
    one.goto(address)
    other.goto(address)
    for page, words in ((one, "となりの人に"), (other, "次の人に")):
        page.get_by_label("合いことば", exact=True).fill(words)
        page.get_by_role("button", name="「なにを」を残す").click()
    expect(other.get_by_label("合いことば", exact=True)).to_have_value("次の人に")
    other.get_by_role("link", name="二つを並べて見る").first.click()
    for words in ("となりの人に", "次の人に"):
        expect(other.locator("main")).to_contain_text(words)


def test_staff_take_part_on_a_phone(open_as, accessible, relay, on_now):
    page = open_as("staff", size="phone")
    page.get_by_role("link", name="会議をかるく").first.click()
    expect(page.locator("h1")).to_contain_text("会議をかるく")
    accessible(page)
    page.get_by_role("link", name="やってみる").click()
    page.fill("#reflection-1", "連絡会の案内を、はじめて公開の場に書きました")
    page.locator("#climb form button[type=submit]").first.click()
    expect(page.locator(".celebration")).to_contain_text("「やってみた」の石を置きました。")
    relay()
    page.goto("/campaigns/light-meetings")
    expect(page.locator("#my_part")).to_contain_text("わたしの分は、いま一歩。")
    expect(page.locator("main")).to_contain_text("みんなで1歩")


def test_a_name_is_on_the_board_only_as_long_as_its_person_wants(
    open_as, accessible, climb, cast, session, relay, on_now
):
    climb(cast.staff, "first-hello", at=now())
    session.commit()
    relay()
    page, other = open_as("staff"), open_as("outsider")
    page.goto("/campaigns/light-meetings/board")
    page.get_by_role("button", name="名前を載せる").click()
    expect(page.locator("#board")).to_contain_text("浜口 汐里")
    accessible(page)
    other.goto("/campaigns/light-meetings/board")
    expect(other.locator("#board")).to_contain_text("浜口 汐里")
    page.get_by_role("button", name="名前を外す").click()
    expect(page.locator("#board")).not_to_contain_text("浜口 汐里")
    other.reload()
    expect(other.locator("#board")).not_to_contain_text("浜口 汐里")
