"""Two departments became one on 1 April: the new one is compared with both of last year, on the
page and in its files, and nobody is found out by it."""

import csv
import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import openpyxl
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from app.clock import now
from app.indicators.models import Measure, Source, UnitSuccessor
from challenges.people.models import Unit
from tests.app.indicators.measuring import published_at

THEN, NOW = date(2024, 6, 1), date(2025, 6, 1)
REORGANISED = date(2025, 4, 1)


@pytest.fixture
def units(session: Session) -> dict[str, Unit]:
    """Two departments, what they became, and one that nothing happened to."""
    made = [Unit(name=name, path=name) for name in ("観光部", "雇用部", "産業部", "防災部")]
    session.add_all(made)
    session.flush()
    return {one.name: one for one in made}


@pytest.fixture
def tell(session: Session, units: dict[str, Unit]) -> Callable[..., None]:
    """``tell("観光部", THEN, 40, of=20)``: publish a share; None if it is hidden."""

    def add(name: str, period: date, share: float | None, *, of: int | None = None) -> None:
        session.add(
            Measure(
                indicator="tried-share",
                version=1,
                unit_id=units[name].id if name else None,
                period=period,
                value=share,
                denominator=of,
                is_hidden=share is None,
                source=Source.COMPUTED,
                published_at=published_at(period),
            )
        )
        session.flush()

    return add


@pytest.fixture
def merge(session: Session, units: dict[str, Unit]) -> Callable[..., None]:
    """``merge("観光部", "雇用部", into="産業部")``, as the office enters it."""

    def enter(*names: str, into: str) -> None:
        session.add_all(
            UnitSuccessor(
                unit_id=units[name].id,
                successor_id=units[into].id,
                since=REORGANISED,
                entered_at=datetime(2025, 4, 2, tzinfo=UTC),
            )
            for name in names
        )
        session.flush()

    return enter


@pytest.fixture
def merged(tell: Callable[..., None], merge: Callable[..., None]) -> None:
    """8 of 20 and 12 of 60 people became 80, of whom 36 tried something."""
    tell("", THEN, 25, of=80)
    tell("観光部", THEN, 40, of=20)
    tell("雇用部", THEN, 20, of=60)
    tell("", NOW, 45, of=80)
    tell("産業部", NOW, 45, of=80)
    merge("観光部", "雇用部", into="産業部")


@pytest.fixture
def card(client: FlaskClient, units: dict[str, Unit]) -> Callable[..., str]:
    """``card("産業部")``: what its card says beside last year, without markup."""

    def read(name: str, **more: str) -> str:
        asked = {"unit": units[name].id, "compare": "year", **more}
        page = client.get("/dashboard", query_string=asked).text
        inside = page.split('id="tried-share"')[1].split("<details")[0]
        return re.sub(r"\s+", "", re.sub(r"<[^>]+>", "", inside))

    return read


@pytest.fixture
def line(client: FlaskClient, units: dict[str, Unit]) -> Callable[..., dict[str, str]]:
    """``line("産業部")``: its line in the CSV file of the overview."""

    def read(name: str) -> dict[str, str]:
        text = client.get(f"/dashboard/files/overview.csv?unit={units[name].id}").text
        rows = csv.DictReader(io.StringIO(text.lstrip("\ufeff")))
        return next(one for one in rows if one["指標"] == "挑戦した人の割合")

    return read


@pytest.mark.usefixtures("merged")
def test_a_merged_department_stands_beside_both_of_last_year(card: Callable[..., str]) -> None:
    told = card("産業部")
    assert "45%2025年6月" in told
    assert "去年25%" in told
    assert "去年は、観光部、雇用部の公開した値を合わせたものです。" in told


