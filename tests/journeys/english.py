"""Whether a page is English."""

from playwright.sync_api import Page, expect


def reads_english(page: Page, *, but: tuple[str, ...] = ()) -> None:
    """No kana is left on the page except in names: of people, of units, and of the other language;
    and in ``but``, the words of people."""
    expect(page.locator("html")).to_have_attribute("lang", "en")
    told = page.locator("main").inner_text()
    for known in ("デジタル部", "日本語", *but):
        told = told.replace(known, "")
    assert not [char for char in told if "\u3040" <= char <= "\u30ff"], told
