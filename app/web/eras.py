"""Fiscal years, quarters and days as an office writes them: 令和8年度（2026年度）.

``DATE_STYLE`` decides between era, western year and both. English pages name both only where a
fiscal year is meant; files for programs have ISO dates everywhere.
"""

from datetime import date
from typing import NamedTuple

from app.config import DateStyle, config
from app.indicators.definitions import Period
from app.web.language import language


class _Era(NamedTuple):
    name: str
    english: str
    first: date


_ERAS = (
    _Era("令和", "Reiwa", date(2019, 5, 1)),
    _Era("平成", "Heisei", date(1989, 1, 8)),
    _Era("昭和", "Showa", date(1926, 12, 25)),
)


def era_year(day: date) -> str:
    """令和8年, 平成31年, 令和元年; the western year before Showa."""
    era = next((one for one in _ERAS if one.first <= day), None)
    if era is None:
        return f"{day.year}年"
    number = day.year - era.first.year + 1
    return f"{era.name}{'元' if number == 1 else number}年"


def era_day(day: date, *, style: DateStyle | None = None) -> str:
    """令和8年6月30日, also where both are written: two years in one date are hard to read.
    In English 30 June 2026."""
    if language() == "en":
        return f"{day.day} {day:%B} {day.year}"
    is_western = (style or config().date_style) is DateStyle.WESTERN
    return f"{f'{day.year}年' if is_western else era_year(day)}{day.month}月{day.day}日"


def era_period(day: date, period: Period) -> str:
    """The period that begins on that day: 令和8年6月, 令和8年4月から6月, 令和8年度."""
    if period is Period.YEAR:
        return fiscal_year(day.year)
    year = era_year(day)
    if period is Period.QUARTER:
        return f"{year}{day.month}月から{day.month + 2}月"
    return f"{year}{day.month}月"


def is_era_alone() -> bool:
    """Whether Japanese pages write eras and no western year."""
    return config().date_style is DateStyle.ERA and language() == "ja"


def fiscal_year(number: int, *, style: DateStyle | None = None) -> str:
    """令和8年度（2026年度）; in English fiscal 2026 (Reiwa 8).

    A year has the era of its May, so 2019 is 令和元年度, as the government called it.
    """
    here = date(number, 5, 1)
    if language() == "en":
        return _in_english(here, style)
    in_era, western = f"{era_year(here)}度", f"{number}年度"
    match style or config().date_style:
        case DateStyle.ERA:
            return in_era
        case DateStyle.WESTERN:
            return western
        case _:
            return f"{in_era}（{western}）"


def fiscal_year_label(number: int) -> str:
    """The same where it stands alone: Fiscal 2026 (Reiwa 8)."""
    words = fiscal_year(number)
    return words[:1].upper() + words[1:]


def _in_english(day: date, style: DateStyle | None) -> str:
    era = next((one for one in _ERAS if one.first <= day), None)
    if era is None or (style or config().date_style) is DateStyle.WESTERN:
        return f"fiscal {day.year}"
    return f"fiscal {day.year} ({era.english} {day.year - era.first.year + 1})"
