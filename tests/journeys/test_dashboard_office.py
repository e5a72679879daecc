"""What the office does for the dashboard: mends a file of values and takes it back; says what is
being dealt with, has it approved by a second person, and closes it."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from threading import Event

import pytest
from playwright.sync_api import Page, expect

from app.clock import now
from app.db.sessions import Database
from app.indicators.series import months_later
from app.jobs.handling import Worker
from app.jobs.kinds import HANDLERS
from app.jobs.working import work
from challenges.calendar import day_of

pytestmark = pytest.mark.journey

MONTH = months_later(day_of(now()), -2)
GOOD = f"指標,月,値\ncopier-pages,{MONTH:%Y-%m},114\nwithin-45-minutes,{MONTH:%Y-%m},41\n"
BAD = GOOD.replace("114", "多い").replace("within-45-minutes", "ランキング")
EVERY_WIDTH = pytest.mark.parametrize("size", ["wide", "phone"])


@pytest.fixture
def do_jobs(database: Database) -> Callable[[], None]:
    """Do all jobs that are due, as the relay does."""

    def do() -> None:
        worker = Worker(database=database, handlers=HANDLERS, clock=now)
        while work(worker, stop=Event()):
            pass

    return do


@pytest.fixture
def hand_in(tmp_path: Path) -> Callable[[Page, str], None]:
    """``hand_in(page, "指標,月,値…")``: choose a file with that text, as Excel saves it."""

    def choose(page: Page, text: str) -> None:
        file = tmp_path / "複合機.csv"
        file.write_text(text, encoding="cp932")
        page.goto("/office/dashboard/imports")
        page.set_input_files("#file", file)
        page.get_by_role("button", name="中身を確かめる").click()

    return choose


@EVERY_WIDTH
def test_a_bad_file_is_read_mended_taken_in_and_taken_back(
    open_as: Callable[..., Page],
    visit: Callable[..., Page],
    accessible: Callable[..., None],
    hand_in: Callable[[Page, str], None],
    do_jobs: Callable[[], None],
    size: str,
) -> None:
    page = open_as("dx", size=size)
    hand_in(page, BAD)
    expect(page.locator("h1")).to_have_text("直すところがあります。")
    expect(page.locator("main")).to_contain_text("「多い」は数ではありません。")
    expect(page.locator("main")).to_contain_text("「ランキング」という指標はありません。")
    expect(page.get_by_role("button", name="取り込む", exact=True)).to_have_count(0)
    accessible(page)

    hand_in(page, GOOD)
    expect(page.locator("h1")).to_have_text("この内容でよいですか。")
    accessible(page)
    page.get_by_role("button", name="取り込む", exact=True).click()
    do_jobs()
    page.reload()
    expect(page.locator("h1")).to_have_text("載っています。")
    accessible(page)
    governor = visit("/dashboard", size=size)
    expect(governor.locator("#copier-pages .value b")).to_have_text("114")

    page.get_by_text("この取込みを取り消す").click()
    page.get_by_label("取り消す理由").fill("前の年の表でした。")
    page.get_by_role("button", name="取り消す", exact=True).click()
    expect(page.locator("main")).to_contain_text("前の年の表でした。")
    accessible(page)
    governor.reload()
    expect(governor.locator("#copier-pages .value")).to_have_count(0)
    expect(governor.locator("#copier-pages")).to_contain_text("未登録")


@pytest.mark.usefixtures("dx2")
def test_a_problem_is_agreed_on_approved_shown_and_closed(
    open_as: Callable[..., Page],
    visit: Callable[..., Page],
    accessible: Callable[..., None],
) -> None:
    one, other = open_as("dx"), open_as("colleague")
    today = day_of(now())
    one.goto("/office")
    one.get_by_role("link", name="ダッシュボードの言葉と値").click()
    one.get_by_role("link", name="対応中の課題を書く").click()
    fill(one, "ja", "データを渡すまでに時間がかかる")
    fill(one, "en", "Sharing data takes long")
    fill(one, "doing_ja", "手続きを一枚にまとめています")
    fill(one, "doing_en", "We put the steps on one page")
    fill(one, "section", "情報基盤課")
    fill(one, "opened_on", (today - timedelta(days=20)).isoformat())
    fill(one, "until", (today + timedelta(days=30)).isoformat())
    accessible(one)
    one.get_by_role("button", name="下書きを置く").click()
    one.get_by_role("button", name="承認を依頼する").click()
    # Another section is named only after it agreed.
    expect(one.locator("main")).to_contain_text("その所属が合意してから載せます。")
    fill(one, "agreed_by", "情報基盤課長")
    fill(one, "agreed_on", today.isoformat())
    one.get_by_role("button", name="下書きを置く").click()
    one.get_by_role("button", name="承認を依頼する").click()
    expect(one.locator("h1")).to_have_text("もう一人の承認を待っています。")
    expect(one.get_by_role("button", name="承認して載せる")).to_have_count(0)
    accessible(one)

    governor = visit("/dashboard", size="phone")
    expect(governor.locator("main")).not_to_contain_text("データを渡すまでに時間がかかる")
    approve(other, accessible)
    governor.reload()
    told = governor.locator("table.problems tbody tr")
    for words in ("データを渡すまでに時間がかかる", "手続きを一枚に", "情報基盤課", "20日"):
        expect(told).to_contain_text(words)
    accessible(governor)
    other.goto("/office")
    expect(other.locator("table.problems")).to_contain_text("データを渡すまでに時間がかかる")
    accessible(other)

    one.goto("/office/dashboard")
    one.get_by_role("link", name="なおす・終える").click()
    fill(one, "closed_on", today.isoformat())
    fill(one, "outcome_ja", "一日で渡せるようになりました")
    fill(one, "outcome_en", "It takes a day")
    one.get_by_role("button", name="下書きを置く").click()
    one.get_by_role("button", name="承認を依頼する").click()
    governor.reload()
    expect(told).to_have_count(1)
    approve(other, accessible)
    for page, address in ((governor, "/dashboard"), (other, "/office")):
        page.goto(address)
        expect(page.locator("main")).to_contain_text("いま、公開している課題はありません。")


def fill(page: Page, name: str, text: str) -> None:
    page.locator(f"[name={name}]").fill(text)


def approve(page: Page, accessible: Callable[..., None]) -> None:
    """Read what waits, and say it in public."""
    page.goto("/office/dashboard")
    page.locator("#drafts ~ .tablewrap").get_by_role("link").click()
    expect(page.locator("h1")).to_have_text("これを載せてよいですか。")
    accessible(page)
    page.get_by_role("button", name="承認して載せる").click()
    expect(page.get_by_role("button", name="承認して載せる")).to_have_count(0)
