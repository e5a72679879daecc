"""The dashboard as everybody reads it: words first, filters, past days, files, frames."""

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.config import Config, DateStyle
from app.indicators.models import ImportState, Measure, MeasureImport, Source
from app.indicators.series import months_later
from app.studio import catalogue_terms
from app.web import eras
from app.web.pages.dashboard_sheet import Quarter
from challenges.calendar import day_of
from challenges.people.models import Membership, Person, Unit
from tests.app.indicators.measuring import CALM, measure, published_at
from tests.app.web.htmx import partial

As = Callable[[Person], FlaskClient]
NEWEST = months_later(day_of(now()), -2)
"""A month that is settled whenever the tests run."""


def year_before(months: int) -> Any:
    return months_later(NEWEST, -months)


@pytest.fixture
def measures(session: Session, cast: SimpleNamespace) -> None:
    """One that got better, one that is stuck, a calm one; the share of a department, and another
    one hidden."""
    share = {"numerator": 1613, "denominator": 4481, "by_calendar": 12}
    measure(session, "tried-share", CALM, first=year_before(12))
    measure(session, "tried-share", [60], first=NEWEST, **share)
    measure(session, "copier-pages", [*CALM, 60], first=year_before(12))
    measure(session, "within-45-minutes", [*CALM, 31], first=year_before(12))
    units = {unit.path: unit.id for unit in session.scalars(select(Unit))}
    of_unit = {"first": year_before(12), "unit_id": units["デジタル部"]}
    measure(session, "tried-share", [*CALM, 45], **of_unit)
    session.add(
        Measure(
            indicator="tried-share",
            version=1,
            source=Source.COMPUTED,
            period=NEWEST,
            unit_id=units["農林部"],
            value=None,
            is_hidden=True,
            published_at=now() - timedelta(days=1),
        )
    )
    session.flush()


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text.lstrip("\ufeff"))))


@pytest.mark.usefixtures("measures")
def test_it_opens_with_what_changed_without_signing_in(client: FlaskClient) -> None:
    page = client.get("/dashboard")
    assert page.status_code == 200
    assert "一つ良くなり、一つ止まっています。" in page.text
    words = page.text.split("6行で見る現況")[0]
    assert words.index("複合機の使用面数") < words.index("挑戦した人の割合")
    assert "は60%です" in words
    assert "4,481のうち1,613" in words
    assert "まだ値がありません" in words


def test_an_empty_dashboard_says_so_and_makes_nothing_up(client: FlaskClient) -> None:
    page = client.get("/dashboard").text
    assert "値は、これから登録します。" in page
    assert page.count("未登録") > 40
    assert '<svg class="chart' not in page


@pytest.mark.usefixtures("measures")
def test_each_card_has_limits_the_value_before_and_its_definition(client: FlaskClient) -> None:
    card = client.get("/dashboard").text.split('id="tried-share"')[1].split("</li>")[0]
    for words in ("前の月", "32%", "26 から 36%", "定義", "出所", "留意点"):
        assert words in card
    assert "うち自動 12件" in card
    assert card.count('<svg class="chart') == 2


@pytest.mark.usefixtures("measures")
def test_a_unit_shows_its_own_values_while_the_words_speak_of_the_whole(
    client: FlaskClient, session: Session
) -> None:
    unit = session.scalars(select(Unit).where(Unit.path == "デジタル部")).one()
    page = client.get(f"/dashboard?unit={unit.id}").text
    assert "は60%です" in page
    card = page.split('id="tried-share"')[1].split("</li>")[0]
    assert "<b>45</b>" in card
    other = page.split('id="copier-pages"')[1].split("</li>")[0]
    assert "県庁全体だけ" in other
    # One fold has all that units have no values of, and no empty group stands above it.
    assert page.count("県庁全体だけの指標（") == 1
    assert "コミュニケーション活性化</h3>" not in page
    assert 'class="group-ways' not in page
    assert "複合機の使用面数" not in page.split('id="overview-name"')[1].split("</table>")[0]
    for what in ("overview", "values"):
        file = rows(client.get(f"/dashboard/files/{what}.csv?unit={unit.id}").text)
        assert {one["指標"] for one in file} <= {"挑戦した人の割合", "学びの到達"}
    assert "<b>60</b>" not in other


