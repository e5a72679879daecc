"""A link leads where it says, and what a person chose or wrote is still there after a tunnel."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import PASSWORD

pytestmark = pytest.mark.journey

QUIZ = "/challenges/dx-words/quiz"


def choose(page, count):
    """Choose the last option of the first questions. Returns what is chosen, by question."""
    for group in page.locator("fieldset").all()[:count]:
        group.locator("input").last.check()
    return chosen(page)


def chosen(page):
    return page.evaluate(
        "Object.fromEntries([...document.querySelectorAll(':checked')].map(o => [o.name, o.value]))"
    )


def sign_out_everywhere(other):
    other.goto("/settings")
    other.click("text=ほかの端末すべてでサインアウトする")
    expect(other.locator("#flash")).not_to_be_empty()


def sign_in_again(page):
    page.click("#flash >> text=サインインする")
    page.fill("#name", "staff")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    expect(page).to_have_url(re.compile(QUIZ))


# Places.


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_a_new_challenge_opens_at_its_top(open_as, size):
    page = open_as("staff", size=size)
    page.get_by_role("link", name="やってみる").click()
    expect(page.locator("h1")).to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") == 0


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize("size", ["wide", "phone"])
def test_already_doing_it_opens_its_fold_and_focuses_the_field(open_as, size, javascript):
    page = open_as("staff", size=size, javascript=javascript)
    page.get_by_role("link", name="もうやっている").click()
    field = page.locator("#already :is(input:not([type=hidden]), textarea)").first
    expect(field).to_be_focused()
    expect(field).to_be_in_viewport(ratio=1)
    page.keyboard.type("毎朝しています")
    expect(field).to_have_value("毎朝しています")


@pytest.mark.parametrize("slug", ["first-hello", "ask-when-stuck", "why-the-seal"])
def test_a_link_to_a_fold_opens_it_and_focuses_its_first_field(open_as, slug):
    page = open_as("staff", size="phone")
    page.goto(f"/challenges/{slug}#already")
    expect(page.locator("#already")).to_have_attribute("open", "")
    expect(page.locator("#already :is(input:not([type=hidden]), textarea)").first).to_be_focused()


@pytest.mark.parametrize("javascript", [True, False])
@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/challenges/first-hello#step-2", "#step-2"),
        ("/challenges/first-hello#how", "#how"),
        ("/challenges/why-the-seal#reflection-already", "#reflection-already"),
        ("/office#jobs", "#jobs"),
    ],
)
def test_a_place_named_in_the_address_is_in_sight(open_as, address, place, javascript):
    page = open_as("dx", size="phone", javascript=javascript)
    page.goto(address)
    expect(page.locator(place)).to_be_visible()
    expect(page.locator(place)).to_be_in_viewport()
    assert page.locator(place).bounding_box()["y"] >= 0


# What was chosen and written.


def test_a_quiz_survives_a_tunnel_on_a_phone(open_as, accessible):
    page = open_as("staff", size="phone")
    page.goto(QUIZ)
    said = choose(page, 10)
    page.context.set_offline(True)
    page.get_by_role("button", name="答え合わせをする").click()
    expect(page.locator("#flash")).to_contain_text("通信できませんでした")
    assert chosen(page) == said
    page.context.set_offline(False)
    page.reload()
    assert chosen(page) == said
    page.get_by_role("button", name="答え合わせをする").click()
    expect(page.locator("h1")).to_contain_text("10問中")
    expect(page.locator("h1")).to_be_focused()
    assert page.title().startswith("DXことば10問の答え合わせ")
    accessible(page)
    page.goto(QUIZ)
    assert chosen(page) == {}


def test_quiz_answers_survive_going_away_and_back(open_as):
    page = open_as("staff", size="phone")
    page.goto(QUIZ)
    said = choose(page, 4)
    page.goto("/badges")
    page.go_back()
    page.wait_for_load_state()
    assert chosen(page) == said
    assert len(said) == 4


def test_quiz_answers_survive_a_missing_one_and_stay_in_place(open_as):
    page = open_as("staff")
    page.goto(QUIZ)
    said = choose(page, 9)
    order = page.locator("legend").all_inner_texts()
    page.get_by_role("button", name="答え合わせをする").click()
    missing = page.locator('[aria-invalid="true"] input').first
    expect(missing).to_be_focused()
    assert chosen(page) == said
    assert page.locator("legend").all_inner_texts() == order


@pytest.mark.parametrize("shared", [False, True])
def test_quiz_answers_survive_an_ended_session(open_as, shared):
    page, other = open_as("staff"), open_as("staff")
    if shared:
        share(page)
    page.goto(QUIZ)
    said = choose(page, 10)
    sign_out_everywhere(other)
    page.get_by_role("button", name="答え合わせをする").click()
    expect(page.locator("#flash")).to_contain_text("もう一度サインインしてください")
    assert chosen(page) == said
    sign_in_again(page)
    assert chosen(page) == said


def test_quiz_answers_survive_an_ended_session_without_javascript(open_as):
    page, other = open_as("staff", javascript=False), open_as("staff")
    page.goto(QUIZ)
    for group in page.locator("fieldset").all():
        group.locator("input").last.check()
    sign_out_everywhere(other)
    page.get_by_role("button", name="答え合わせをする").click()
    page.get_by_role("link", name="サインインする").click()
    page.fill("#name", "staff")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    for group in page.locator("fieldset").all():
        expect(group.locator("input").last).to_be_checked()


def share(page):
    """Answer as on a shared computer."""

    def marked(route):
        answer = route.fetch()
        route.fulfill(
            response=answer, body=answer.text().replace("<body ", "<body data-shared ", 1)
        )

    page.route(re.compile("/challenges/"), marked)


@pytest.mark.parametrize(("shared", "kept"), [(False, "昼休みに書きました。"), (True, "")])
def test_words_survive_a_reload_except_on_a_shared_computer(open_as, shared, kept):
    page = open_as("staff", size="phone")
    if shared:
        share(page)
    page.goto("/challenges/first-hello")
    page.fill("#reflection-1", "昼休みに書きました。")
    assert page.evaluate("sessionStorage.length") == (0 if shared else 1)
    page.reload()
    expect(page.locator("#reflection-1")).to_have_value(kept)


def test_a_draft_is_forgotten_once_the_step_is_accepted(open_as):
    page = open_as("staff")
    page.goto("/challenges/first-hello")
    page.fill("#reflection-1", "書きました。")
    page.get_by_role("button", name="やってみた").click()
    expect(page.locator(".celebration")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


def test_a_draft_is_forgotten_by_signing_out_and_is_not_anothers(open_as):
    page = open_as("staff")
    page.goto("/challenges/first-hello")
    page.fill("#reflection-1", "書きました。")
    name = page.evaluate("sessionStorage.key(0)")
    page.evaluate("([name]) => sessionStorage.setItem(name.replace(/\\\\d+/, '999'), '[]')", [name])
    page.get_by_role("button", name="サインアウト").click()
    expect(page.locator("#name")).to_be_visible()
    assert page.evaluate("sessionStorage.length") == 0


# Paper, drawings and joy.


def test_folds_are_open_in_print(open_as):
    page = open_as("staff", javascript=False)
    page.goto("/challenges/first-hello")
    expect(page.locator("#already form")).not_to_be_visible()
    page.emulate_media(media="print")
    expect(page.locator("#already form")).to_be_visible()


def test_a_day_stays_on_one_line_in_the_narrowest_place(open_as):
    page = open_as("staff")
    page.goto("/challenges/first-hello")
    page.fill("#reflection-1", "書きました。")
    page.get_by_role("button", name="やってみた").click()
    day = page.locator("#climb time").first
    expect(day).to_be_visible()
    height = day.bounding_box()["height"]
    day.evaluate("one => { one.parentElement.style.width = '3em' }")
    assert day.bounding_box()["height"] == height


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_drawing_and_outline_is_drawn(open_as, scheme):
    page = open_as("staff", size="phone")
    page.emulate_media(color_scheme=scheme)
    for address, picture in (("/challenges", ".drawing"), ("/badges", ".badge.unearned")):
        page.goto(address)
        page.wait_for_load_state("networkidle")
        boxes = page.locator(f"{picture} use").evaluate_all(
            "all => all.map(o => o.getBBox().width)"
        )
        assert len(boxes) >= 12
        assert min(boxes) > 30


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_celebration_fills_its_card_and_is_in_sight(open_as, size):
    page = open_as("staff", size=size)
    page.goto("/challenges/first-hello")
    page.fill("#reflection-1", "書きました。")
    page.get_by_role("button", name="やってみた").click()
    picture, card = page.locator(".celebration-picture"), page.locator(".celebration")
    expect(page.locator(".celebration h2")).to_be_focused()
    expect(picture).to_be_in_viewport(ratio=0.9)
    expect(card).to_contain_text("みんなの石畳にも、あなたの石が一つ加わりました。")
    if size == "phone":
        assert picture.bounding_box()["width"] > card.bounding_box()["width"] - 4
    else:
        assert picture.bounding_box()["height"] > card.bounding_box()["height"] - 4
