"""Finding a colleague by name, kana or unit, and the unit pages in their order."""

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.journey


@pytest.mark.parametrize("size", ["wide", "phone"])
@pytest.mark.parametrize("javascript", [True, False], ids=["swap", "page"])
def test_a_colleague_is_found_by_kana_and_by_unit(
    open_as, accessible, session, cast, size, javascript
):
    cast.colleague.kana = "ヤマモト イツキ"
    session.commit()
    page = open_as("staff", size=size, javascript=javascript)
    page.goto("/people")
    page.get_by_label("氏名、フリガナか所属").fill("ﾔﾏﾓﾄ")
    if not javascript:
        page.get_by_role("button", name="さがす").last.click()
    expect(page.locator("#found")).to_contain_text(cast.colleague.name)
    page.goto("/people")
    page.get_by_role("link", name="デジタル部").click()
    page.get_by_role("link", name="改革課").click()
    expect(page.locator("#people")).to_contain_text(cast.colleague.name)
    if javascript:
        accessible(page)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_a_unit_is_one_line_with_its_arrow_at_the_end(open_as, size):
    page = open_as("staff", size=size)
    page.goto("/people")
    unit = page.locator(".unit-list a").first
    line, arrow = unit.bounding_box(), unit.locator(".icon").bounding_box()
    middle = line["y"] + line["height"] / 2
    assert arrow["x"] > line["x"] + line["width"] / 2
    assert arrow["y"] < middle < arrow["y"] + arrow["height"]