@pytest.mark.usefixtures("measures")
def test_a_hidden_value_is_no_number_anywhere(client: FlaskClient, session: Session) -> None:
    unit = session.scalars(select(Unit).where(Unit.path == "農林部")).one()
    card = client.get(f"/dashboard?unit={unit.id}").text.split('id="tried-share"')[1]
    assert "小さな集まりの数が分からないように、伏せています。" in card.split("</li>")[0]
    assert "未登録" not in card.split("</li>")[0]
    # The table beside the cards and its file do not call it missing either.
    table = card.split('id="overview-name"')[1].split("</table>")[0]
    assert "伏せています" in table
    assert "未登録" not in table
    [line] = rows(client.get(f"/dashboard/files/overview.csv?unit={unit.id}&project=common").text)
    assert (line["見立て"], line["状態"]) == ("伏せています", "伏せています")
    file = rows(client.get(f"/dashboard/files/values.csv?unit={unit.id}&project=common").text)
    assert [(one["値"], one["分母"], one["状態"]) for one in file] == [("—", "—", "伏せています")]


@pytest.mark.parametrize("address", ["/dashboard?unit=99999", "/dashboard/indicators/no-such"])
def test_what_does_not_exist_is_not_found(client: FlaskClient, address: str) -> None:
    assert client.get(address).status_code == 404


@pytest.mark.usefixtures("measures")
def test_filters_answer_htmx_with_the_indicators_alone(client: FlaskClient) -> None:
    part = client.get("/dashboard?project=meetings", headers=partial("section#indicators"))
    assert part.text.lstrip().startswith('<section id="indicators"')
    assert "45分以内の会議" in part.text
    assert "複合機の使用面数" not in part.text


@pytest.mark.usefixtures("measures")
def test_a_past_day_shows_what_was_published_then(client: FlaskClient, session: Session) -> None:
    session.add(
        Measure(
            indicator="copier-pages",
            version=1,
            source=Source.COMPUTED,
            period=NEWEST,
            value=31,
            published_at=now() - timedelta(minutes=1),
            reason="数え間違い",
        )
    )
    before = day_of(now()) - timedelta(days=1)
    assert "<b>31</b>" in client.get("/dashboard").text.split('id="copier-pages"')[1][:1500]
    page = client.get(f"/dashboard?on={before.isoformat()}").text
    assert "<b>60</b>" in page.split('id="copier-pages"')[1][:1500]
    assert "いまの内容ではありません" in page
    assert "数え間違い" in client.get("/dashboard/indicators/copier-pages").text


@pytest.mark.parametrize("day", ["yesterday", "2026-13-01"])
def test_a_day_that_is_none_is_refused(client: FlaskClient, day: str) -> None:
    assert client.get(f"/dashboard?on={day}").status_code == 422


@pytest.mark.usefixtures("measures")
def test_last_year_stands_beside_where_asked_for(client: FlaskClient) -> None:
    card = client.get("/dashboard?compare=year").text.split('id="copier-pages"')[1]
    assert "去年" in card.split("</dl>")[0]


@pytest.mark.usefixtures("measures")
def test_every_table_is_there_as_csv_and_workbook(client: FlaskClient) -> None:
    overview = rows(client.get("/dashboard/files/overview.csv").text)
    line = next(one for one in overview if one["指標"] == "挑戦した人の割合")
    assert (line["値"], line["単位"], line["見立て"]) == ("60.0", "%", "良くなっています")
    assert line["期間"] == NEWEST.isoformat()
    every = rows(client.get("/dashboard/files/values.csv").text)
    assert len(every) == 39
    assert len(rows(client.get("/dashboard/indicators/tried-share/values.csv").text)) == 13
    for address in (
        "/dashboard/files/overview.xlsx",
        "/dashboard/indicators/tried-share/values.xlsx",
        "/dashboard/sheet.xlsx",
        "/dashboard/sheet.csv",
    ):
        assert client.get(address).status_code == 200
    assert client.get("/dashboard/files/people.csv").status_code == 404


