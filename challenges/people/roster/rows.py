"""The columns of the personnel list, and what each cell may say.

What needs two lines to judge is in reading.py.
"""

import re
from dataclasses import dataclass
from datetime import date

from challenges.dates import read_date
from challenges.people.counting import EMPLOYMENTS, Period
from challenges.people.units import names_in, path_of
from challenges.tables.cells import Reader, one_of, text
from challenges.tables.reading import Column
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


@dataclass(frozen=True, slots=True)
class Row:
    """One appointment of one person, as one line of the file has it.

    None stands for a cell that could not be read, or for a column that the file does not have.
    """

    line: int
    employee_number: str = ""
    name: str | None = None
    kana: str | None = None
    email: str | None = None
    unit: str | None = None
    """The path as it is written."""
    post: str | None = None
    manager: bool | None = None
    valid_from: date | None = None
    employment: Employment | None = None
    uncounted: tuple[Period, ...] | None = None
    site: Site | None = None


def _single(read: Reader, *, between: str = "、，;；\n") -> Reader:
    """A reader that refuses several values in one cell. A list in brackets is one value."""

    def read_one(cell: str) -> object:
        if set(between) & set(_IN_BRACKETS.sub("", cell).strip()):
            raise ValueError(
                f"「{in_one_line(cell)}」には値が二つ以上あるようです。"
                "発令一つにつき一行にしてください。"
            )
        return read(cell)

    return read_one


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
_SITE_HEADINGS = ("本庁・出先", "本庁出先", "本庁・出先機関")

COLUMNS = (
    Column("employee_number", ("職員番号",), _single(_employee_number)),
    Column("name", ("氏名",), _single(text(100, must=True))),
    Column("kana", ("フリガナ", "カナ", "ふりがな"), _single(_kana)),
    Column("email", ("メール", "メールアドレス"), _single(_email)),
    Column("unit", ("所属",), _single(_unit, between="、，,;；\n")),
    Column("post", ("職", "職名", "補職"), _single(text(100))),
    Column("manager", ("管理職",), _single(_manager)),
    Column("valid_from", ("発令日", "異動日"), _single(_valid_from)),
    Column("employment", ("任用区分",), _single(_employment), is_optional=True),
    Column("uncounted", ("集計対象外の期間", "集計対象外"), _uncounted, is_optional=True),
    Column("site", _SITE_HEADINGS, _single(_site), is_optional=True),
)
"""The first eight must be there: a forgotten one would silently strip every manager."""
