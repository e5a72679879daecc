"""One line of the personnel list: its columns, and what each cell may say.

A cell that cannot be read raises ValueError with a Japanese sentence. What needs two lines to judge
is in reading.py.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Annotated, Any

from pydantic import PlainValidator, TypeAdapter, ValidationError

from challenges.dates import read_date
from challenges.people.counting import EMPLOYMENTS, Period
from challenges.people.units import names_in, path_of
from challenges.tables import Problem, Record
from challenges.text import comparable, in_one_line, same_width, without_blanks
from challenges.vocabulary import Employment, Site

HEADINGS = {
    "employee_number": ("職員番号",),
    "name": ("氏名",),
    "kana": ("フリガナ", "カナ", "ふりがな"),
    "email": ("メール", "メールアドレス"),
    "unit": ("所属",),
    "post": ("職", "職名", "補職"),
    "manager": ("管理職",),
    "valid_from": ("発令日", "異動日"),
    "employment": ("任用区分",),
    "uncounted": ("集計対象外の期間", "集計対象外"),
    "site": ("本庁・出先", "本庁出先", "本庁・出先機関"),
}
OPTIONAL = frozenset({"employment", "uncounted", "site"})

_FIELD_OF = {
    comparable(heading): field for field, words in HEADINGS.items() for heading in (field, *words)
}
_EMPLOYMENTS = {**EMPLOYMENTS, "会計年度任用職員": Employment.FISCAL_YEAR}
_SITES = {"本庁": Site.HEAD, "出先機関": Site.BRANCH, "出先": Site.BRANCH}
_MANAGER = {
    # The circles are three different characters.
    **dict.fromkeys(("1", "○", "〇", "◯", "はい", "true", "yes"), True),
    **dict.fromkeys(("", "0", "×", "いいえ", "false", "no", "-"), False),
}
_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
_ROUNDED_NUMBER = re.compile(r"\d(\.\d+)?[Ee]\+\d+")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[a-z0-9-]+(\.[a-z0-9-]+)+")
_IN_BRACKETS = re.compile(r"[（(][^（()）]*[）)]")
_BETWEEN_VALUES = re.compile(r"[、，;；\n]")
_ERROR_OF_EXCEL = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|#+)")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories of characters that nobody sees. Two names could differ in one alone."""
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that nobody sees."""


def _text(longest: int, *, must: bool = False) -> Callable[[str], str]:
    def read(cell: str) -> str:
        if must and not cell:
            raise ValueError("空です。必ず書いてください。")
        if len(cell) > longest:
            raise ValueError(f"{len(cell)}文字あります。{longest}文字までにしてください。")
        return cell

    return read


def _employee_number(cell: str) -> str:
    plain = _text(32, must=True)(same_width(cell))
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


def _email(cell: str) -> str:
    plain = _text(254)(same_width(cell).lower())
    if plain and not _EMAIL.fullmatch(plain):
        raise ValueError(f"「{cell}」はメールアドレスの形をしていません。")
    return plain


@lru_cache(10_000)
def _unit(cell: str) -> str:
    names = names_in(_text(400, must=True)(cell))
    if "," in _IN_BRACKETS.sub("", cell):
        raise ValueError(_several(cell))
    if not all(names):
        raise ValueError(f"「{cell}」に名前のない所属があります。部/課/班 のように書いてください。")
    for name in names:
        _text(100)(name)
        # Some characters become several with a slash in NFKC, such as ℅.
        if comparable(name).count("/") > name.count("/") + name.count("／"):
            raise ValueError(
                f"「{cell}」に、所属の区切り（/）とまぎらわしい文字（℅ など）があります。"
            )
    return _text(400)(path_of(names))


def _one_of(words: Mapping[str, Any], hint: str) -> Callable[[str], Any]:
    def read(cell: str) -> Any:
        try:
            return words[comparable(cell)]
        except KeyError:
            raise ValueError(f"「{cell}」は読めません。{hint}") from None

    return read


def _uncounted(cell: str) -> tuple[Period, ...]:
    return tuple(_period(part) for part in re.split(r"[、，,;；]", cell) if part.strip())


def _period(text: str) -> Period:
    first, dash, last = re.sub(r"[\s]*(?:~|から)[\s]*", "~", comparable(text)).partition("~")
    if not dash:
        raise ValueError(
            f"期間「{text}」を読めません。2026-04-01～2026-09-30 のように書いてください。"
        )
    period = Period(read_date(first), read_date(last.removesuffix("まで")) if last else None)
    if period.last_day and period.last_day < period.first_day:
        raise ValueError(f"期間「{text}」の終わりが始まりより前です。")
    return period


@lru_cache(10_000)
def _valid_from(cell: str) -> date:
    return read_date(_text(40, must=True)(cell))


# Cached, because a long list has few of these, and a million rows then share them.
_post = lru_cache(10_000)(_text(100))
_is_manager = _one_of(_MANAGER, "管理職なら 1（または ○）、そうでなければ空にしてください。")
_employment = _one_of({"": None} | _EMPLOYMENTS, f"{'、'.join(EMPLOYMENTS)} のどれかか、空です。")
_site = _one_of({"": None} | _SITES, "本庁、出先機関 のどちらかか、空です。")


@dataclass(frozen=True, slots=True)
class Row:
    """One appointment of one person, as one line of the file has it.

    None stands for a cell that could not be read, or for a column that the file does not have.
    """

    line: int
    employee_number: Annotated[str, PlainValidator(_employee_number)] = ""
    name: Annotated[str | None, PlainValidator(_text(100, must=True))] = None
    kana: Annotated[str | None, PlainValidator(lambda cell: _text(100)(same_width(cell)))] = None
    email: Annotated[str | None, PlainValidator(_email)] = None
    unit: Annotated[str | None, PlainValidator(_unit)] = None
    """The path as it is written."""
    post: Annotated[str | None, PlainValidator(_post)] = None
    manager: Annotated[bool | None, PlainValidator(_is_manager)] = None
    valid_from: Annotated[date | None, PlainValidator(_valid_from)] = None
    employment: Annotated[Employment | None, PlainValidator(_employment)] = None
    uncounted: Annotated[tuple[Period, ...] | None, PlainValidator(_uncounted)] = None
    site: Annotated[Site | None, PlainValidator(_site)] = None


_ROW = TypeAdapter(Row)


def field_of(heading: str) -> str | None:
    """The field that a heading of the file names."""
    return _FIELD_OF.get(comparable(without_blanks(heading)))


def read_row(record: Record, columns: dict[str, int]) -> tuple[Row, list[Problem]]:
    """The line as far as it can be read, and what is wrong with it."""
    cells: dict[str, object] = {"line": record.line}
    wrong: dict[str, str] = {}
    for field, column in columns.items():
        cell = record.cells[column].strip() if column < len(record.cells) else ""
        if found := _unfit(cell, field):
            wrong[field] = found
        else:
            cells[field] = in_one_line(cell)
    try:
        row = _ROW.validate_python(cells)
    except ValidationError as error:
        errors = {str(one["loc"][0]): str(one["ctx"]["error"]) for one in error.errors()}
        wrong |= errors
        row = _ROW.validate_python({key: cells[key] for key in cells if key not in errors})
    return row, [Problem(record.line, field, wrong[field]) for field in columns if field in wrong]


def _unfit(cell: str, field: str) -> str | None:
    """Why no field could hold this cell, or None."""
    is_plain = cell.isprintable() and _FILLERS.isdisjoint(cell)
    for char in "" if is_plain else cell:
        if char in _FILLERS or (unicodedata.category(char) in _INVISIBLE and char not in "\t\r\n"):
            return f"目に見えない文字（U+{ord(char):04X}）が入っています。取り除いてください。"
    if _ERROR_OF_EXCEL.fullmatch(cell):
        return f"Excel のエラー「{cell}」です。数式を直してから保存してください。"
    if field != "uncounted" and _BETWEEN_VALUES.search(_IN_BRACKETS.sub("", cell).strip()):
        return _several(cell)
    return None


def _several(cell: str) -> str:
    shown = in_one_line(cell)
    return f"「{shown}」には値が二つ以上あるようです。発令一つにつき一行にしてください。"


def has_gaiji(cells: Sequence[str]) -> bool:
    """Whether there are characters of the private use area, which other machines cannot show."""
    text = "".join(cells)
    return not text.isprintable() and any(unicodedata.category(char) == "Co" for char in text)
