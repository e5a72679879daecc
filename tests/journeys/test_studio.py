"""The DX office designs a campaign in a browser: from a template to published, by two people."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.journey

SIZES = pytest.mark.parametrize("size", ["phone", "wide"])


@SIZES
def test_from_a_template_to_published(
    open_as: Callable[..., Page], accessible: Callable[[Page], None], dx2, size: str
) -> None:
    page = open_as("dx", size=size)
    page.goto("/office/campaigns")
    accessible(page)
    page.get_by_role("link", name="新しくつくる").first.click()
    accessible(page)
    page.get_by_label("カイゼン月間").check()
    page.get_by_role("button", name="このひな型で始める").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("承認を依頼できます。")
    accessible(page)
    page.get_by_label("名前（英語）").fill("")
    page.get_by_label("名前（英語）").press("Tab")
    expect(page.get_by_role("heading", level=1)).to_contain_text("あと一つ直せば公開できます。")
    page.get_by_label("名前（英語）").fill("Kaizen month")
    page.get_by_label("名前（英語）").press("Tab")
    expect(page.get_by_role("heading", level=1)).to_contain_text("承認を依頼できます。")
    page.get_by_role("link", name="承認を依頼する").click()
    page.get_by_label("気になるところがあっても、このまま進める訳").fill("このまま進めます")
    page.get_by_role("button", name="承認を依頼する").click()
    second = open_as("colleague", size=size)
    second.goto("/office/campaigns")
    expect(second.get_by_role("heading", level=1)).to_have_text("一つが、承認を待っています。")
    second.get_by_role("link", name="承認する").click()
    accessible(second)
    second.get_by_label("決裁番号（あれば）").fill("DX第12号")
    second.get_by_role("button", name="承認して公開する").click()
    expect(second.get_by_role("heading", level=1)).to_contain_text("は、はじめの日を待っています。")
    accessible(second)
    for address in ("/office/pauses", "/office/handover", "/office/audit"):
        second.goto(address)
        accessible(second)


def test_challenges_are_put_in_order_by_the_keyboard(open_as: Callable[..., Page], dx2) -> None:
    page = open_as("dx")
    page.goto("/office/campaigns/new")
    page.get_by_label("カイゼン月間").check()
    page.get_by_role("button", name="このひな型で始める").click()
    page.wait_for_url("**/edit")
    titles = page.locator(".pick b")
    before = titles.all_inner_texts()
    grip = page.locator(".pick .grip").first
    grip.focus()
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        grip.press("ArrowDown")
    page.reload()
    assert titles.all_inner_texts() == [before[1], before[0], *before[2:]]
