"""Fiscal years and days in eras, western years, or both."""

from datetime import date

import pytest
from flask import Flask

from app.config import DateStyle
from app.web import eras
from app.web.language import speaking


@pytest.fixture(autouse=True)
def request_context(app: Flask) -> object:
    """A request, which has a language."""
    with app.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 6, 30), "令和8年"),
        (date(2019, 5, 1), "令和元年"),
        (date(2019, 4, 30), "平成31年"),
        (date(1989, 1, 8), "平成元年"),
        (date(1989, 1, 7), "昭和64年"),
        (date(1926, 12, 25), "昭和元年"),
        (date(1926, 12, 24), "1926年"),
    ],
)
def test_a_year_is_that_of_the_era_on_its_day(day: date, expected: str) -> None:
    assert eras.era_year(day) == expected


@pytest.mark.parametrize(
    ("year", "expected"),
    [
        (2026, "令和8年度（2026年度）"),
        (2019, "令和元年度（2019年度）"),
        (2018, "平成30年度（2018年度）"),
        (1989, "平成元年度（1989年度）"),
        (1988, "昭和63年度（1988年度）"),
    ],
)
def test_a_fiscal_year_has_one_era(year: int, expected: str) -> None:
    assert eras.fiscal_year(year) == expected


@pytest.mark.parametrize(
    ("style", "year", "day"),
    [
        (DateStyle.BOTH, "令和8年度（2026年度）", "令和8年6月30日"),
        (DateStyle.ERA, "令和8年度", "令和8年6月30日"),
        (DateStyle.WESTERN, "2026年度", "2026年6月30日"),
    ],
)
def test_the_style_decides(style: DateStyle, year: str, day: str) -> None:
    assert eras.fiscal_year(2026, style=style) == year
    assert eras.era_day(date(2026, 6, 30), style=style) == day


def test_english_names_the_era_only_of_a_fiscal_year() -> None:
    with speaking("en"):
        assert eras.fiscal_year(2026) == "fiscal 2026 (Reiwa 8)"
        assert eras.fiscal_year(2026, style=DateStyle.WESTERN) == "fiscal 2026"
        assert eras.era_day(date(2026, 6, 30)) == "30 June 2026"


def test_a_fiscal_year_alone_begins_like_a_title() -> None:
    with speaking("en"):
        assert eras.fiscal_year_label(2026) == "Fiscal 2026 (Reiwa 8)"
    assert eras.fiscal_year_label(2026) == eras.fiscal_year(2026)
