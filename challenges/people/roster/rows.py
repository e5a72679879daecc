"""Reads one cell of the personnel list: its tidy value, or a ValueError with a Japanese sentence.

What needs two cells or two lines to judge is in reading.py.
"""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any

from challenges.people.roster.dates import read_date
from challenges.people.units import SLASHES, unit_key
from challenges.text import same_width

_MARKED = frozenset({"1", "○", "〇", "◯"})
"""What says yes in the column 管理職. The circles are three different characters."""

_NUMBER = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
_EMAIL = re.compile(r"[^\s@<>,;:\"()\[\]\\]+@[a-z0-9-]+(\.[a-z0-9-]+)+")

_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories of characters that nobody sees. Two names could differ in one alone."""


def read_cell(field: str, cell: str) -> Any:
    """The value of a cell of that field, with single blanks.

    Raises ValueError with a Japanese sentence that says what is wrong.
    """
    for char in cell:
        if char not in "\t\r\n" and unicodedata.category(char) in _INVISIBLE:
            raise ValueError(
                f"目に見えない文字（U+{ord(char):04X}）が入っています。取り除いてください。"
            )
    return _READERS[field](" ".join(cell.split()))


def has_gaiji(cell: str) -> bool:
    """Whether the cell has characters of the private use area, which other machines cannot show."""
    return any(unicodedata.category(char) == "Co" for char in cell)


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
    if not _NUMBER.fullmatch(plain):
        raise ValueError(
            f"「{cell}」は職員番号として使えません。英数字と . _ - だけで書いてください。"
        )
    return plain


def _kana(cell: str) -> str:
    return _text(100)(same_width(cell))


def _email(cell: str) -> str | None:
    plain = _text(254)(same_width(cell).lower())
    if plain and not _EMAIL.fullmatch(plain):
        raise ValueError(f"「{cell}」はメールアドレスの形をしていません。")
    return plain or None


def _unit(cell: str) -> str:
    path = unit_key(_text(400, must=True)(cell))
    names = path.split("/")
    if not all(names):
        raise ValueError(f"「{cell}」に名前のない所属があります。部/課/班 のように書いてください。")
    # NFKC turns some characters into several with a slash, such as ℅ into c/o.
    if len(names) > 1 + len(SLASHES.findall(cell)):
        raise ValueError(f"「{cell}」に、所属の区切り（/）とまぎらわしい文字（℅ など）があります。")
    for name in names:
        _text(100)(name)
    return _text(400)(path)


def _manager(cell: str) -> bool:
    plain = same_width(cell)
    if plain and plain not in _MARKED:
        raise ValueError(
            f"「{cell}」は読めません。管理職なら 1（または ○）、そうでなければ空にしてください。"
        )
    return bool(plain)


def _valid_from(cell: str) -> date:
    return read_date(_text(40, must=True)(cell))


_READERS: dict[str, Callable[[str], Any]] = {
    "employee_number": _employee_number,
    "name": _text(100, must=True),
    "kana": _kana,
    "email": _email,
    "unit": _unit,
    "post": _text(100),
    "manager": _manager,
    "valid_from": _valid_from,
}

FIELDS = tuple(_READERS)
