"""What the office says stands on the dashboard once a second person has approved it."""

import csv
import io
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from types import SimpleNamespace

import openpyxl
import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.clock import now
from app.indicators import statements
from app.indicators.series import months_later
from app.indicators.statement_models import StatementKind
from app.web.pages.dashboard_sheet import Quarter
from challenges.calendar import day_of
from tests.app.indicators.measuring import CALM, measure

NEWEST = months_later(day_of(now()), -2)
MONTH = f"{NEWEST:%Y-%m}"
PROBLEM = {
    "ja": "ひとことが<b>届かない</b>",
    "en": "Words do not arrive",
    "doing_ja": "代理を確かめています",
    "doing_en": "We look for deputies",
    "section": "DX事務局",
    "agreed_by": "",
    "agreed_on": "",
    "opened_on": "2026-06-01",
    "until": "2026-07-24",
    "closed_on": "",
    "outcome_ja": "",
    "outcome_en": "",
}
KPI = {
    "ja": "電子申請の割合",
    "en": "Applications made online",
    "formula_ja": "電子の申請 ÷ 申請",
    "formula_en": "Online ÷ all",
    "unit_ja": "%",
    "unit_en": "%",
    "source_ja": "みえ元気プラン",
    "source_en": "The plan",
}


@pytest.fixture(autouse=True)
def measures(session: Session) -> None:
    """Something is stuck."""
    measure(session, "copier-pages", [*CALM, 60], first=months_later(NEWEST, -12))


def say(
    session: Session,
    cast: SimpleNamespace,
    kind: StatementKind,
    content: Mapping[str, str],
    *,
    subject: str = "",
    at: datetime | None = None,
) -> str:
    at = at or now() - timedelta(hours=1)
    one = statements.begin(session, kind, content, subject=subject, by_id=cast.dx.id, at=at)
    statements.submit(session, one, read_edition=one.edition, at=at)
    by_id = cast.colleague.id
    statements.approve(
        session, one, read_edition=one.edition, by_id=by_id, alone_allowed=False, at=at
    )
    return one.subject


def test_an_approved_headline_opens_the_page(
    client: FlaskClient, session: Session, cast: SimpleNamespace
) -> None:
    words = {"month": MONTH, "ja": "紙が増えています。", "en": "More paper."}
    say(session, cast, StatementKind.HEADLINE, words)
    assert "<h1>紙が増えています。</h1>" in client.get("/dashboard").text
    english = client.get("/dashboard", headers={"Accept-Language": "en"}).text
    assert "<h1>More paper.</h1>" in english


def test_a_headline_of_an_earlier_month_gives_way(
    client: FlaskClient, session: Session, cast: SimpleNamespace
) -> None:
    before = f"{months_later(NEWEST, -1):%Y-%m}"
    words = {"month": before, "ja": "古い見出し", "en": "Old"}
    say(session, cast, StatementKind.HEADLINE, words)
    assert "<h1>一つ、止まっています。</h1>" in client.get("/dashboard").text


def test_a_draft_is_never_shown(
    client: FlaskClient, session: Session, cast: SimpleNamespace
) -> None:
    words = {"month": MONTH, "ja": "まだ下書き", "en": "Draft"}
    one = statements.begin(
        session, StatementKind.HEADLINE, words, by_id=cast.dx.id, at=now() - timedelta(hours=1)
    )
    statements.submit(session, one, read_edition=one.edition, at=now())
    assert "まだ下書き" not in client.get("/dashboard").text


def test_a_reading_replaces_the_automatic_sentence(
    client: FlaskClient, session: Session, cast: SimpleNamespace
) -> None:
    words = {"month": MONTH, "ja": "決算の資料で増えました。", "en": "Closing of accounts."}
    say(session, cast, StatementKind.READING, words, subject="copier-pages")
    page = client.get("/dashboard").text
    assert "決算の資料で増えました。" in page.split("行で見る現況")[0]


def test_six_lines_and_open_problems_are_told(
    client: FlaskClient, session: Session, cast: SimpleNamespace
) -> None:
    lines = "\n".join(f"{number}行目です。" for number in range(1, 7))
    words = {"month": MONTH, "ja": lines, "en": lines}
    say(session, cast, StatementKind.SIX_LINES, words)
    subject = say(session, cast, StatementKind.PROBLEM, PROBLEM)
    page = client.get("/dashboard").text
    assert page.count("行目です。</li>") == 6
    assert "ひとことが&lt;b&gt;届かない" in page
    assert "代理を確かめています" in page

    closed = {**PROBLEM, "closed_on": "2026-07-20", "outcome_ja": "届くようになりました"}
    closed["outcome_en"] = "They arrive"
    say(session, cast, StatementKind.PROBLEM, closed, subject=subject, at=now())
    assert "届かない" not in client.get("/dashboard").text


def test_open_problems_stand_on_the_page_of_the_office_too(
    as_: Callable[..., FlaskClient], session: Session, cast: SimpleNamespace
) -> None:
    assert "いま、公開している課題はありません。" in as_(cast.dx).get("/office").text
    opened = day_of(now()) - timedelta(days=30)
    content = {**PROBLEM, "opened_on": opened.isoformat(), "until": "2099-07-24"}
    subject = say(session, cast, StatementKind.PROBLEM, content)
    page = as_(cast.dx).get("/office").text.split('id="problems-name"')[1].split("</table>")[0]
    for told in ("ひとことが&lt;b&gt;届かない", "代理を確かめています", "DX事務局", "30日"):
        assert told in page
    assert "2099年7月24日" in page

    newer = {**content, "ja": "ひとことが遅い"}
    say(session, cast, StatementKind.PROBLEM, newer, subject=subject, at=now())
    page = as_(cast.dx).get("/office").text
    assert "ひとことが遅い" in page
    assert "届かない" not in page

    closed = {
        **newer,
        "closed_on": day_of(now()).isoformat(),
        "outcome_ja": "よし",
        "outcome_en": "Good",
    }
    say(session, cast, StatementKind.PROBLEM, closed, subject=subject, at=now())
    assert "ひとことが遅い" not in as_(cast.dx).get("/office").text


