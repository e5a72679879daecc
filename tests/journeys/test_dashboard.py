"""Whoever reads the dashboard: the governor on a phone, a meeting on paper, an intranet page that
frames it, a screen in a corridor. Nobody signs in."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from threading import Thread
from types import SimpleNamespace

import pytest
from flask import Flask
from playwright.sync_api import Page, expect
from sqlalchemy.orm import Session
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response

from app.clock import now
from app.indicators.definitions import Layer, Period, indicators
from app.indicators.series import months_later
from challenges.calendar import day_of
from tests.app.indicators.measuring import CALM, measure

pytestmark = pytest.mark.journey

NEWEST = months_later(day_of(now()), -2)
PAGE_OF_PDF = re.compile(rb"/Type\s*/Page[^s]")
SIZE_OF_PAPER = re.compile(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]")


@pytest.fixture
def measures(session: Session, cast: SimpleNamespace, server: str) -> None:
    """One that is stuck, one that got better, one with a gap."""
    first = months_later(NEWEST, -12)
    measure(session, "copier-pages", [*CALM, 60], first=first)
    share = {"numerator": 2689, "denominator": 4481}
    measure(session, "tried-share", CALM, first=first)
    measure(session, "tried-share", [60], first=NEWEST, **share)
    measure(session, "first-reply-minutes", [*CALM[:6], None, *CALM[:6]], first=first)
    session.commit()


@pytest.fixture
def every_measure(session: Session, server: str) -> None:
    """Two years of every indicator; four of them are news."""
    for one in indicators():
        if one.layer is Layer.MONITORING:
            step = {Period.MONTH: 1, Period.QUARTER: 3, Period.YEAR: 12}[one.period]
            values = [*(CALM * 2)[: 24 // step], 90 if one.position % 10 == 1 else 31]
            more = {"numerator": 1434, "denominator": 4481}
            measure(session, one.slug, values, first=months_later(NEWEST, -24), step=step, **more)
    session.commit()


@pytest.mark.usefixtures("measures")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_governor_reads_it_on_a_phone(
    visit: Callable[..., Page], accessible: Callable[..., None], scheme: str
) -> None:
    page = visit("/dashboard", size="phone", color_scheme=scheme)
    expect(page.locator("h1")).to_have_text("一つ良くなり、一つ止まっています。")
    expect(page.locator(".changed li").first).to_contain_text("止まっています")
    card = page.locator("#copier-pages")
    expect(card.locator(".chart:visible")).to_have_count(1)
    expect(card.locator(".chart:visible")).to_have_accessible_name(
        re.compile("複合機の使用面数の折れ線。.*変動幅の外です。")
    )
    card.get_by_text("定義・出所・留意点").click()
    expect(card.get_by_text("複合機の利用記録")).to_be_visible()
    accessible(page)
    page.locator(".changed a").first.click()
    expect(page.locator("h1")).to_have_text("複合機の使用面数")
    expect(page.locator("table.values tbody tr")).to_have_count(13)
    accessible(page)


@pytest.mark.usefixtures("measures")
@pytest.mark.parametrize("javascript", [True, False])
def test_filters_stay_in_the_address(visit: Callable[..., Page], javascript: bool) -> None:
    page = visit("/dashboard", java_script_enabled=javascript)
    page.select_option("#project", "improvement")
    page.check("#compare")
    page.get_by_role("button", name="見る", exact=True).click()
    expect(page.locator("#indicators .indicator")).to_have_count(1)
    expect(page).to_have_url(re.compile("project=improvement.*compare=year"))
    # The words speak of the whole, whatever is filtered.
    expect(page.locator(".changed")).to_contain_text("挑戦した人の割合")
    page.reload()
    expect(page.locator("#indicators .indicator")).to_have_count(1)
    expect(page.locator("#compare")).to_be_checked()


@pytest.mark.usefixtures("measures")
def test_a_day_gone_by_is_chosen_in_the_page(visit: Callable[..., Page]) -> None:
    page = visit("/dashboard")
    page.get_by_text("公開した日をさかのぼる").click()
    page.fill("#on", months_later(NEWEST, -1).isoformat())
    page.get_by_role("button", name="その日を見る").click()
    expect(page.locator("main")).to_contain_text("いまの内容ではありません")
    page.get_by_role("link", name="いまの内容を見る").click()
    expect(page.locator("main")).not_to_contain_text("いまの内容ではありません")


@pytest.mark.usefixtures("every_measure")
@pytest.mark.parametrize("locale", ["ja-JP", "en-GB"])
def test_sheet_is_one_page_of_paper(
    browser: object, server: str, accessible: Callable[..., None], locale: str
) -> None:
    context = browser.new_context(base_url=server, locale=locale)  # type: ignore[attr-defined]
    page = context.new_page()
    page.goto("/dashboard/sheet")
    accessible(page)
    paper = page.pdf(prefer_css_page_size=True)
    assert len(PAGE_OF_PDF.findall(paper)) == 1
    assert page.evaluate(CUT) == []
    context.close()


CUT = """() => [...document.querySelectorAll('.sheet :is(th, td)')].filter(
    (one) => one.scrollWidth > one.clientWidth + 1 || one.scrollHeight > one.clientHeight + 1
).map((one) => one.textContent)"""
"""The cells of the sheet whose words do not fit: every definition stands there as a whole."""


@pytest.mark.usefixtures("every_measure")
@pytest.mark.parametrize("size", ["wide", "phone"])
def test_sheet_cuts_no_number_on_any_screen(
    visit: Callable[..., Page], accessible: Callable[..., None], size: str
) -> None:
    page = visit("/dashboard/sheet", size=size)
    assert page.evaluate(CUT) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    accessible(page)


FAINTEST = """() => {
    const part = (value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    const contrast = (color) => {
        const [red, green, blue] = color.match(/[\\d.]+/g).map((one) => part(one / 255));
        return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05);
    };
    const told = [...document.querySelectorAll('.sheet, .sheet *')].filter(
        (one) => [...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    return Math.min(...told.map((one) => contrast(getComputedStyle(one).color)));
}"""
"""The lowest contrast of a text of the sheet to white paper. It is one of grey: hue counts for
nothing, and printers leave backgrounds out."""


@pytest.mark.usefixtures("every_measure")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_sheet_is_black_on_white_paper_in_a4(visit: Callable[..., Page], scheme: str) -> None:
    page = visit("/dashboard/sheet", color_scheme=scheme)
    [size] = set(SIZE_OF_PAPER.findall(page.pdf(prefer_css_page_size=True)))
    width, height = (float(one) / 72 * 25.4 for one in size)
    assert (round(width), round(height)) == (210, 297)
    page.emulate_media(media="print", color_scheme=scheme)
    assert page.evaluate(FAINTEST) >= 7
    # What colours say on a screen is said by forms.
    marks = set(page.locator(".sheet td.seen").all_text_contents())
    assert len(marks) > 1
    assert marks <= {"◎", "▲", "◆", "〜", "—"}
    expect(page.locator(".sheet footer")).to_contain_text("▲ 止まっています")
    expect(page.locator(".sheet .paper-number")).to_be_visible()


@pytest.mark.usefixtures("every_measure")
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_full_dashboard_is_accessible(
    visit: Callable[..., Page], accessible: Callable[..., None], scheme: str
) -> None:
    for address in ("/dashboard?compare=year", "/dashboard/screen"):
        accessible(visit(address, color_scheme=scheme))


@pytest.mark.usefixtures("measures")
def test_screen_turns_its_pages(visit: Callable[..., Page]) -> None:
    page = visit("/dashboard")
    page.clock.install()
    page.goto("/dashboard/screen")
    expect(page.locator(".leaf-page:visible h1")).to_be_visible()
    page.clock.run_for(16_000)
    expect(page.locator(".leaf-page:visible")).to_contain_text("複合機の使用面数")
    page.get_by_role("button", name="止める").click()
    page.clock.run_for(60_000)
    expect(page.locator(".leaf-page:visible")).to_contain_text("複合機の使用面数")
    page.get_by_role("button", name="次へ").click()
    expect(page.locator(".leaf-page:visible")).to_contain_text("挑戦した人の割合")


@pytest.mark.usefixtures("measures")
def test_screen_stands_still_for_whoever_wants_less_motion(visit: Callable[..., Page]) -> None:
    page = visit("/dashboard", reduced_motion="reduce")
    page.clock.install()
    page.goto("/dashboard/screen")
    page.clock.run_for(60_000)
    expect(page.locator(".leaf-page:visible h1")).to_be_visible()


@pytest.mark.usefixtures("measures")
def test_screen_is_one_long_page_without_a_script(visit: Callable[..., Page]) -> None:
    page = visit("/dashboard/screen", java_script_enabled=False)
    expect(page.locator(".leaf-page:visible")).to_have_count(4)
    expect(page.get_by_role("link", name="ダッシュボードへ戻る")).to_be_visible()


@pytest.fixture
def intranet(server: str) -> Iterator[str]:
    """A page of another origin that frames the dashboard."""

    @Request.application
    def portal(_request: Request) -> Response:
        return Response(f'<iframe src="{server}/dashboard"></iframe>', content_type="text/html")

    listening = make_server("127.0.0.1", 0, portal, threaded=True)
    thread = Thread(target=listening.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{listening.server_port}"
    listening.shutdown()
    thread.join()


@pytest.mark.usefixtures("measures")
@pytest.mark.parametrize("is_named", [True, False])
def test_only_a_named_host_frames_it(
    app: Flask, visit: Callable[..., Page], intranet: str, is_named: bool
) -> None:
    hosts = (intranet,) if is_named else ("https://other.example.jp",)
    config = app.extensions["stepup_config"]
    app.extensions["stepup_config"] = replace(config, dashboard_embed=hosts)
    page = visit(intranet)
    framed = page.frame_locator("iframe").locator("h1")
    if is_named:
        expect(framed).to_have_text("一つ良くなり、一つ止まっています。")
    else:
        page.wait_for_function("frames.length === 1")
        expect(framed.filter(has_text="止まっています")).to_have_count(0)
        assert [one.url for one in page.frames[1:]] == ["chrome-error://chromewebdata/"]
