"""Reads dates as people write them: ISO, with slashes, or in an era (令和8年4月1日, R8.4.1).

For files that people hand in. The browser sends ISO dates, which need none of this.
"""

import re
from datetime import date
from typing import NamedTuple

from challenges.errors import N_, Unreadable
from challenges.text import same_width


class _Era(NamedTuple):
    name: str
    first: date
    last: date


_ERAS = {
    "R": _Era("令和", date(2019, 5, 1), date(2100, 12, 31)),
    "H": _Era("平成", date(1989, 1, 8), date(2019, 4, 30)),
    "S": _Era("昭和", date(1926, 12, 25), date(1989, 1, 7)),
}
_LETTERS = {era.name: letter for letter, era in _ERAS.items()}

_WESTERN = re.compile(r"(\d{4})(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日)")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_JAPANESE = re.compile(
    r"(令和|平成|昭和|[RHS])(\d{1,2}|元)(?:[-/.](\d{1,2})[-/.](\d{1,2})|年(\d{1,2})月(\d{1,2})日)"
)

_FORMS = "2026-04-01、2026/4/1、令和8年4月1日、R8.4.1"


def read_date(text: str) -> date:
    """The day that ``text`` means. Digits may be full-width, and spaces are ignored.

    Raises Unreadable, which says what is wrong.
    """
    plain = re.sub(r"\s", "", same_width(text)).upper()
    if found := _WESTERN.fullmatch(plain) or _COMPACT.fullmatch(plain):
        return _day(text, *_three(found.groups()))
    if found := _JAPANESE.fullmatch(plain):
        era, *rest = found.groups()
        return _in_era(text, _ERAS[_LETTERS.get(era or "", era or "")], *_three(rest))
    raise Unreadable(
        N_("日付「%(text)s」を読めません。%(forms)s のように書いてください。"),
        text=text,
        forms=_FORMS,
    )


def _three(groups: tuple[str | None, ...] | list[str | None]) -> tuple[int, int, int]:
    year, month, day = (1 if group == "元" else int(group) for group in groups if group)
    return year, month, day


def _day(text: str, year: int, month: int, day: int) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise Unreadable(N_("「%(text)s」という日は暦にありません。"), text=text) from None
    if not 1926 <= found.year <= 2100:
        raise Unreadable(N_("「%(text)s」の年を確かめてください。"), text=text)
    return found


def _in_era(text: str, era: _Era, year: int, month: int, day: int) -> date:
    found = _day(text, era.first.year + year - 1, month, day) if year else None
    if found is None or not era.first <= found <= era.last:
        raise Unreadable(
            N_("「%(text)s」は%(era)sの期間にありません。年号を確かめてください。"),
            text=text,
            era=era.name,
        )
    return found
