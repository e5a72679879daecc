"""The bell: what was read on one device is read on all, by script and without."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey

WRITTEN = "どの会議を替えたのですか。"
TOLD = "中村 岳さんから質問が届きました"


@pytest.fixture
def asked(ask_staff):
    """The manager asked staff about a step."""
    ask_staff("meeting-as-post", WRITTEN)


def count(page: Page):
    return page.locator("#bell .count")


def a_minute_later(page: Page) -> None:
    """The page asks once a minute while it is seen."""
    page.clock.run_for("01:05")


def test_read_on_one_device_is_read_on_all(open_as, accessible, asked):
    desk, phone = open_as("staff"), open_as("staff", size="phone")
    for page in (desk, phone):
        page.clock.install()
        page.reload()
        expect(count(page)).to_contain_text("1")
    desk.locator("#bell").click()
    panel = desk.locator("#notice_panel")
    expect(panel.get_by_role("button", name=TOLD)).to_be_visible()
    accessible(desk)
    panel.get_by_role("button", name=TOLD).click()
    expect(desk.locator("#climb")).to_contain_text(WRITTEN)
    expect(count(desk)).to_have_count(0)
    expect(count(phone)).to_contain_text("1")
    a_minute_later(phone)
    expect(count(phone)).to_have_count(0)
    phone.locator("#bell").click()
    expect(phone.locator("#notices .is-unread")).to_have_count(0)
    expect(phone.locator("#notices")).to_contain_text(TOLD)
    accessible(phone)


def test_what_comes_meanwhile_is_counted_on_the_open_page(open_as, asked, ask_staff):
    page = open_as("staff")
    page.clock.install()
    page.reload()
    expect(count(page)).to_contain_text("1")
    ask_staff("why-the-seal", "どの様式のはんこですか。")
    a_minute_later(page)
    expect(count(page)).to_contain_text("2")


HIDE = """state => {
  Object.defineProperty(document, 'visibilityState', { value: state, configurable: true });
  document.dispatchEvent(new Event('visibilitychange'));
}"""
"""As the browser says of a page that nobody sees."""


def test_a_page_that_nobody_sees_asks_nothing(open_as, asked, ask_staff):
    page = open_as("staff")
    page.clock.install()
    page.reload()
    expect(count(page)).to_contain_text("1")
    asking = []
    page.on("request", lambda one: asking.append(one.url) if "unread" in one.url else None)
    page.evaluate(HIDE, "hidden")
    ask_staff("why-the-seal", "どの様式のはんこですか。")
    for _minute in range(5):
        a_minute_later(page)
    assert asking == []
    expect(count(page)).to_contain_text("1")
    page.evaluate(HIDE, "visible")
    expect(count(page)).to_contain_text("2")
    assert len(asking) == 1
    with page.expect_request("**/notices/unread"):
        a_minute_later(page)
    assert len(asking) == 2


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_without_javascript_the_bell_is_a_page(open_as, asked, size):
    page = open_as("staff", size=size, javascript=False)
    other = open_as("staff", size=size, javascript=False)
    page.locator("#bell").click()
    expect(page.locator("h1")).to_contain_text("お知らせ")
    page.get_by_role("button", name="すべて読んだことにする").click()
    expect(page.locator("#flash")).to_contain_text("すべて読んだことにしました。")
    other.goto("/notices")
    expect(count(other)).to_have_count(0)
    expect(other.locator("#notices .is-unread")).to_have_count(0)
    other.get_by_role("button", name=TOLD).click()
    expect(other.locator("#climb")).to_contain_text(WRITTEN)


def test_the_panel_is_left_by_escape_and_the_bell_has_the_focus(open_as, asked):
    page = open_as("staff")
    page.locator("#bell").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#notice_panel button").first).to_be_focused()
    expect(page.locator("#bell")).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Escape")
    expect(page.locator("#notice_panel")).to_be_hidden()
    expect(page.locator("#bell")).to_be_focused()
