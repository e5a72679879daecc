"""A manager decides and endorses on the team page; nobody else can open it."""

import pytest
from playwright.sync_api import expect

from app.clock import now
from challenges.people import consents
from challenges.submissions import submitting
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Consent

pytestmark = pytest.mark.journey


@pytest.fixture
def waiting(session, cast, catalogue):
    challenge = catalogue.by_slug["meeting-as-post"]
    submitting.submit(
        session,
        person_id=cast.staff.id,
        step=challenge.steps[0],
        version=challenge.version,
        evidence=Evidence("週の連絡会を投稿に替えました"),
        at=now(),
    )
    session.commit()


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_words_given_while_accepting_reach_the_person(open_as, accessible, waiting, size):
    page = open_as("manager", size=size)
    page.goto("/team")
    expect(page.locator("h1")).to_contain_text("一人が待っています。")
    accessible(page)
    page.locator("summary", has_text="お墨付きを贈る").click()
    page.get_by_label("仕組みの良さ").check()
    page.get_by_label("何が良かったか").fill("目的と相手を決めてから替えたのが良かったです。")
    page.get_by_role("button", name="お墨付きを贈って確認する").click()
    expect(page.locator("main")).not_to_contain_text("一人が待っています。")
    accessible(page)
    home = open_as("staff", size=size)
    expect(home.locator("#noticed")).to_contain_text(
        "目的と相手を決めてから替えたのが良かったです。"
    )


def test_a_question_appears_on_the_persons_home_page(open_as, waiting):
    page = open_as("manager", size="phone")
    page.goto("/team")
    page.locator("summary", has_text="聞く").click()
    page.get_by_label("質問").fill("どの会議を替えたのですか。")
    page.get_by_role("button", name="聞いてみる").click()
    expect(page.locator("main")).not_to_contain_text("一人が待っています。")
    home = open_as("staff", size="phone")
    expect(home.locator("h1")).to_contain_text("質問が一つ届いています。")
    home.get_by_role("link", name="書き足す").click()
    home.fill("#reflection-1", "毎週月曜の連絡会です")
    home.get_by_role("button", name="書き足して送る").click()
    expect(home.locator("#climb")).to_contain_text("確認を待っています")


@pytest.mark.parametrize("javascript", [True, False])
def test_a_written_question_is_never_lost(open_as, accessible, waiting, javascript):
    page = open_as("manager", size="phone", javascript=javascript)
    page.goto("/team")
    page.locator("summary", has_text="聞く").click()
    page.get_by_label("質問").fill("どの会議を替えたのですか。")
    page.get_by_role("button", name="一歩を確認する").click()
    expect(page.locator(".wrong")).to_contain_text("聞いてみるか、消してから確認してください。")
    expect(page.get_by_label("質問")).to_have_value("どの会議を替えたのですか。")
    if javascript:
        expect(page.get_by_label("質問")).to_be_focused()
        accessible(page)
    page.get_by_role("button", name="聞いてみる").click()
    expect(page.locator("main")).to_contain_text("待っている人はいません。")
    expect(page.locator("body")).to_contain_text("浜口 汐里さんに聞きました。")
    assert page.url.endswith("/team")


def test_a_half_written_form_survives_deciding_another_submission(
    open_as, waiting, session, cast, catalogue
):
    for person, slug in ((cast.colleague, "meeting-as-post"), (cast.staff, "why-the-seal")):
        challenge, evidence = catalogue.by_slug[slug], Evidence("こちらもやってみました")
        step, version = challenge.steps[0], challenge.version
        submitting.submit(
            session, person_id=person.id, step=step, version=version, evidence=evidence, at=now()
        )
    session.commit()
    page = open_as("manager")
    page.goto("/team")
    cards = page.locator(".queue > ol > li")
    last = cards.nth(2)
    last.locator("summary", has_text="聞く").click()
    last.get_by_label("質問").fill("どんなはんこですか。")
    expect(last.get_by_role("checkbox")).not_to_be_checked()
    cards.nth(0).get_by_role("button", name="一歩を確認する").click()
    expect(cards).to_have_count(2)
    expect(cards.nth(1).get_by_label("質問")).to_have_value("どんなはんこですか。")
    expect(cards.nth(0).get_by_role("checkbox")).to_be_checked()
    expect(cards.nth(1).get_by_role("checkbox")).not_to_be_checked()
    cards.nth(1).get_by_role("button", name="一歩を確認する").click()
    expect(page.locator(".wrong")).to_contain_text("聞いてみるか、消してから確認してください。")
    cards.nth(1).get_by_role("button", name="聞いてみる").click()
    expect(cards).to_have_count(1)


