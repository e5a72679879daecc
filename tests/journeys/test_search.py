"""The key "/" leads to the search, unless it is being typed; without a script a button does."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

ROOM = {"width": 1600, "height": 900}
"""Where the header has room for the field."""


def test_the_key_leads_to_the_field_in_the_header(open_as, accessible):
    page = open_as("staff")
    page.set_viewport_size(ROOM)
    page.keyboard.press("/")
    expect(page.locator("#head-q")).to_be_focused()
    expect(page.locator("#head-q")).to_have_value("")
    page.keyboard.type("会議")
    accessible(page)
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_contain_text("「会議」で見つかったもの")


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_where_the_header_has_no_room_it_leads_to_the_page(open_as, size):
    page = open_as("staff", size=size)
    expect(page.locator("#head-q")).to_be_hidden()
    page.keyboard.press("/")
    page.wait_for_url("**/search")
    page.keyboard.press("/")
    expect(page.locator("main #q")).to_be_focused()
    expect(page.locator("main #q")).to_have_value("")


def test_what_is_typed_is_found_in_place(open_as, accessible):
    page = open_as("staff")
    page.goto("/search")
    page.locator("main #q").press_sequentially("会議")
    expect(page.locator("#found h2").first).to_contain_text("チャレンジ")
    page.locator("main #q").fill("zzzz")
    expect(page.locator("#found")).to_contain_text("「zzzz」は見つかりませんでした")
    accessible(page)


@pytest.mark.parametrize("key", ["Control+/", "Alt+/", "Meta+/"])
def test_a_shortcut_of_the_browser_is_left_alone(open_as, key):
    page = open_as("staff")
    page.set_viewport_size(ROOM)
    page.keyboard.press(key)
    expect(page.locator("#head-q")).not_to_be_focused()


def test_whoever_types_a_stroke_writes_it(open_as):
    page = open_as("staff")
    page.goto("/challenges/first-hello")
    words = page.get_by_label("ひとこと", exact=False).first
    words.focus()
    page.keyboard.type("1/2")
    expect(words).to_have_value("1/2")


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_without_javascript_a_button_leads_to_the_search(open_as, size):
    page = open_as("staff", size=size, javascript=False)
    page.locator(".head-search button").click()
    page.locator("main #q").fill("会議")
    page.locator("main").get_by_role("button", name="さがす").click()
    expect(page.locator("h1")).to_contain_text("「会議」で見つかったもの")