@pytest.mark.usefixtures("merged")
def test_its_files_and_its_own_page_say_the_same(
    client: FlaskClient, units: dict[str, Unit], line: Callable[..., dict[str, str]]
) -> None:
    told = "去年は、観光部、雇用部の公開した値を合わせたものです。"
    assert (line("産業部")["去年の同じ期間"], line("産業部")["去年の値について"]) == ("25.0", told)
    asked = f"?unit={units['産業部'].id}"
    book = client.get(f"/dashboard/files/overview.xlsx{asked}").data
    sheet = openpyxl.load_workbook(io.BytesIO(book)).worksheets[0]
    values = [list(row) for row in sheet.values]
    headings = next(row for row in values if "指標" in row)
    [found] = [row for row in values if "挑戦した人の割合" in row]
    there = dict(zip(headings, found, strict=True))
    assert (there["去年の同じ期間"], there["去年の値について"]) == (25, told)
    page = client.get(f"/dashboard/indicators/tried-share{asked}").text
    assert told in page
    assert "<dd>25%</dd>" in page


@pytest.mark.usefixtures("merged")
def test_the_whole_and_its_sheet_of_paper_stay_as_they_are(
    client: FlaskClient, card: Callable[..., str]
) -> None:
    page = client.get("/dashboard?compare=year").text.split('id="tried-share"')[1]
    assert "<dd>25%</dd>" in page.split("<details")[0]
    sheet = client.get("/dashboard/sheet?quarter=2025Q1&on=2025-07-31").text
    row = sheet.split("挑戦した人の割合</th>")[1].split("</tr>")[0]
    assert re.findall(r'"num">([^<]*)<', row)[1] == "25"


def test_nothing_is_told_of_a_part_that_is_hidden(
    tell: Callable[..., None],
    merge: Callable[..., None],
    card: Callable[..., str],
    line: Callable[..., dict[str, str]],
) -> None:
    tell("観光部", THEN, 40, of=20)
    tell("雇用部", THEN, None)
    tell("産業部", NOW, 45, of=25)
    merge("観光部", "雇用部", into="産業部")
    told = card("産業部")
    assert "去年—" in told
    assert "去年の観光部、雇用部に伏せた値があるため、合わせられません。" in told
    assert line("産業部")["去年の同じ期間"] == "—"


def test_a_part_of_a_divided_department_is_compared_with_nothing(
    tell: Callable[..., None], merge: Callable[..., None], card: Callable[..., str]
) -> None:
    tell("観光部", THEN, 40, of=60)
    tell("防災部", THEN, 30, of=20)
    tell("防災部", NOW, 35, of=50)
    tell("産業部", NOW, 45, of=30)
    merge("観光部", into="産業部")
    merge("観光部", into="防災部")
    for name in ("産業部", "防災部"):
        assert "去年—" in card(name)
        assert "組織が分かれたため、去年とは比べられません。" in card(name)


def test_a_department_under_a_new_name_is_compared_with_the_old_one(
    tell: Callable[..., None], merge: Callable[..., None], card: Callable[..., str]
) -> None:
    tell("観光部", THEN, 40, of=60)
    tell("産業部", NOW, 45, of=60)
    merge("観光部", into="産業部")
    assert "去年40%" in card("産業部")
    assert "去年は、観光部の値です。" in card("産業部")


def test_without_a_reorganisation_nothing_is_said(
    tell: Callable[..., None], card: Callable[..., str]
) -> None:
    tell("防災部", THEN, 30, of=20)
    tell("防災部", NOW, 35, of=20)
    assert "去年30%" in card("防災部")
    assert "去年は" not in card("防災部")


@pytest.mark.usefixtures("merged")
def test_what_the_office_enters_and_takes_back_shows_at_once(
    session: Session, card: Callable[..., str]
) -> None:
    assert "去年25%" in card("産業部")
    session.execute(delete(UnitSuccessor))
    assert "去年未登録" in card("産業部")


@pytest.mark.usefixtures("merged")
def test_a_past_day_knows_what_was_entered_by_then(
    session: Session, card: Callable[..., str]
) -> None:
    session.execute(update(UnitSuccessor).values(entered_at=now()))
    assert "去年未登録" in card("産業部", on="2025-08-01")
    assert "去年25%" in card("産業部")


@pytest.mark.usefixtures("merged")
def test_a_merged_department_costs_few_statements(
    app: Flask, client: FlaskClient, units: dict[str, Unit], count_statements: Any
) -> None:
    with count_statements(app.extensions["stepup_database"].engine) as asked:
        client.get(f"/dashboard?unit={units['産業部'].id}&compare=year")
    assert len(asked) <= 12
