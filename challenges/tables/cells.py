"""What a cell of a table may say.

A reader of cells takes the text of a cell, without blanks around it, and returns its value, or
raises ValueError with a Japanese sentence. Every room adds its own, such as dates.read_date.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from challenges.text import comparable, in_one_line

Reader = Callable[[str], Any]

_ERROR_OF_EXCEL = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|#+)")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories of characters that nobody sees. Two names could differ in one alone."""
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that nobody sees."""


def text(longest: int, *, must: bool = False) -> Callable[[str], str]:
    """A reader of text in one line, as it is stored, which must or may be there."""

    def read(cell: str) -> str:
        found = in_one_line(cell)
        if must and not found:
            raise ValueError("空です。必ず書いてください。")
        if len(found) > longest:
            raise ValueError(f"{len(found)}文字あります。{longest}文字までにしてください。")
        return found

    return read


def one_of(words: Mapping[str, Any], hint: str) -> Reader:
    """A reader of one of these words, in any width and case. ``hint`` says which there are."""

    def read(cell: str) -> Any:
        try:
            return words[comparable(cell)]
        except KeyError:
            raise ValueError(f"「{in_one_line(cell)}」は読めません。{hint}") from None

    return read


def must_be_fit(cell: str) -> None:
    """Raise ValueError if no column could hold this cell."""
    is_plain = cell.isprintable() and _FILLERS.isdisjoint(cell)
    for char in "" if is_plain else cell:
        if char in _FILLERS or (unicodedata.category(char) in _INVISIBLE and char not in "\t\r\n"):
            raise ValueError(
                f"目に見えない文字（U+{ord(char):04X}）が入っています。取り除いてください。"
            )
    if _ERROR_OF_EXCEL.fullmatch(cell):
        raise ValueError(f"Excel のエラー「{cell}」です。数式を直してから保存してください。")


def has_gaiji(cells: Sequence[str]) -> bool:
    """Whether there are characters of the private use area, which other machines cannot show."""
    together = "".join(cells)
    return not together.isprintable() and any(
        unicodedata.category(char) == "Co" for char in together
    )