def test_problems_are_a_table_for_files_too(
    client: FlaskClient, session: Session, cast: SimpleNamespace
) -> None:
    opened = day_of(now()) - timedelta(days=30)
    content = {**PROBLEM, "ja": "=1+1", "opened_on": opened.isoformat(), "until": "2099-07-24"}
    say(session, cast, StatementKind.PROBLEM, content)
    text = client.get("/dashboard/files/problems.csv").text.lstrip("\ufeff")
    [line] = csv.DictReader(io.StringIO(text))
    assert (line["何が"], line["だれが"], line["経過（日）"]) == ("'=1+1", "DX事務局", "30")
    assert (line["始まった日"], line["いつまでに"]) == (opened.isoformat(), "2099-07-24")
    assert 'href="/dashboard/files/problems.csv"' in client.get("/dashboard").text
    book = client.get("/dashboard/files/problems.xlsx").data
    assert "対応中の課題" in openpyxl.load_workbook(io.BytesIO(book)).sheetnames
    before = f"/dashboard/files/problems.csv?on={opened.isoformat()}"
    assert "DX事務局" not in client.get(before).text


def test_the_office_finds_the_way_to_its_words_and_values(
    as_: Callable[..., FlaskClient], cast: SimpleNamespace
) -> None:
    page = as_(cast.dx).get("/office").text
    assert 'href="/office/dashboard"' in page
    assert 'href="/office/dashboard/imports"' in page


def test_an_indicator_of_the_plan_takes_the_place_of_its_empty_slot(
    client: FlaskClient, session: Session, cast: SimpleNamespace
) -> None:
    slot = "みえ元気プランの行政DXの指標"
    assert slot in client.get("/dashboard").text
    slug = say(session, cast, StatementKind.KPI, KPI)
    page = client.get("/dashboard").text
    assert slot not in page
    assert "電子申請の割合" in page
    value = {"month": "2025-04", "value": "62.5", "reason": ""}
    say(session, cast, StatementKind.KPI_VALUE, value, subject=slug)
    card = client.get("/dashboard").text.split(f'id="{slug}"')[1].split("</li>")[0]
    assert "<b>62.5</b>" in card
    assert "令和7年度（2025年度）" in card
    assert client.get(f"/dashboard/indicators/{slug}").status_code == 200


def test_screen_and_sheet_open_with_the_approved_words_too(
    client: FlaskClient, session: Session, cast: SimpleNamespace
) -> None:
    words = {"month": MONTH, "ja": "紙が増えています。", "en": "More paper."}
    say(session, cast, StatementKind.HEADLINE, words)
    reading = {**words, "ja": "決算の資料で増えました。"}
    say(session, cast, StatementKind.READING, reading, subject="copier-pages")
    screen = client.get("/dashboard/screen").text
    assert "紙が増えています。</h1>" in screen
    assert "決算の資料で増えました。" in screen
    quarter = Quarter.of(day_of(now())).before
    newest = min(NEWEST, quarter.last_day.replace(day=1))
    say(session, cast, StatementKind.HEADLINE, {**words, "month": f"{newest:%Y-%m}"})
    sheet = client.get(f"/dashboard/sheet?quarter={quarter}&on={day_of(now())}").text
    assert "<b>紙が増えています。</b>" in sheet
    # Before its approval neither said so.
    before = day_of(now()) - timedelta(days=1)
    earlier = client.get(f"/dashboard/sheet?quarter={quarter}&on={before}").text
    assert "紙が増えています。" not in earlier


def test_a_line_leads_to_the_indicator_that_it_names(
    client: FlaskClient, session: Session, cast: SimpleNamespace
) -> None:
    lines = "\n".join(["<b>複合機の使用面数</b>は60面です。", *"二三四五六"])
    say(session, cast, StatementKind.SIX_LINES, {"month": MONTH, "ja": lines, "en": lines})
    page = client.get("/dashboard").text
    link = '<a href="/dashboard/indicators/copier-pages">複合機の使用面数</a>'
    assert f"<li>&lt;b&gt;{link}&lt;/b&gt;は60面です。</li>" in page
    assert "数と定義へたどれます" in page
    english = client.get("/dashboard", headers={"Accept-Language": "en"}).text
    assert 'copier-pages">複合機' not in english


def test_a_noted_change_is_named_in_full_below_its_chart(
    client: FlaskClient, session: Session, cast: SimpleNamespace
) -> None:
    name = "出先機関の会議も、この月から数えはじめました"
    change = {"day": months_later(NEWEST, -2).isoformat(), "ja": name, "en": name, "dropped": ""}
    say(session, cast, StatementKind.CHANGE, change, subject="copier-pages")
    page = client.get("/dashboard").text
    card = page.split('id="copier-pages"')[1].split("</li>")[0]
    assert f"「{name}」。" in card
    # Values before the change do not count toward a new range.
    assert "いまは3個です。" in card