def test_half_written_words_survive_deciding_a_submission(open_as, waiting, session, cast, climb):
    consents.set_consent(session, cast.colleague, Consent.STEPS, given=True, at=now())
    climb(cast.colleague, "first-hello", at=now())
    session.commit()
    page = open_as("manager")
    page.goto("/team")
    page.get_by_role("link", name="山本 樹さんにお墨付きを贈る").click()
    words = page.locator("#recent textarea")
    expect(page.locator("#recent").get_by_label("創造性")).to_be_focused()
    page.keyboard.press("Space")
    words.fill("みんなの前での一声、")
    page.get_by_role("button", name="一歩を確認する").click()
    expect(page.locator("h1")).to_contain_text("待っている人はいません。")
    expect(words).to_have_value("みんなの前での一声、")
    words.fill("みんなの前での一声、心強かったです。")
    page.locator("#recent").get_by_role("button", name="お墨付きを贈る").click()
    expect(page.locator("#recent .words")).to_contain_text("みんなの前での一声、心強かったです。")
    expect(words).to_have_count(0)


def test_a_half_written_question_outlives_a_reload(open_as, waiting, session, cast, catalogue):
    challenge = catalogue.by_slug["why-the-seal"]
    given = {"step": challenge.steps[0], "version": challenge.version, "at": now()}
    evidence = Evidence("要領を調べました")
    submitting.submit(session, person_id=cast.colleague.id, evidence=evidence, **given)
    session.commit()
    page = open_as("manager", size="phone")
    page.goto("/team")
    rows = page.locator(".queue > ol > li")
    rows.nth(0).locator("summary", has_text="聞く").click()
    rows.nth(0).get_by_label("質問").fill("どの会議を")
    page.reload()
    expect(rows.nth(0).get_by_label("質問")).to_have_value("どの会議を")
    expect(rows.nth(0).get_by_label("質問")).to_be_visible()
    expect(rows.nth(1).get_by_label("質問")).not_to_be_visible()
    expect(rows.nth(0).get_by_role("checkbox")).not_to_be_checked()
    expect(page.get_by_role("button", name="読んだ1件を確認する")).to_be_visible()
    rows.nth(0).get_by_label("質問").fill("どの会議を替えたのですか。")
    rows.nth(0).get_by_role("button", name="聞いてみる").click()
    expect(rows).to_have_count(1)
    assert "替えた" not in page.evaluate("JSON.stringify(sessionStorage)")


def test_half_written_words_outlive_a_reload_and_no_sign_out(open_as, session, cast, climb):
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    climb(cast.staff, "first-hello", at=now())
    session.commit()
    page = open_as("manager")
    page.goto("/team")
    page.get_by_role("link", name="お墨付きを贈る").click()
    page.get_by_label("何が良かったか").fill("みんなの前での")
    page.goto("/")
    page.goto("/team")
    page.get_by_role("link", name="お墨付きを贈る").click()
    expect(page.get_by_label("何が良かったか")).to_have_value("みんなの前での")
    page.get_by_role("button", name="サインアウト").click()
    page.wait_for_url("**/sign-in")
    assert page.evaluate("Object.keys(sessionStorage).length") == 0


