"""A member of staff climbs a step in ten minutes, with any device and keyboard."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PASSWORD, SIZES
from tests.journeys.english import ask_for_english, reads_english

pytestmark = pytest.mark.journey

PAGES = (
    "/",
    "/challenges",
    "/challenges/first-hello",
    "/challenges/dx-words/quiz",
    "/badges",
    "/badges/first-step",
    "/settings",
)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_first_step_and_the_first_badge(open_as, accessible, relay, size):
    page = open_as("staff", size=size)
    expect(page.locator("h1")).to_contain_text("次の一歩は")
    page.goto("/challenges/first-hello")
    page.fill("#reflection-1", "朝のひとことを書きました")
    page.get_by_role("button", name="やってみた").click()
    celebration = page.locator(".celebration")
    expect(celebration).to_contain_text("「やってみた」の石を置きました。")
    expect(celebration).to_contain_text("バッジ「はじめの一歩」が届きました。")
    expect(celebration).to_contain_text("次は「慣れた」")
    expect(celebration.locator("h2")).to_be_focused()
    accessible(page)
    relay()
    celebration.get_by_role("link", name="バッジ「はじめの一歩」").click()
    expect(page.locator(".badge-head")).to_contain_text("に届きました")
    why = page.locator("#evidence")
    expect(why).to_have_text("届いたわけ")
    expect(why.locator("+ .timeline")).to_contain_text("はじめの一声")
    accessible(page)


@pytest.mark.parametrize(("motion", "animation"), [("no-preference", "settle"), ("reduce", "none")])
def test_the_celebration_respects_reduced_motion(open_as, motion, animation):
    page = open_as("staff", motion=motion)
    page.goto("/challenges/first-hello")
    page.fill("#reflection-1", "朝のひとことを書きました")
    page.get_by_role("button", name="やってみた").click()
    picture = page.locator(".celebration-picture :is(.badge, .settle)").first
    expect(picture).to_be_visible()
    assert picture.evaluate("one => getComputedStyle(one).animationName") == animation


def test_a_form_error_is_shown_beside_the_field(open_as, accessible):
    page = open_as("staff")
    page.goto("/challenges/ask-when-stuck")
    page.fill("#link-1", "https:// ")
    page.fill("#reflection-1", "聞けました")
    page.evaluate("document.querySelector('#step-1 form').noValidate = true")
    page.get_by_role("button", name="やってみた").click()
    expect(page.locator("#link-1-error")).to_contain_text("https:// か http://")
    expect(page.locator("#link-1")).to_be_focused()
    expect(page.locator("#reflection-1")).to_have_value("聞けました")
    accessible(page)


def test_text_survives_a_network_failure(open_as):
    page = open_as("staff")
    page.goto("/challenges/first-hello")
    page.fill("#reflection-1", "電車の中で書きました。")
    page.context.set_offline(True)
    page.click("#step-1 button:has-text('やってみた')")
    expect(page.locator("#flash")).to_contain_text("通信できませんでした")
    expect(page.locator("#reflection-1")).to_have_value("電車の中で書きました。")
    page.context.set_offline(False)
    page.click("#step-1 button:has-text('やってみた')")
    expect(page.locator(".celebration")).to_be_visible()


def test_text_survives_an_error_page_of_a_proxy(open_as):
    page = open_as("staff")
    page.goto("/challenges/first-hello")
    page.fill("#reflection-1", "再起動の間に書きました。")
    away = (
        "<html><head><title>502 Bad Gateway</title></head>"
        "<body><h1>502 Bad Gateway</h1></body></html>"
    )
    page.route(
        "**/submissions",
        lambda route: route.fulfill(status=502, content_type="text/html", body=away),
    )
    page.click("#step-1 button:has-text('やってみた')")
    expect(page.locator("#flash")).to_contain_text("通信できませんでした")
    expect(page.locator("#reflection-1")).to_have_value("再起動の間に書きました。")
    assert "Bad Gateway" not in page.content()
    page.unroute("**/submissions")
    page.click("#step-1 button:has-text('やってみた')")
    expect(page.locator(".celebration")).to_be_visible()


def test_an_ended_session_loses_no_text(open_as):
    page, other = open_as("staff"), open_as("staff")
    page.goto("/challenges/first-hello")
    page.fill("#reflection-1", "昼休みに書きました。")
    other.goto("/settings")
    other.click("text=ほかの端末すべてでサインアウトする")
    expect(other.locator("#flash")).to_contain_text("ほかのすべての端末で")
    page.click("#step-1 button:has-text('やってみた')")
    expect(page.locator("#flash")).to_contain_text("もう一度サインインしてください")
    expect(page.locator("#reflection-1")).to_have_value("昼休みに書きました。")
    page.click("#flash >> text=サインインする")
    page.fill("#name", "staff")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    expect(page).to_have_url(re.compile("/challenges/first-hello$"))


def test_filtering_changes_the_address_and_the_list(open_as):
    page = open_as("staff")
    page.goto("/challenges")
    page.fill("#q", "会議")
    page.wait_for_url("**q=%E4%BC%9A%E8%AD%B0**")
    expect(page.locator("#found")).to_contain_text("その会議、投稿で")
    expect(page.locator("#found")).not_to_contain_text("絵文字の約束")
    page.reload()
    expect(page.locator("#q")).to_have_value("会議")


def test_everything_works_by_keyboard(open_as):
    page = open_as("staff")
    page.goto("/challenges/first-hello")
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    page.locator("#reflection-1").focus()
    page.keyboard.type("キーボードで書きました")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".celebration")).to_contain_text("石を置きました")


def test_every_section_fits_the_narrowest_phone(open_as):
    page = open_as("manager")
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/team")
    row = page.locator(".sections > a, .sections summary").filter(visible=True)
    assert row.count() >= 4
    for section in row.all():
        expect(section).to_be_in_viewport(ratio=1)
    page.locator(".sections summary").click()
    for section in page.locator(".sections details a").all():
        expect(section).to_be_in_viewport(ratio=1)


def test_without_javascript_everything_works(open_as):
    page = open_as("staff", javascript=False)
    page.goto("/challenges?mindset=LEARN")
    page.fill("#q", "声")
    page.locator("main").get_by_role("button", name="さがす").click()
    page.get_by_role("link", name="はじめの一声").click()
    page.fill("#reflection-1", "書きました")
    page.get_by_role("button", name="やってみた").click()
    expect(page.locator(".celebration")).to_contain_text("石を置きました")
    page.goto("/challenges/dx-words/quiz")
    for group in page.locator("fieldset").all():
        group.locator("input").first.check()
    page.get_by_role("button", name="答え合わせをする").click()
    expect(page.locator("h1")).to_contain_text("10問中")
    page.get_by_role("button", name="サインアウト").click()
    expect(page.locator("h1")).to_contain_text("ようこそ")


def test_every_page_is_available_in_english(open_as, accessible):
    page = open_as("staff", locale="en-GB")
    ask_for_english(page)
    for path in (*PAGES, "/people/1"):
        page.goto(path)
        reads_english(page)
        accessible(page)


def test_a_step_a_question_and_a_change_of_mind_in_english(open_as, accessible):
    page, manager = open_as("staff", locale="en-GB"), open_as("manager", locale="en-GB")
    for one in (page, manager):
        ask_for_english(one)
        expect(one.locator("html")).to_have_attribute("lang", "en")
    page.goto("/challenges/first-hello")
    page.fill("#reflection-1", "I said hello.")
    page.get_by_role("button", name="Tried it").click()
    expect(page.locator(".celebration")).to_be_visible()
    reads_english(page)
    page.get_by_role("link", name="Take this completion back").click()
    expect(page).to_have_url(re.compile("/withdrawal$"))
    reads_english(page)
    page.goto("/challenges/meeting-as-post")
    page.fill("#reflection-1", "We turned it into a post.")
    page.get_by_role("button", name="Ask for a check").click()
    expect(page.locator("#climb")).to_contain_text("We turned it into a post.")
    reads_english(page)
    manager.goto("/team")
    reads_english(manager)
    accessible(manager)
    manager.get_by_label("Ask 浜口 汐里").click()
    manager.get_by_label("Your question").fill("Which meeting was it?")
    manager.get_by_role("button", name="Ask", exact=True).click()
    expect(manager.locator("h1")).to_contain_text("Nobody is waiting")
    reads_english(manager)
    page.goto("/")
    expect(page.locator("h1")).to_contain_text("question")
    for path in ("/", "/challenges/meeting-as-post"):
        page.goto(path)
        reads_english(page)
        accessible(page)
    expect(page.locator("#climb")).to_contain_text("Which meeting was it?")


def test_every_page_is_accessible(open_as, accessible):
    page = open_as("staff")
    for path in (*PAGES, "/people/1", "/nowhere"):
        page.emulate_media(color_scheme="light")
        page.goto(path)
        for size in SIZES.values():
            page.set_viewport_size(size)
            accessible(page)
        page.emulate_media(color_scheme="dark")  # of which only these two rules know
        for size in SIZES.values():
            page.set_viewport_size(size)
            accessible(page, rules=["color-contrast", "link-in-text-block"])


def test_a_signed_out_visitor_is_kept_out(open_as):
    page = open_as("outsider")
    page.goto("/office")
    expect(page.locator("h1")).to_contain_text("このページは開けません")
