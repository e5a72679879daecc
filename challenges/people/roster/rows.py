"""One line of the personnel list: its columns, and what each cell may say.

What needs two lines to judge is in reading.py.
"""

import re
from dataclasses import dataclass
from datetime import date
from typing import Annotated

from challenges.dates import read_date
from challenges.people.counting import EMPLOYMENTS, Period
from challenges.people.units import names_in, path_of
from challenges.tables.cells import Column, Reader, one_of, text
from challenges.text import comparable, in_one_line, same_width
from challenges.vocabulary import Employment, Site

_EMPLOYMENTS = {"": None, **EMPLOYMENTS, "会計年度任用職員": Employment.FISCAL_YEAR}
_SITES = {"": None, "本庁": Site.HEAD, "出先機関": Site.BRANCH, "出先": Site.BRANCH}
_MANAGER = {
    # The circles are three different characters.
    **dict.fromkeys(("1", "○", "〇", "◯", "はい", "true", "yes"), True),
    **dict.fromkeys(("", "0", "×", "いいえ", "false", "no", "-"), False),
}
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
_ROUNDED_NUMBER = re.compile(r"\d(\.\d+)?[Ee]\+\d+")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
_IN_BRACKETS = re.compile(r"[（(][^（()）]*[）)]")
_BETWEEN_PERIODS = re.compile(r"[、，,;；]")


def _single(
    *headings: str, read: Reader, between: str = "、，;；\n", is_optional: bool = False
) -> Column:
    """A column that refuses several values in one cell. A list in brackets is one value."""

    def read_one(cell: str) -> object:
        if set(between) & set(_IN_BRACKETS.sub("", cell).strip()):
            raise ValueError(
                f"「{in_one_line(cell)}」には値が二つ以上あるようです。"
                "発令一つにつき一行にしてください。"
            )
        return read(cell)

    return Column(*headings, read=read_one, is_optional=is_optional)


def _employee_number(cell: str) -> str:
    plain = text(32, must=True)(same_width(cell))
    if _ROUNDED_NUMBER.fullmatch(plain):
        raise ValueError(
            f"「{cell}」は、Excel が数値として丸めた職員番号のようです。"
            "列の書式を「文字列」にして、もとの番号を入れ直してください。"
        )
    if not _NUMBER.fullmatch(plain):
        raise ValueError(
            f"「{cell}」は職員番号として使えません。英数字と . _ - だけで書いてください。"
        )
    return plain


def _kana(cell: str) -> str:
    return text(100)(same_width(cell))


def _email(cell: str) -> str:
    plain = text(254)(same_width(cell).lower())
    if plain and not _EMAIL.fullmatch(plain):
        raise ValueError(f"「{cell}」はメールアドレスの形をしていません。")
    return plain


def _unit(cell: str) -> str:
    names = names_in(text(400, must=True)(cell))
    if not all(names):
        raise ValueError(f"「{cell}」に名前のない所属があります。部/課/班 のように書いてください。")
    for name in names:
        text(100)(name)
        # Some characters become several with a slash in NFKC, such as ℅.
        if comparable(name).count("/") > name.count("/") + name.count("／"):
            raise ValueError(
                f"「{cell}」に、所属の区切り（/）とまぎらわしい文字（℅ など）があります。"
            )
    return text(400)(path_of(names))


def _valid_from(cell: str) -> date:
    return read_date(text(40, must=True)(cell))


def _uncounted(cell: str) -> tuple[Period, ...]:
    return tuple(_period(part) for part in _BETWEEN_PERIODS.split(cell) if part.strip())


def _period(part: str) -> Period:
    first, dash, last = comparable(part).replace("から", "~").partition("~")
    if not dash:
        raise ValueError(
            f"期間「{part}」を読めません。2026-04-01～2026-09-30 のように書いてください。"
        )
    period = Period(read_date(first), read_date(last.removesuffix("まで")) if last else None)
    if period.last_day and period.last_day < period.first_day:
        raise ValueError(f"期間「{part}」の終わりが始まりより前です。")
    return period


_manager = one_of(_MANAGER, "管理職なら 1（または ○）、そうでなければ空にしてください。")
_employment = one_of(_EMPLOYMENTS, f"{'、'.join(EMPLOYMENTS)} のどれかか、空です。")
_site = one_of(_SITES, "本庁、出先機関 のどちらかか、空です。")


@dataclass(frozen=True, slots=True)
class Row:
    """One appointment of one person, as one line of the file has it.

    None stands for a cell that could not be read, or for a column that the file does not have. Few
    columns are optional: a forgotten 管理職 would silently strip every manager.
    """

    line: int
    employee_number: Annotated[str, _single("職員番号", read=_employee_number)] = ""
    name: Annotated[str | None, _single("氏名", read=text(100, must=True))] = None
    kana: Annotated[str | None, _single("フリガナ", "カナ", "ふりがな", read=_kana)] = None
    email: Annotated[str | None, _single("メール", "メールアドレス", read=_email)] = None
    unit: Annotated[str | None, _single("所属", read=_unit, between="、，,;；\n")] = None
    """The path as it is written."""
    post: Annotated[str | None, _single("職", "職名", "補職", read=text(100))] = None
    manager: Annotated[bool | None, _single("管理職", read=_manager)] = None
    valid_from: Annotated[date | None, _single("発令日", "異動日", read=_valid_from)] = None
    employment: Annotated[
        Employment | None, _single("任用区分", read=_employment, is_optional=True)
    ] = None
    uncounted: Annotated[
        tuple[Period, ...] | None,
        Column("集計対象外の期間", "集計対象外", read=_uncounted, is_optional=True),
    ] = None
    site: Annotated[
        Site | None,
        _single("本庁・出先", "本庁出先", "本庁・出先機関", read=_site, is_optional=True),
    ] = None