@pytest.mark.usefixtures("measures")
def test_it_is_there_in_english(client: FlaskClient) -> None:
    page = client.get("/dashboard", headers={"Accept-Language": "en"}).text
    assert "one got better and one got stuck" in page
    assert "Staff who took a step" in page
    assert "4,481" in page


def test_statements_are_the_same_however_much_there_is(
    app: Flask, client: FlaskClient, session: Session, count_statements: Any, measures: None
) -> None:
    engine = app.extensions["stepup_database"].engine
    client.get("/dashboard")
    measure(session, "api-use", CALM, first=year_before(12))
    with count_statements(engine) as few:
        client.get("/dashboard")
    for slug in ("posters-share", "confidence", "empty-searches", "asked-again"):
        measure(session, slug, CALM * 5, first=year_before(60))
    with count_statements(engine) as many:
        client.get("/dashboard")
    assert len(few) == len(many) <= 12
    with count_statements(engine) as again:
        client.get("/dashboard")
    assert len(again) < len(many)


@pytest.mark.usefixtures("measures")
def test_what_is_kept_in_memory_is_never_stale(client: FlaskClient, session: Session) -> None:
    def card() -> str:
        return client.get("/dashboard").text.split('id="copier-pages"')[1].split("</li>")[0]

    assert "<b>60</b>" in card()
    more = {"published_at": now() - timedelta(minutes=1), "reason": "数え間違い"}
    measure(session, "copier-pages", [44], first=NEWEST, **more)
    assert "<b>44</b>" in card()
    file = MeasureImport(
        file_name="a.csv",
        digest="0" * 64,
        mapping={},
        lines=1,
        state=ImportState.RUNNING,
        begun_at=now(),
    )
    session.add(file)
    session.flush()
    of_file = {"source": Source.IMPORTED, "import_id": file.id, "published_at": now()}
    measure(session, "copier-pages", [45], first=NEWEST, **of_file)
    assert "<b>44</b>" in card()
    file.shown_at = now()
    assert "<b>45</b>" in card()
    file.undone_at = now()
    assert "<b>44</b>" in card()


@pytest.mark.usefixtures("measures")
def test_a_kept_page_is_one_for_each_language_and_filter(client: FlaskClient) -> None:
    addresses = ["/dashboard", "/dashboard?compare=year", "/dashboard?project=meetings"]
    first = [client.get(address).text for address in addresses]
    assert len(set(first)) == 3
    english = client.get("/dashboard", headers={"Accept-Language": "en"}).text
    assert "Definition" in english
    assert [client.get(address).text.split("<main")[1] for address in addresses] == [
        text.split("<main")[1] for text in first
    ]


def configured(app: Flask, **settings: Any) -> None:
    config: Config = app.extensions["stepup_config"]
    app.extensions["stepup_config"] = replace(config, **settings)


def test_without_the_setting_it_asks_to_sign_in(
    app: Flask, client: FlaskClient, as_: As, cast: SimpleNamespace
) -> None:
    configured(app, dashboard_public=False)
    for address in ("/dashboard", "/dashboard/sheet", "/dashboard/screen", "/dashboard/sheet.csv"):
        answer = client.get(address)
        assert answer.status_code == 302
        assert "/sign-in" in answer.location
    assert "ダッシュボード" not in client.get("/sign-in").text
    assert as_(cast.staff).get("/dashboard").status_code == 200


def test_it_is_linked_from_where_one_signs_in(client: FlaskClient) -> None:
    assert 'href="/dashboard"' in client.get("/sign-in").text


def test_it_is_framed_by_nobody_unless_told(client: FlaskClient) -> None:
    for address in ("/dashboard", "/dashboard/sheet", "/dashboard/screen"):
        headers = client.get(address).headers
        assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
        assert headers["X-Frame-Options"] == "DENY"


def test_the_named_hosts_may_frame_it_and_nothing_else(app: Flask, client: FlaskClient) -> None:
    configured(app, dashboard_embed=("https://intra.pref.example.jp", "*.example.jp"))
    headers = client.get("/dashboard").headers
    policy = headers["Content-Security-Policy"].split("; ")
    assert "frame-ancestors https://intra.pref.example.jp *.example.jp" in policy
    assert "script-src 'self'" in policy
    assert "X-Frame-Options" not in headers
    for address in ("/sign-in", "/about", "/no-such-page"):
        other = client.get(address).headers
        assert "frame-ancestors 'none'" in other["Content-Security-Policy"]
        assert other["X-Frame-Options"] == "DENY"


