"""Turns the bytes of a CSV file into records, each with its line in the file.

Knows nothing of people. What cannot be read becomes a problem with a sentence.
"""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import NamedTuple


class Problem(NamedTuple):
    """One thing that is wrong in the file."""

    line: int
    """From 1; 0 stands for the whole file."""
    field: str
    """The name of the field in the code, a heading of the file, or ""."""
    sentence: str


class Record(NamedTuple):
    """One record of the file. With a quoted newline it takes several lines; ``line`` is the
    first."""

    line: int
    cells: list[str]


class Unreadable(Exception):
    """The bytes are in no encoding that we know. Carries the problem."""

    def __init__(self, line: int, sentence: str) -> None:
        self.problem = Problem(line, "", sentence)
        super().__init__(sentence)


def decode(data: bytes) -> str:
    """The text of UTF-8, with or without BOM, or of CP932, which Excel calls Shift_JIS.

    Raises Unreadable.
    """
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise Unreadable(
            0, "文字コードが UTF-16 です。UTF-8 か Shift_JIS（CP932）で保存し直してください。"
        )
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Damaged UTF-8 often decodes as CP932, to nonsense. So look whether it is UTF-8 before
        # trying CP932.
        if data.startswith(codecs.BOM_UTF8) or _is_mostly_utf8(data):
            raise Unreadable(
                _line_of(data, error.start), "UTF-8 として読めない文字があります。"
            ) from None
    try:
        return data.decode("cp932")
    except UnicodeDecodeError as error:
        raise Unreadable(
            _line_of(data, error.start), "文字コードが UTF-8 でも CP932 でもありません。"
        ) from None


def records(text: str) -> Iterator[Record | Problem]:
    """Every record of the CSV, or a problem in its place if it breaks the rules of CSV.

    Skips empty records.
    """
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    while True:
        line = reader.line_num + 1
        try:
            cells = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(line, "", _in_words(error))
            continue
        if any(cell.strip() for cell in cells):
            yield Record(line, cells)


def _is_mostly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(char > "\x7f" for char in text) - broken > broken


def _line_of(data: bytes, position: int) -> int:
    before = data[:position].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return before.count(b"\n") + 1


def _in_words(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return '引用符（"）が閉じられていません。'
    if "field larger" in str(error):
        return 'とても長い欄があります。引用符（"）が閉じられていないのかもしれません。'
    return '引用符（"）の使い方が正しくありません。欄の中の引用符は二つ重ねて（""）書いてください。'