def test_a_half_written_reason_is_kept_until_it_is_accepted(open_as, session, cast, climb):
    completion = climb(cast.staff, "first-hello", at=now())
    session.commit()
    page = open_as("dx")
    page.goto(f"/office/completions/{completion.id}")
    page.locator("summary", has_text="この達成を取り消す").click()
    reason = page.get_by_label("本人に伝わる理由")
    reason.fill("違う")
    page.reload()
    expect(reason).to_be_visible()
    expect(reason).to_have_value("違う")
    page.get_by_role("button", name="取り消す", exact=True).click()
    expect(page.locator(".wrong")).to_be_visible()
    expect(reason).to_have_value("違う")
    reason.fill("取り違えでしたので、取り消します。")
    page.reload()
    expect(reason).to_have_value("取り違えでしたので、取り消します。")
    page.get_by_role("button", name="取り消す", exact=True).click()
    page.get_by_role("button", name="元に戻す").click()
    page.locator("summary", has_text="この達成を取り消す").click()
    expect(reason).to_have_value("")


@pytest.mark.parametrize("javascript", [True, False])
def test_an_acceptance_is_taken_back(open_as, accessible, waiting, javascript):
    page = open_as("manager", size="phone", javascript=javascript)
    page.goto("/team")
    page.get_by_role("button", name="浜口さんの一歩を確認する").click()
    expect(page.locator("main")).to_contain_text("浜口 汐里さんの一歩を確認しました。")
    if javascript:
        accessible(page)
    page.get_by_role("button", name="確認を取り消す").click()
    expect(page.locator("main")).to_contain_text("一人が待っています。")
    expect(page.locator("body")).to_contain_text("1件の確認を取り消しました。")


@pytest.mark.parametrize("who", ["staff", "dx"])
def test_people_who_manage_nobody_are_kept_out(open_as, who):
    page = open_as(who)
    page.goto("/team")
    expect(page.locator("main")).to_contain_text("管理職と代理の人のためのものです。")


def test_a_manager_of_another_unit_sees_nothing(open_as, waiting):
    page = open_as("outsider")
    page.goto("/team")
    expect(page.locator("main")).not_to_contain_text("週の連絡会を投稿に替えました")


def test_the_dx_office_page_is_accessible(open_as, accessible, waiting):
    page = open_as("dx")
    for path in ("/office", "/office/completions?q=staff", "/office/promise", "/about"):
        page.goto(path)
        accessible(page)


def test_words_for_a_recent_step(open_as, accessible, session, cast, climb):
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    climb(cast.staff, "first-hello", at=now())
    session.commit()
    page = open_as("manager")
    page.goto("/team")
    page.get_by_role("link", name="お墨付きを贈る").click()
    expect(page.get_by_label("創造性")).to_be_focused()
    accessible(page)
    page.keyboard.press("Space")
    page.get_by_label("何が良かったか").fill("短い")
    page.locator("#recent").get_by_role("button", name="お墨付きを贈る").click()
    expect(page.locator("#recent .wrong")).to_contain_text("10文字から400文字")
    expect(page.get_by_label("何が良かったか")).to_have_value("短い")
    page.get_by_label("何が良かったか").fill("みんなの前での一声、心強かったです。")
    page.get_by_role("button", name="お墨付きを贈る").click()
    expect(page.locator("#recent")).to_contain_text("みんなの前での一声、心強かったです。")


def test_words_for_a_recent_step_without_javascript(open_as, session, cast, climb):
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    climb(cast.staff, "first-hello", at=now())
    session.commit()
    page = open_as("manager", javascript=False)
    page.goto("/team")
    page.get_by_role("link", name="お墨付きを贈る").click()
    page.get_by_label("チームワーク").check()
    page.get_by_label("何が良かったか").fill("みんなの前での一声、心強かったです。")
    page.get_by_role("button", name="お墨付きを贈る").click()
    expect(page.locator("#recent")).to_contain_text("みんなの前での一声、心強かったです。")
