"""A manager with five minutes: asks back and accepts with one thumb, by keyboard, and by ear."""

import pytest
from playwright.sync_api import Locator, Page, expect

from app.clock import now
from challenges.submissions import submitting
from challenges.submissions.submitting import Evidence
from tests.journeys.hearing import before_sending, heard

pytestmark = pytest.mark.journey

QUESTION = "どの会議を替えたのですか。"
THUMB = 44
"""Pixels that a finger meets without looking."""


@pytest.fixture
def three_waiting(session, cast, catalogue):
    """Three submissions of two people, the oldest of staff."""
    for person, slug in (
        (cast.staff, "meeting-as-post"),
        (cast.colleague, "meeting-as-post"),
        (cast.staff, "why-the-seal"),
    ):
        challenge = catalogue.by_slug[slug]
        submitting.submit(
            session,
            person_id=person.id,
            step=challenge.steps[0],
            version=challenge.version,
            evidence=Evidence(
                "週の連絡会を投稿に替えて、三回続けました。現場の人も昼に読めています。"
            ),
            at=now(),
        )
    session.commit()


def in_reach(place: Locator) -> None:
    """It is in sight, nothing lies over it, and a thumb meets it."""
    expect(place).to_be_in_viewport(ratio=1)
    box = place.bounding_box()
    assert box is not None
    assert box["height"] >= THUMB
    assert place.evaluate(
        """one => {
            const { left, top, width, height } = one.getBoundingClientRect();
            return one.contains(document.elementFromPoint(left + width / 2, top + height / 2));
        }"""
    ), f"something covers {place}"


def rows(page: Page) -> Locator:
    return page.locator(".queue > ol > li")


def test_asking_back_with_one_thumb(open_as, accessible, three_waiting):
    page = open_as("manager", size="phone")
    page.goto("/team")
    for number in range(3):
        ask = rows(page).nth(number).locator("summary", has_text="聞く")
        ask.scroll_into_view_if_needed()
        in_reach(ask)
        ask.click()
        field = rows(page).nth(number).get_by_label("質問")
        expect(field).to_be_focused()
        in_reach(field)
        in_reach(rows(page).nth(number).get_by_role("button", name="聞いてみる"))
        accessible(page)
    page.keyboard.type(QUESTION)
    rows(page).nth(2).get_by_role("button", name="聞いてみる").click()
    expect(page.locator("#said")).to_contain_text("浜口 汐里さんに聞きました。")
    expect(rows(page)).to_have_count(2)


def test_what_was_read_is_accepted_with_one_tap(open_as, accessible, three_waiting):
    page = open_as("manager", size="phone")
    page.goto("/team")
    together = page.get_by_role("button", name="読んだ3件を確認する")
    together.scroll_into_view_if_needed()
    in_reach(together)
    together.click()
    expect(page.locator("h1")).to_contain_text("待っている人はいません。")
    expect(page.locator("#take-back")).to_contain_text("3件をまとめて確認しました。")
    accessible(page)


@pytest.mark.parametrize("javascript", [True, False])
def test_what_is_not_ticked_stays(open_as, three_waiting, javascript):
    page = open_as("manager", size="phone", javascript=javascript)
    page.goto("/team")
    rows(page).nth(1).get_by_role("checkbox").uncheck()
    if javascript:
        expect(page.locator("#bulk")).to_contain_text("読んだ2件を確認する")
    page.locator("#bulk button").click()
    expect(page.locator("#take-back")).to_contain_text("2件をまとめて確認しました。")
    expect(rows(page)).to_have_count(1)


def test_a_row_in_hand_is_not_accepted_with_the_others(open_as, three_waiting):
    page = open_as("manager", size="phone")
    page.goto("/team")
    rows(page).nth(0).locator("summary", has_text="聞く").click()
    page.keyboard.type("どの会議")
    page.get_by_role("button", name="読んだ2件を確認する").click()
    expect(rows(page)).to_have_count(1)
    expect(rows(page).get_by_label("質問")).to_have_value("どの会議")


def by_tab(page: Page, place: Locator) -> None:
    """Press Tab until the place has the focus."""
    for _press in range(60):
        page.keyboard.press("Tab")
        if place.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab does not lead to {place}")


def test_the_same_by_keyboard_and_by_ear(open_as, three_waiting):
    page = open_as("manager", size="phone")
    page.goto("/team")
    first = rows(page).nth(0)
    by_tab(page, first.locator("summary", has_text="聞く"))
    page.keyboard.press("Enter")
    page.keyboard.type(QUESTION)
    assert "断るのではなく" in heard(page), "the field says what the question is for"
    by_tab(page, first.get_by_role("button", name="聞いてみる"))
    before_sending(page)
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(2)
    expect(page.locator("#said")).to_be_focused()
    assert "浜口 汐里さんに聞きました。" in heard(page)
    accept = rows(page).nth(0).get_by_role("button", name="山本さんの一歩を確認する")
    by_tab(page, accept)
    told = heard(page)
    assert "山本さんの一歩を確認する" in told
    assert "その会議、投稿で" in told, "the button says whose and which step"
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(1)
    expect(page.locator("#take-back")).to_be_focused()
    assert "山本 樹さんの一歩を確認しました。" in heard(page)
    by_tab(page, page.get_by_role("button", name="浜口さんの一歩を確認する"))
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("待っている人はいません。")
    assert "浜口 汐里さんの一歩を確認しました。" in heard(page)


PAGES = {
    "staff": (
        *("/", "/challenges", "/challenges/first-hello", "/badges", "/settings", "/about"),
        *("/campaigns", "/notices", "/people", "/me/way", "/search?q=会議", "/dashboard"),
    ),
    "manager": ("/team", "/team/units", "/people/3"),
    "dx": (
        *("/office", "/office/completions?q=staff", "/office/promise", "/office/campaigns"),
        *("/office/reports", "/office/dashboard", "/office/audit"),
    ),
}


@pytest.mark.parametrize("who", PAGES)
def test_nothing_covers_the_page_when_enlarged_four_times(open_as, three_waiting, who):
    page = open_as(who)
    page.set_viewport_size({"width": 320, "height": 256})  # 1280 × 1024 at 400 %
    for address in PAGES[who]:
        page.goto(address)
        stuck = page.evaluate(
            """[...document.querySelectorAll("body *")]
                .filter(one => one.checkVisibility())
                .filter(one => ["fixed", "sticky"].includes(getComputedStyle(one).position))
                .map(one => one.outerHTML.slice(0, 80))"""
        )
        assert stuck == [], address
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
