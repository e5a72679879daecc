"""The columns of a table, and what their cells may say.

A reader of cells takes the text of a cell, without blanks around it, and returns its value, or
raises errors.Unreadable, or ValueError with a sentence in Japanese alone. Every room adds its own,
such as dates.read_date.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from pydantic_core import CoreSchema, core_schema

from challenges.errors import N_, Unreadable
from challenges.text import comparable, in_one_line

Reader = Callable[[str], Any]

_ERROR_OF_EXCEL = re.compile(r"#(N/A|REF!|VALUE!|NAME\?|DIV/0!|NULL!|NUM!|#+)")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs"})
"""Unicode categories of characters that nobody sees. Two names could differ in one alone."""
_FILLERS = frozenset("\u115f\u1160\u2800\u3164\uffa0")
"""Letters and symbols that nobody sees."""


class Column:
    """The column of one field of a row, as the annotation of the field:

        count: Annotated[int | None, Column("件数", read=int)] = None

    ``headings`` are what people call it, in any width and case; the first is the one to recommend,
    and the name of the field is one too. A table may lack a whole column that ``is_optional``.
    """

    def __init__(self, *headings: str, read: Reader, is_optional: bool = False) -> None:
        self.headings = headings
        self.is_optional = is_optional
        self._read = read

    def __get_pydantic_core_schema__(self, *_: object) -> CoreSchema:
        # Most columns of a long table have few values. The rows then share them.
        return core_schema.no_info_plain_validator_function(lru_cache(10_000)(self._value))

    def _value(self, cell: str) -> Any:
        _must_be_fit(cell)
        return self._read(cell)


def text(longest: int, *, must: bool = False) -> Callable[[str], str]:
    """A reader of text in one line, as it is stored, which must or may be there."""

    def read(cell: str) -> str:
        found = in_one_line(cell)
        if must and not found:
            raise Unreadable(N_("空です。必ず書いてください。"))
        if len(found) > longest:
            raise Unreadable(
                N_("%(length)s文字あります。%(longest)s文字までにしてください。"),
                length=len(found),
                longest=longest,
            )
        return found

    return read


def one_of(words: Mapping[str, Any], hint: str) -> Reader:
    """A reader of one of these words, in any width and case. ``hint`` says which there are."""

    def read(cell: str) -> Any:
        try:
            return words[comparable(cell)]
        except KeyError:
            raise Unreadable(
                N_("「%(cell)s」は読めません。%(hint)s"), cell=in_one_line(cell), hint=hint
            ) from None

    return read


def _must_be_fit(cell: str) -> None:
    """Raise Unreadable if no column could hold this cell."""
    is_plain = cell.isprintable() and _FILLERS.isdisjoint(cell)
    for char in "" if is_plain else cell:
        if char in _FILLERS or (unicodedata.category(char) in _INVISIBLE and char not in "\t\r\n"):
            raise Unreadable(
                N_("目に見えない文字（%(character)s）が入っています。取り除いてください。"),
                character=f"U+{ord(char):04X}",
            )
    if _ERROR_OF_EXCEL.fullmatch(cell):
        raise Unreadable(
            N_("Excel のエラー「%(cell)s」です。数式を直してから保存してください。"), cell=cell
        )


def has_gaiji(cells: Sequence[str]) -> bool:
    """Whether there are characters of the private use area, which other machines cannot show."""
    together = "".join(cells)
    return not together.isprintable() and any(
        unicodedata.category(char) == "Co" for char in together
    )
