"""From a one-time link to a password, and out again, on an own and on a shared computer."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_a_newcomer_chooses_a_password_and_sees_it_on_the_way(visit, accessible, link, size):
    page = visit(link, size=size)
    accessible(page)
    expect(page.get_by_label("職員番号", exact=True)).to_have_value("colleague")
    field = page.get_by_label("新しいパスワード", exact=False).first
    field.fill("qwertyuiop12")
    show = page.get_by_role("button", name="表示：新しいパスワード")
    expect(show).to_have_attribute("aria-pressed", "false")
    show.click()
    expect(field).to_have_attribute("type", "text")
    expect(show).to_have_attribute("aria-pressed", "true")
    page.fill("#again", "qwertyuiop12")
    page.get_by_role("button", name="このパスワードで始める").click()
    expect(page.locator("#password-error")).to_contain_text("よく使われる言葉や並び")
    expect(page.locator("#password")).to_be_focused()
    expect(page.locator("#password")).to_have_attribute("type", "password")
    accessible(page)
    for name in ("password", "again"):
        page.fill(f"#{name}", "kinou mita niji no iro")
    page.get_by_role("button", name="このパスワードで始める").click()
    expect(page.locator("#flash")).to_contain_text("ようこそ")


def test_without_javascript_there_is_no_button_that_does_nothing(visit, link):
    for address in ("/sign-in", link):
        page = visit(address, java_script_enabled=False)
        assert page.get_by_role("button", name=re.compile("表示")).count() == 0
        page.close()


def test_a_shown_password_is_hidden_again_before_it_is_sent(visit):
    page = visit("/sign-in")
    page.fill("#name", "staff")
    page.fill("#password", "not this one")
    page.get_by_role("button", name="表示").click()
    sent = page.evaluate(
        """() => new Promise(resolve => {
            document.querySelector('main form').addEventListener('submit', event => {
                event.preventDefault();
                resolve(document.getElementById('password').type);
            });
            document.querySelector('main button[type=submit]').click();
        })"""
    )
    assert sent == "password"


def test_a_shared_computer_keeps_nothing(visit, accessible):
    page = visit("/sign-in")
    page.fill("#name", "staff")
    page.fill("#password", "stepup-demo")
    page.get_by_label("共有のパソコンです").check()
    accessible(page)
    page.get_by_role("button", name="サインイン").click()
    expect(page.locator("h1")).to_contain_text("次の一歩は")
    assert [one["name"] for one in page.context.cookies()] == ["stepup"]
    assert page.context.cookies()[0]["expires"] == -1
    page.goto("/challenges/first-hello")
    page.fill("#reflection-1", "まだ途中です")
    assert page.evaluate("[localStorage.length, sessionStorage.length]") == [0, 0]
    page.get_by_role("button", name="サインアウト").click()
    expect(page.locator("#flash")).to_contain_text("サインアウトしました")
    page.go_back()
    expect(page.locator("#name")).to_be_visible()


def test_a_page_nobody_touches_leaves_the_screen_of_a_shared_computer(visit):
    page = visit("about:blank")
    page.clock.install()
    page.goto("/sign-in")
    page.fill("#name", "staff")
    page.fill("#password", "stepup-demo")
    page.get_by_label("共有のパソコンです").check()
    page.get_by_role("button", name="サインイン").click()
    page.goto("/settings")
    with page.expect_navigation():
        page.clock.run_for("15:15")


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_another_device_is_signed_out_from_the_settings(open_as, accessible, size):
    here, there = open_as("staff", size=size), open_as("staff")
    here.goto("/settings")
    accessible(here)
    rows = here.locator("#sign_ins li")
    expect(rows).to_have_count(2)
    other = rows.filter(has_not_text="この端末")
    other.get_by_role("button").click()
    expect(here.locator("#flash")).to_contain_text("その端末でサインアウトしました")
    expect(here.locator("#sign_ins li")).to_have_count(1)
    there.goto("/settings")
    expect(there.locator("#name")).to_be_visible()
