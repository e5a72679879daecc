"""Every page on a phone in dark colours: axe finds nothing, and what stands there can be read."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Route

from tests.app.web.conftest import (  # noqa: F401  # fixtures: every page, with something on it
    Shown,
    begun,
    campaign,
    config,
    designed,
    every_page,
    files,
    reported,
    seen,
    statement,
)
from tests.journeys.conftest import SIZES

pytestmark = pytest.mark.journey

COLOURS = ["color-contrast", "link-in-text-block"]
"""The rules of axe that depend on colours."""


def test_every_page_can_be_read_in_the_dark(
    every_page: list[Shown],  # noqa: F811
    server,
    visit,
    accessible,
):
    page = visit("about:blank", color_scheme="dark", reduced_motion="reduce")
    page.route("**/shown/*", give_rendered(every_page))
    for number, one in enumerate(every_page):
        page.goto(f"{server}/shown/{number}")
        assert page.title().strip() == " ".join(one.title.split()), one.address
        page.set_viewport_size(SIZES["phone"])
        accessible(page)
        # Both widths have the same colours, but for the head and for tables, which become cards.
        if number == 0 or "<table" in one.text:
            page.set_viewport_size(SIZES["wide"])
            accessible(page, rules=COLOURS)


def give_rendered(pages: list[Shown]) -> Callable[[Route], None]:
    """Answers /shown/7 with the eighth page, as it was rendered for whoever may open it. Style
    sheets and pictures come from the server."""

    def answer(route: Route) -> None:
        number = int(route.request.url.rpartition("/")[2])
        route.fulfill(body=pages[number].text, content_type="text/html; charset=utf-8")

    return answer
