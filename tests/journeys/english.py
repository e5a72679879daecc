"""Asking for English, and whether a page is English."""

from playwright.sync_api import Page, expect


def ask_for_english(page: Page) -> None:
    """Press the button in the head, which a phone keeps under 「ほか」."""
    rest = page.locator(".rest-of-sections > summary")
    if rest.is_visible():
        rest.click()
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def reads_english(page: Page, *, but: tuple[str, ...] = ()) -> None:
    """No kana is left on the page except in names: of people, of units, and of the other language;
    and in ``but``, the words of people."""
    expect(page.locator("html")).to_have_attribute("lang", "en")
    told = page.locator("main").inner_text()
    for known in ("デジタル部", "日本語", *but):
        told = told.replace(known, "")
    assert not [char for char in told if "\u3040" <= char <= "\u30ff"], told
