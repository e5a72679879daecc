"""Cheering three people at once and taking one back, in place and without JavaScript."""

import pytest
from playwright.sync_api import expect

from app.clock import now
from badges.models import Award
from challenges.people import consents
from challenges.submissions.models import Completion
from challenges.vocabulary import Consent

pytestmark = pytest.mark.journey


@pytest.fixture
def three(session, cast, climb):
    """Three people of the unit who show what they did."""
    people = [cast.staff, cast.manager, cast.deputy]
    for person in people:
        consents.set_consent(session, person, Consent.STEPS, given=True, at=now())
        climb(person, "first-hello", at=now())
    session.commit()
    return people


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_a_cheer_by_keyboard_alone(open_as, cast, three, size):
    page = open_as("colleague", size=size)
    page.goto(f"/people/{cast.staff.id}")
    page.get_by_role("link", name="のこの一歩を応援する").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".stamps")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="助かりました")).to_be_focused()
    page.keyboard.press("Enter")
    said = page.get_by_role("group", name="応援を届けました")
    expect(said).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="を取り消す")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("group", name="応援を取り消しました")).to_be_focused()


@pytest.fixture
def badges_of_staff(session, cast, three, shipped):
    """How many badges staff have: more than a row of them."""
    consents.set_consent(session, cast.staff, Consent.BADGES, given=True, at=now())
    done = session.query(Completion).filter_by(person_id=cast.staff.id).one()
    when = {"awarded_at": now(), "recorded_at": now()}
    slugs = list(shipped.badges.by_slug)[:9]
    session.add_all(
        Award(person_id=cast.staff.id, badge_slug=slug, badge_version=1, evidence=[done.id], **when)
        for slug in slugs
    )
    session.commit()
    return len(slugs)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_every_cheer_on_a_persons_page_can_be_pressed(open_as, cast, badges_of_staff, size):
    page = open_as("colleague", size=size)
    page.goto(f"/people/{cast.staff.id}")
    cheers = page.get_by_role("link", name="を応援する")
    expect(cheers).to_have_count(badges_of_staff + 1)
    for one in cheers.all():
        one.click(trial=True)  # fails where something else lies over it


@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("javascript", [True, False], ids=["swap", "page"])
def test_cheer_three_at_once_and_take_one_back(open_as, accessible, cast, three, size, javascript):
    page = open_as("colleague", size=size, javascript=javascript)
    page.goto(f"/people/{cast.staff.id}")
    page.get_by_role("link", name="この一歩を応援する").click()
    expect(page.locator("main")).to_contain_text("今週はあと10回")
    page.get_by_role("link", name="ほかの人にも一緒に").click()
    page.get_by_label(cast.manager.name).check()
    page.get_by_label(cast.deputy.name).check()
    page.get_by_label("ひとこと").fill("三人のおかげで、始めやすくなりました。")
    if javascript:
        accessible(page)
    page.get_by_role("button", name="まねします").click()
    expect(page.locator("body")).to_contain_text("3人に応援を届けました")
    expect(page.locator("main")).to_contain_text("今週はあと7回")
    page.goto("/cheers")
    page.get_by_role("button", name=f"{cast.deputy.name}さんへの応援").click()
    expect(page.locator("body")).to_contain_text("今週の分に戻しました")
    expect(page.locator("#given")).to_contain_text("今週はあと8回")
    expect(page.locator("#given")).not_to_contain_text(cast.deputy.name)
    if javascript:
        accessible(page)
    for person, sees in ((cast.staff, True), (cast.manager, True), (cast.deputy, False)):
        home = open_as(person.employee_number, size=size, javascript=javascript)
        told = home.get_by_text("三人のおかげで、始めやすくなりました。")
        expect(told).to_have_count(1 if sees else 0)
    home = open_as("staff", size=size, javascript=javascript)
    home.get_by_role("button", name="ありがとうを届ける").click()
    expect(home.get_by_text("「ありがとう」を届けました。")).to_be_visible()
    page.goto("/cheers")
    expect(page.locator("#given")).to_contain_text("「ありがとう」が届きました")
