"""Reads one cell of a file of measures: a period or a number, as people write them. Pure."""

import math
import re
from datetime import date

from app.indicators.definitions import IndicatorDefinition, Period
from challenges.errors import N_, InvalidField
from challenges.text import same_width

_ERAS = {"令和": 2018, "R": 2018, "平成": 1988, "H": 1988}
"""The western year before the first of the era."""
_YEAR = r"(?:(?P<western>\d{4})|(?P<era>令和|平成|R|H)(?P<year>\d{1,2}|元))"
_MONTH = re.compile(rf"{_YEAR}(?:年|[-/.])(?P<month>\d{{1,2}})(?:月|[-/.])?(?:\d{{1,2}}日?)?分?")
_CUT_ZERO = re.compile(r"\d{4}\.\d")
"""A cell with 2026.10 is handed over as 2026.1, which looks like January."""
_COMPACT = re.compile(r"(?P<western>\d{4})(?P<month>\d{2})")
_QUARTER = re.compile(rf"{_YEAR}年度?(?:の)?第(?P<quarter>[1-4])四半期")
_FISCAL_YEAR = re.compile(rf"{_YEAR}年度")
_NUMBER = re.compile(r"[-+]?(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d+)?")
_MINUS = str.maketrans("−–—‐", "----")

MISSING = frozenset(
    (
        *("", "-", "--", "―", "ー", "…", "...", "未", "未登録", "未集計", "未計測", "未定"),
        *("なし", "該当なし", "欠測", "n/a", "na", "null", "none", "#n/a"),
    )
)
"""What stands for no value, in small letters. Missing is never zero."""
FORMS_OF_MONTHS = "2026-06、2026年6月、令和8年6月、R8.6"
LARGEST = 1e12


def read_period(text: str, period: Period) -> date:
    """The first day of the month, quarter or fiscal year that the cell means.

    Any month of a quarter or a year stands for it. Raises InvalidField.
    """
    plain = re.sub(r"\s", "", same_width(text)).upper()
    first = _first_day(plain)
    if first is None:
        raise InvalidField(
            N_("「%(cell)s」という月を読めません。%(forms)s のように書いてください。"),
            cell=text,
            forms=FORMS_OF_MONTHS,
        )
    if period is Period.MONTH:
        if "度" in plain:
            raise InvalidField(
                N_("月ごとの指標です。「%(cell)s」でなく、月を書いてください。"), cell=text
            )
        return first
    april = date(first.year - (first.month < 4), 4, 1)
    if period is Period.YEAR:
        return april
    return date(first.year, (first.month - 1) // 3 * 3 + 1, 1)


def _first_day(plain: str) -> date | None:
    if found := _QUARTER.fullmatch(plain):
        month = (4, 7, 10, 1)[int(found["quarter"]) - 1]
        return _day(_year(found) + (month == 1), month)
    if found := _FISCAL_YEAR.fullmatch(plain):
        return _day(_year(found), 4)
    if (found := _MONTH.fullmatch(plain)) and not _CUT_ZERO.fullmatch(plain):
        return _day(_year(found), int(found["month"]))
    if found := _COMPACT.fullmatch(plain):
        return _day(int(found["western"]), int(found["month"]))
    return None


def _year(found: re.Match[str]) -> int:
    if found["western"]:
        return int(found["western"])
    return _ERAS[found["era"]] + (1 if found["year"] == "元" else int(found["year"]))


def _day(year: int, month: int) -> date | None:
    return date(year, month, 1) if 1989 <= year <= 2100 and 1 <= month <= 12 else None


def is_missing(text: str) -> bool:
    """Whether the cell says that there is no value."""
    return _plain(text).strip("()").lower() in MISSING


def read_number(text: str, definition: IndicatorDefinition | None = None) -> float:
    """The number of a cell, with or without the unit of its indicator. Raises InvalidField."""
    plain = _plain(text)
    units = (definition.ja.unit, definition.en.unit) if definition else ("人", "件")
    for unit in units:
        if unit:
            plain = plain.removesuffix(same_width(unit))
    plain = plain.replace("▲", "-").replace("△", "-")
    if not plain.strip("+-") or not _NUMBER.fullmatch(plain):
        raise InvalidField(N_("「%(cell)s」は数ではありません。"), cell=text)
    number = float(plain.replace(",", ""))
    if not math.isfinite(number) or abs(number) >= LARGEST:
        raise InvalidField(N_("「%(cell)s」は大きすぎます。"), cell=text)
    return number


def _plain(text: str) -> str:
    return re.sub(r"\s", "", same_width(text)).translate(_MINUS)
