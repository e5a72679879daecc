"""A newcomer's first day: from the invitation to the first step, and the step found again."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey

PASSWORD = "kinou mita niji no iro"


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_from_the_invitation_to_the_first_step_found_again(visit, accessible, relay, link, size):
    page = visit(link, size=size)
    page.get_by_role("link", name="はじめての方へ").first.click()
    expect(page.locator("main")).to_contain_text("勤務時間内に行う取組です。")
    expect(page.locator("main")).to_contain_text("根拠：未登録")
    page.go_back()
    for name in ("password", "again"):
        page.fill(f"#{name}", PASSWORD)
    page.get_by_role("button", name="このパスワードで始める").click()
    expect(page.locator("#flash")).to_contain_text("ようこそ")

    first = page.locator(".card.next")
    title = first.locator("h2").inner_text()
    first.get_by_role("link", name="やってみる").click()
    expect(page.locator("h1")).to_have_text(title)
    expect(page.locator("h1")).to_be_in_viewport()
    page.fill("#reflection-1", "朝のひとことを書きました。")
    page.get_by_role("button", name="やってみた").click()
    expect(page.locator(".celebration")).to_contain_text("「やってみた」の石を置きました。")
    accessible(page)
    relay()
    if size == "phone":
        page.locator(".rest-of-sections > summary").click()
        page.get_by_role("link", name="設定").click()
    page.get_by_role("button", name="サインアウト").first.click()

    page.goto("/sign-in")
    page.fill("#name", "colleague")
    page.fill("#password", PASSWORD)
    page.locator("main button[type=submit]").click()
    expect(page.locator("#stairs")).to_contain_text("次は「慣れた」")
    page.goto("/badges")
    expect(page.locator("main")).to_contain_text("はじめの一歩")
    page.goto("/challenges")
    page.get_by_role("link", name=title).click()
    expect(page.locator("#step-1")).to_contain_text("朝のひとことを書きました。")
    accessible(page)