def test_the_sheet_stands_on_the_last_day_of_its_quarter(
    client: FlaskClient, session: Session
) -> None:
    first = date(2025, 7, 1)
    measure(session, "copier-pages", [*CALM, 99], first=first)
    correction = datetime(2026, 9, 1, tzinfo=UTC)
    june = first.replace(year=2026, month=6)
    measure(session, "copier-pages", [77], first=june, published_at=correction, reason="再計算")
    page = client.get("/dashboard/sheet?quarter=2026Q1&on=2026-07-31").text
    assert "令和8年6月30日現在" in page
    assert "令和8年度（2026年度） 第1四半期" in page
    assert "32面" in page
    assert "99面" not in page
    assert "77面" not in page
    assert "77面" in client.get("/dashboard/sheet?quarter=2026Q1&on=2026-09-30").text


@pytest.mark.parametrize("quarter", ["2026Q5", "26Q1", "2026"])
def test_a_quarter_that_is_none_is_refused(client: FlaskClient, quarter: str) -> None:
    answer = client.get(f"/dashboard/sheet?quarter={quarter}")
    assert answer.status_code == 422
    assert "2026Q1" in answer.text


@pytest.mark.parametrize(
    ("number", "last_day"),
    [(1, "2025-06-30"), (2, "2025-09-30"), (3, "2025-12-31"), (4, "2026-03-31")],
)
def test_each_quarter_ends_with_its_third_month(
    client: FlaskClient, number: int, last_day: str
) -> None:
    quarter = Quarter(2025, number)
    assert quarter.last_day.isoformat() == last_day
    assert Quarter.of(quarter.last_day) == quarter
    assert Quarter.of(quarter.last_day + timedelta(days=1)).before == quarter
    assert client.get(f"/dashboard/sheet?quarter={quarter}").status_code == 200


def test_a_quarter_that_is_not_over_has_no_sheet(client: FlaskClient) -> None:
    quarter = Quarter.of(day_of(now()))
    assert "まだ終わっていない" in client.get(f"/dashboard/sheet?quarter={quarter}").text
    for form in ("", ".csv", ".xlsx"):
        assert client.get(f"/dashboard/sheet{form}?quarter={quarter}").status_code == 422
        assert client.get(f"/dashboard/sheet{form}?quarter={quarter.before}").status_code == 200


@pytest.mark.usefixtures("measures")
def test_the_screen_has_a_page_for_each_value(client: FlaskClient) -> None:
    page = client.get("/dashboard/screen").text
    assert page.count('class="leaf-page"') == 4
    assert page.index("複合機の使用面数") < page.index("45分以内の会議")


@pytest.mark.usefixtures("measures")
def test_nobody_is_named(client: FlaskClient, session: Session) -> None:
    addresses = ["/dashboard", "/dashboard/screen", "/dashboard/sheet"]
    pages = "".join(client.get(address).text for address in addresses)
    assert [one.name for one in session.scalars(select(Person)) if one.name in pages] == []


def test_a_unit_to_come_is_named_nowhere(
    session: Session, cast: SimpleNamespace, client: FlaskClient
) -> None:
    unit = Unit(name="未来部", path="未来部", position=9)
    session.add(unit)
    session.flush()
    tomorrow = day_of(now()) + timedelta(days=1)
    session.add(
        Membership(person_id=cast.staff.id, unit_id=unit.id, valid_from=tomorrow, is_primary=False)
    )
    session.commit()
    one = "/dashboard/indicators/tried-share"
    for address in ("/dashboard", one, f"{one}/values.csv", "/dashboard/files/values.csv"):
        assert "未来部" not in client.get(f"{address}?unit={unit.id}").text


