"""How a person takes a step in a browser."""

from playwright.sync_api import Page, expect


def take_a_step(page: Page, *, words: str) -> None:
    """Try the first step of first-hello, with these words about it."""
    page.goto("/challenges/first-hello")
    page.fill("#reflection-1", words)
    page.locator("#climb form button[type=submit]").first.click()
    expect(page.locator(".celebration")).to_contain_text("「やってみた」の石を置きました。")
