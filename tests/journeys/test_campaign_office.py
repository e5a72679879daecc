"""The DX office reads how a campaign goes, takes the numbers home, and ends it early."""

import csv
import io
from datetime import date, timedelta
from urllib.parse import unquote

import openpyxl
import pytest
from playwright.sync_api import Page, expect

from app.clock import now
from app.exports.csv_file import BEGINS_FORMULA
from challenges.calendar import day_of
from challenges.people.models import Membership
from tests.app.figures import JULY_CHALLENGES, add_units, figures, take, take_until
from tests.app.web.days import in_words
from tests.journeys.conftest import SIZES

pytestmark = pytest.mark.journey


@pytest.fixture
def yesterday():
    return day_of(now()) - timedelta(days=1)


@pytest.fixture
def going_on(campaign_of, session, cast, yesterday):
    """A campaign that is on since two weeks, with figures up to yesterday. In one unit nobody
    reviews; dx has a post with a name."""
    first = yesterday - timedelta(days=13)
    days = {"first_day": first, "last_day": first + timedelta(days=30)}
    campaign = campaign_of(at=now() - timedelta(days=20), challenges=JULY_CHALLENGES, **days)
    take_until(session, campaign, yesterday - timedelta(days=1), now())
    nobody_reviews = [add_units(session)["議会事務局"]]
    queue = {**figures(session)["queue"], "without_reviewer": nobody_reviews}
    take(session, campaign, yesterday, now(), queue=queue)
    session.query(Membership).filter_by(person_id=cast.dx.id).update({"post": "主査"})
    session.commit()


def downloaded(page: Page, link: str) -> tuple[str, bytes]:
    """The name under which the browser keeps what the link leads to, and what is in it."""
    with page.expect_download() as kept:
        page.get_by_role("link", name=link).click()
    return kept.value.suggested_filename, kept.value.path().read_bytes()


def check_csv(data: bytes) -> list[list[str]]:
    """The rows of the file: it begins with a BOM, names its units, and holds no formula."""
    assert data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))
    assert any("（人）" in heading for heading in rows[0])
    assert not any(cell[0] in BEGINS_FORMULA for row in rows for cell in row if cell)
    return rows


def check_workbook(data: bytes, rows: list[list[str]], day: date) -> None:
    """The same rows, with day and notes above them, and no formula."""
    sheet = openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]
    written = list(sheet.iter_rows(values_only=True))
    heading = next(n for n, row in enumerate(written) if list(row) == rows[0])
    above = " ".join(str(row[0]) for row in written[:heading])
    for note in (f"{in_words(day)}時点", "加わった人は、一段でも登った人です。", "「—」は、"):
        assert note in above
    assert len(written) - heading == len(rows)
    assert not any(cell.data_type == "f" for row in sheet.iter_rows() for cell in row)


def end_early(page: Page, *, reason: str) -> None:
    page.get_by_role("link", name="終える、切り替える、しまう").click()
    expect(page.locator("h1")).to_have_text("「会議をかるく」は、開いています。")
    page.locator("summary", has_text="早めに終える").click()
    form = page.locator("main [open]")
    form.get_by_label("理由").fill(reason)
    form.get_by_role("button", name="早めに終える").click()
    expect(page.locator("#flash")).to_contain_text("職員の読む記録にも残ります。")


@pytest.mark.parametrize("size", SIZES)
def test_the_office_reads_where_it_stalls_takes_it_home_and_ends_it_early(
    open_as, accessible, yesterday, going_on, size
):
    page = open_as("dx", size=size)
    page.goto("/office/campaigns")
    page.get_by_role("link", name="会議をかるく", exact=True).first.click()
    expect(page.locator("h1")).to_have_text("「その会議、投稿で」の二段目で、止まっています。")
    expect(page.locator("main")).to_contain_text("確認までの中央値は4.2開庁日")
    page.locator("summary", has_text="所属長に依頼する").click()
    expect(page.locator(".letters blockquote")).to_contain_text("議会事務局 所属長様")
    letter = page.get_by_role("link", name="メールの下書きを開く：議会事務局")
    assert "議会事務局 所属長様" in unquote(letter.get_attribute("href"))
    accessible(page)
    for table in ("段階別", "所属別"):
        csv_name, data = downloaded(page, f"CSV {table}")
        rows = check_csv(data)
        book_name, data = downloaded(page, f"Excel（.xlsx） {table}")
        check_workbook(data, rows, yesterday)
        name = f"{yesterday.isoformat()}_会議をかるく_{table}"
        assert (csv_name, book_name) == (f"{name}.csv", f"{name}.xlsx")
    end_early(page, reason="台風の対応が続いています。")
    accessible(page)
    staff = open_as("staff", size=size)
    expect(staff.locator("main")).not_to_contain_text("会議をかるく")
    staff.goto("/campaigns/light-meetings")
    newest = staff.locator("#log li").first
    for words in ("予定より早く終えました。", "台風の対応が続いています。", "森林課 主査"):
        expect(newest).to_contain_text(words)
    expect(staff.locator("main")).not_to_contain_text("西 光")
    accessible(staff)
