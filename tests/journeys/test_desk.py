"""A manager's Monday morning at the desk: by keys alone, by thumb, and as a deputy."""

from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from app.clock import now
from challenges.calendar import day_of
from challenges.people import consents
from challenges.people.models import Membership
from challenges.submissions import submitting
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Consent, MembershipKind

pytestmark = pytest.mark.journey

GOOD = "根拠まで戻って確かめてくれたのが良かったです。"


@pytest.fixture
def monday(session, cast, catalogue, climb):
    """Three submissions that wait, the oldest of staff, and a step that staff shows."""
    for ago, (person, slug) in enumerate(
        (
            (cast.colleague, "meeting-as-post"),
            (cast.staff, "why-the-seal"),
            (cast.staff, "meeting-as-post"),
        )
    ):
        challenge = catalogue.by_slug[slug]
        submitting.submit(
            session,
            person_id=person.id,
            step=challenge.steps[0],
            version=challenge.version,
            evidence=Evidence("週の連絡会を投稿に替えて、三回続けました。"),
            at=now() - timedelta(hours=ago + 1),
        )
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    climb(cast.staff, "first-hello", at=now() - timedelta(days=1))
    session.commit()


def rows(page: Page) -> Locator:
    return page.locator(".queue > ol > li")


def enter(page: Page) -> None:
    """Go into the list by Tab alone."""
    page.locator("body").focus()
    for _press in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("() => !!document.activeElement.closest('[data-row]')"):
            return
    raise AssertionError("Tab does not lead into the list")


def test_monday_morning_by_keys_alone(open_as, accessible, monday):
    page = open_as("manager")
    page.goto("/team")
    page.keyboard.press("j")
    expect(page.locator("[data-row]:focus")).to_have_count(0)  # outside the list keys do nothing
    enter(page)
    page.keyboard.press("j")
    expect(rows(page).nth(1)).to_be_focused()
    page.keyboard.press("k")
    expect(rows(page).nth(0)).to_be_focused()
    page.keyboard.press("q")
    page.keyboard.type("どの会議 jkaqe を替えたのですか。")
    expect(rows(page).nth(0).get_by_label("質問")).to_have_value(
        "どの会議 jkaqe を替えたのですか。"
    )
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("#said")).to_be_focused()
    page.keyboard.press("j")
    expect(rows(page).nth(0)).to_be_focused()
    page.keyboard.press("e")
    expect(rows(page).nth(0).get_by_label("創造性")).to_be_focused()
    for _press in range(2):
        page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(rows(page).nth(0).get_by_label("地道さ")).to_be_checked()
    for _press in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type(GOOD)
    accessible(page)
    page.keyboard.press("Escape")
    expect(rows(page).nth(0)).to_be_focused()
    page.keyboard.press("a")
    expect(page.locator("#take-back")).to_contain_text("お墨付きを贈りました。")
    expect(page.locator("#recent")).to_contain_text(GOOD)
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator("h1")).to_contain_text("待っている人はいません。")
    page.keyboard.press("j")
    expect(page.locator("#recent [data-row]").nth(0)).to_be_focused()


def test_the_keys_are_explained_and_can_be_switched_off(open_as, accessible, monday):
    page = open_as("manager")
    page.goto("/team")
    enter(page)
    page.keyboard.press("?")
    expect(page.locator("#keys summary")).to_be_focused()
    accessible(page)
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.reload()
    enter(page)
    here = page.evaluate("() => document.activeElement.id")
    page.keyboard.press("j")
    page.keyboard.press("a")
    assert page.evaluate("() => document.activeElement.id") == here
    expect(rows(page)).to_have_count(3)


def test_endorsing_by_thumb(open_as, accessible, monday):
    page = open_as("manager", size="phone")
    page.goto("/team")
    expect(page.locator("#keys")).to_be_hidden()
    first = rows(page).nth(0)
    first.locator("summary", has_text="お墨付きを贈る").click()
    first.get_by_text("チームワーク", exact=True).click()
    first.get_by_role("button", name="「助かったのは、」").click()
    words = first.get_by_label("何が良かったか")
    expect(words).to_be_focused()
    expect(words).to_have_value("助かったのは、")
    for place in (first.locator(".kind").nth(0), first.locator(".beginnings button").nth(0)):
        box = place.bounding_box()
        assert box["height"] >= 44
    accessible(page)
    first.get_by_role("button", name="お墨付きを贈って確認する").click()
    expect(page.locator(".wrong")).to_contain_text(
        "書き出しの続きを、あなたの言葉で書いてください。"
    )
    expect(rows(page).nth(0).get_by_label("チームワーク")).to_be_checked()
    rows(page).nth(0).get_by_label("何が良かったか").fill(
        "助かったのは、投稿が昼までに届いたことです。"
    )
    rows(page).nth(0).get_by_role("button", name="お墨付きを贈って確認する").click()
    expect(page.locator("#take-back")).to_contain_text("お墨付きを贈りました。")
    expect(page.locator("#recent .praised")).to_contain_text("チームワーク")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_deputy_stands_in_while_the_manager_is_away(open_as, session, cast, monday):
    today = day_of(now())
    named = session.query(Membership).filter_by(
        person_id=cast.deputy.id, kind=MembershipKind.DEPUTY
    )
    assert named.one().valid_from <= today
    page = open_as("deputy")
    page.goto("/team")
    expect(rows(page)).to_have_count(3)
    enter(page)
    page.keyboard.press("a")
    expect(page.locator("#take-back")).to_contain_text("一歩を確認しました。")
    page.locator("#recent").get_by_role("link", name="お墨付きを贈る").first.click()
    page.locator("#recent").get_by_label("成果").check()
    page.locator("#recent").get_by_label("何が良かったか").fill(GOOD)
    page.locator("#recent").get_by_role("button", name="お墨付きを贈る").click()
    expect(page.locator("#recent")).to_contain_text(GOOD)
    manager = open_as("manager")
    manager.goto("/team")
    expect(rows(manager)).to_have_count(2)
    expect(manager.locator("#recent")).not_to_contain_text(GOOD)


@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("javascript", [True, False], ids=["swap", "page"])
def test_the_desk_leads_to_whom_one_has_not_spoken_to(
    open_as, accessible, cast, monday, size, javascript
):
    page = open_as("manager", size=size, javascript=javascript)
    page.goto("/team")
    expect(page.locator("#overlooked")).not_to_contain_text("さん")
    page.get_by_role("link", name="しばらく声をかけていない人はいませんか").click()
    found = page.locator("#overlooked").get_by_role("heading")
    expect(found).to_contain_text("思いあたる人は、いませんでした。")
    assert page.url.endswith("/team" if javascript else "/team/overlooked")
    if javascript:
        expect(found).to_be_focused()
        accessible(page)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_the_mirror_is_accessible(open_as, accessible, size):
    page = open_as("manager", size=size)
    page.goto("/team")
    page.get_by_role("link", name="この四半期の自分をふり返る").click()
    accessible(page)
    page.get_by_role("button", name="今週は出さない").click()
    expect(page.locator("#hint")).to_contain_text("次の月曜に")
    accessible(page)