@pytest.mark.usefixtures("measures")
def test_each_card_names_the_baseline_of_its_limits(client: FlaskClient) -> None:
    card = client.get("/dashboard").text.split('id="tried-share"')[1].split("</li>")[0]
    assert "<dt>基準値</dt><dd>31%</dd>" in card
    first, last = year_before(12), year_before(1)
    told = f"{first.year}年{first.month}月から{last.year}年{last.month}月までの12回の値の平均です。"
    assert told in card
    file = rows(client.get("/dashboard/files/overview.csv").text)
    assert {one["指標"]: one["基準値"] for one in file}["挑戦した人の割合"] == "31.0"
    states = {one["指標"]: one["状態"] for one in file}
    assert (states["挑戦した人の割合"], states["自信"]) == ("", "未登録")


@pytest.mark.usefixtures("measures")
def test_each_group_is_a_step_away(client: FlaskClient) -> None:
    page = client.get("/dashboard").text
    ways = page.split('class="group-ways')[1].split("</nav>")[0]
    for anchor in re.findall(r'href="#([^"]+)"', ways):
        assert f'id="{anchor}"' in page
    assert "<b>一つ、止まっています</b>" in ways
    assert 'class="group-ways' not in client.get("/dashboard?project=meetings").text


@pytest.mark.usefixtures("measures")
def test_terms_and_contact_are_those_that_the_office_entered(
    client: FlaskClient, session: Session, cast: SimpleNamespace
) -> None:
    page = client.get("/dashboard").text
    assert "利用条件：未設定" in page
    assert 'href="/dashboard/api">プログラムから使う</a>' in page
    typed = {"licence_name": "CC BY 4.0", "licence_url": "https://example.jp/by"}
    typed |= {"contact_name": "DX推進課"}
    catalogue_terms.enter(session, typed, by_id=cast.dx.id, at=now())
    page = client.get("/dashboard").text
    assert '<a href="https://example.jp/by" rel="license noreferrer">CC BY 4.0</a>' in page
    assert "問い合わせ先：DX推進課" in page


@pytest.mark.usefixtures("measures")
def test_days_and_months_are_in_the_era_where_the_setting_says_so(
    app: Flask, client: FlaskClient
) -> None:
    western, era = f"{NEWEST.year}年{NEWEST.month}月", f"{eras.era_year(NEWEST)}{NEWEST.month}月"
    assert western in client.get("/dashboard").text
    configured(app, date_style=DateStyle.ERA)
    app.extensions.pop("stepup_dashboard")  # as a restart does
    # The charts name months in western years, with the same words for every setting.
    words = re.sub(r"<svg.*?</svg>", "", client.get("/dashboard").text, flags=re.DOTALL)
    assert era in words
    assert western not in words
    published = day_of(published_at(NEWEST))
    assert f">{eras.era_year(published)}{published.month}月{published.day}日</time>現在" in words


@pytest.mark.usefixtures("measures")
def test_reasons_of_the_app_are_in_the_language_of_the_reader(
    client: FlaskClient, session: Session
) -> None:
    more = {"published_at": now() - timedelta(minutes=1), "reason": "取込み3による差し替え"}
    measure(session, "copier-pages", [44], first=NEWEST, **more)
    address = "/dashboard/indicators/copier-pages"
    assert "取込み3による差し替え" in client.get(address).text
    english = client.get(address, headers={"Accept-Language": "en"}).text
    assert "取込み3" not in english
    assert "Replaced by import 3" in english


def test_few_values_are_said_to_be_few(client: FlaskClient, session: Session) -> None:
    measure(session, "copier-pages", [50] * 7, first=year_before(6))
    measure(session, "tried-share", CALM[:5], first=year_before(4))
    page = client.get("/dashboard").text
    words, cards = page.split('id="six-name"')
    assert "ほかの一つは、ふだんの変動幅の中です。" in words
    assert "一つは、値がまだ少なく、変動幅を引けません。" in words
    few = cards.split('id="tried-share"')[1].split("</li>")[0]
    assert "値をためています" in few
    assert "いまは5個です。" in few
    assert "ずっと同じ値です。" in cards.split('id="copier-pages"')[1].split("</li>")[0]


def test_a_visitor_reads_where_to_sign_in(client: FlaskClient) -> None:
    head = client.get("/dashboard").text.split("<main")[0]
    assert 'class="tool is-named" href="/sign-in"' in head
    assert 'href="/dashboard/api">データの使い方</a>' in head
    guide = client.get("/dashboard/api").text.split("<main")[0]
    assert 'href="/dashboard/api" aria-current="page"' in guide
