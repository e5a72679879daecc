"""Turns the bytes of a file into records, each with its line in the file.

CSV and text with tabs, in every encoding that Excel and older systems write, or the first sheet of
an Excel workbook. Knows nothing of what the table says.
"""

import csv
import io
import zipfile
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain, islice
from types import MappingProxyType
from typing import IO, Any, NamedTuple

import openpyxl

from challenges.errors import N_

_ESCAPES_OF_JIS = (b"\x1b$", b"\x1b(")
_MOST_UNPACKED = 1 << 30
"""Bytes that a workbook may unpack to; a hostile one of a few kilobytes unpacks to terabytes."""

_CSV = "CSV UTF-8"
"""What Excel calls the kind of file to save as."""


class Problem(NamedTuple):
    """One thing that is wrong in the file."""

    line: int
    """From 1; 0 stands for the whole file."""
    field: str
    """The name of the field in the code, a heading of the file, or ""."""
    sentence: str
    """In Japanese. A template where there are ``values``, so that a page can translate it."""
    values: Mapping[str, Any] = MappingProxyType({})

    def __str__(self) -> str:
        return self.sentence % self.values if self.values else self.sentence


class Record(NamedTuple):
    """One record of the file. With a quoted newline it takes several lines; ``line`` is the
    first."""

    line: int
    cells: list[str]


class _Unreadable(Exception):
    """No more records can be read from these bytes. Carries the problem."""

    def __init__(self, sentence: str, *, line: int = 0, **values: object) -> None:
        self.problem = Problem(line, "", sentence, values)
        super().__init__(str(self.problem))


def records(file: IO[bytes]) -> Iterator[Record | Problem]:
    """Every record of the file that is not empty, or a problem in place of what cannot be read.

    The file must be seekable. It is read piece by piece, and must stay open until then.
    """
    try:
        for one in _all_records(file):
            if isinstance(one, Problem) or any(map(str.strip, one.cells)):
                yield one
    except _Unreadable as error:
        yield error.problem


def _all_records(file: IO[bytes]) -> Iterator[Record | Problem]:
    beginning = file.read(4)
    file.seek(0)
    if beginning == b"PK\x03\x04":
        return _of_workbook(file)
    if beginning == b"\xd0\xcf\x11\xe0":
        raise _Unreadable(
            N_(
                "古い形式か、パスワード付きの Excel ブックです。"
                "Excel で「名前を付けて保存」を選び、"
                "種類を「Excel ブック（.xlsx）」にして保存し直してください。"
            )
        )
    return _of_text(file)


def _of_text(file: IO[bytes]) -> Iterator[Record | Problem]:
    data = file.read()
    file.seek(0)
    while data.startswith(BOM_UTF8):
        # Some systems put a second mark before that of Excel.
        data = data.removeprefix(BOM_UTF8)
        file.seek(len(BOM_UTF8), io.SEEK_CUR)
    encoding = _encoding_of(data)
    # Decoded piece by piece: the whole text would take several times the bytes of the file.
    del data
    text = io.TextIOWrapper(file, encoding, newline="")
    beginning = list(islice(text, 20))
    declared = "".join(beginning[:1]).strip().strip('"').lower()
    if declared.startswith("sep=") and len(declared) == len("sep=,"):
        return _of_csv(chain(beginning[1:], text), declared[-1], lines_before=1)
    return _of_csv(chain(beginning, text), _delimiter_of("".join(beginning)))


def _of_csv(
    text: Iterable[str], delimiter: str, *, lines_before: int = 0
) -> Iterator[Record | Problem]:
    reader = csv.reader(text, strict=True, delimiter=delimiter)
    while True:
        line = reader.line_num + 1 + lines_before
        try:
            yield Record(line, next(reader))
        except StopIteration:
            return
        except csv.Error as error:
            yield Problem(line, "", _in_words(error))


def _encoding_of(data: bytes) -> str:
    """UTF-8, CP932 (which Excel calls Shift_JIS), UTF-16 or ISO-2022-JP. Raises _Unreadable."""
    if data.startswith((BOM_UTF16_LE, BOM_UTF16_BE)):
        return _checked(data, "utf-16", _NOT_AS, encoding="UTF-16", csv=_CSV)
    if data[:1000].count(0) > len(data[:1000]) // 10:
        # UTF-16 without a mark.
        raise _Unreadable(
            N_(
                "文字コードが分かりません。Excel で「名前を付けて保存」を選び、"
                "種類を「%(csv)s（コンマ区切り）」にして保存し直してください。"
            ),
            csv=_CSV,
        )
    if data.isascii() and any(mark in data for mark in _ESCAPES_OF_JIS):
        return _checked(data, "iso2022_jp_ext", _NOT_AS, encoding="ISO-2022-JP", csv=_CSV)
    try:
        not_utf8 = N_("%(encoding)s として読めない文字があります。")
        return _checked(data, "utf-8", not_utf8, encoding="UTF-8")
    except _Unreadable:
        # Damaged UTF-8 often decodes as CP932, to nonsense. So look whether it is UTF-8 before
        # trying CP932.
        if _is_mostly_utf8(data):
            raise
    neither = N_("文字コードが %(usual)s でも %(older)s でもありません。")
    return _checked(data, "cp932", neither, usual="UTF-8", older="CP932")


_NOT_AS = N_(
    "%(encoding)s として読めない文字があります。Excel で「名前を付けて保存」を選び、"
    "種類を「%(csv)s（コンマ区切り）」にして保存し直してください。"
)


def _checked(data: bytes, codec: str, sentence: str, **values: object) -> str:
    """The codec if it reads all of the data. Raises _Unreadable with that sentence."""
    try:
        data.decode(codec)
    except UnicodeDecodeError as error:
        before = data[: error.start].replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        raise _Unreadable(sentence, line=before.count(b"\n") + 1, **values) from None
    return codec


def _is_mostly_utf8(data: bytes) -> bool:
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return sum(char > "\x7f" for char in text) - broken > broken


def _delimiter_of(beginning: str) -> str:
    """A comma or a tab. Raises _Unreadable if the lines are cut by another character."""
    counts = {mark: beginning.count(mark) for mark in ",\t;|，、"}
    if counts["\t"] > counts[","]:
        return "\t"
    most = max(counts, key=lambda mark: counts[mark])
    if counts[most] > 2 and not counts[","]:
        raise _Unreadable(
            N_(
                "列が「%(mark)s」で区切られています。Excel で「名前を付けて保存」を選び、"
                "種類を「%(csv)s（コンマ区切り）」にして保存し直してください。"
            ),
            mark=most,
            csv=_CSV,
        )
    return ","


def _in_words(error: csv.Error) -> str:
    if "unexpected end" in str(error):
        return N_('引用符（"）が閉じられていません。')
    if "field larger" in str(error):
        return N_('とても長い欄があります。引用符（"）が閉じられていないのかもしれません。')
    return N_(
        '引用符（"）の使い方が正しくありません。欄の中の引用符は二つ重ねて（""）書いてください。'
    )


def _of_workbook(file: IO[bytes]) -> Iterator[Record | Problem]:
    """The rows of the first sheet. Raises _Unreadable."""
    try:
        with zipfile.ZipFile(file) as packed:
            if sum(part.file_size for part in packed.infolist()) > _MOST_UNPACKED:
                raise _Unreadable(
                    N_(
                        "Excel ブックが大きすぎます。Excel で「名前を付けて保存」を選び、"
                        "種類を「%(csv)s（コンマ区切り）」にして保存し直してください。"
                    ),
                    csv=_CSV,
                )
        book = openpyxl.load_workbook(file, read_only=True, data_only=True)
        sheet = book.worksheets[0]
        # Some systems write a wrong size into the file, and rows would be cut or padded to it.
        sheet.reset_dimensions()
        for line, row in enumerate(sheet.iter_rows(), start=1):
            yield Record(line, [_as_typed(cell) for cell in row])
    except _Unreadable:
        raise
    except Exception as error:  # openpyxl raises whatever its parts raise on damaged files
        raise _Unreadable(
            N_(
                "Excel ブックとして読めません。Excel で「名前を付けて保存」を選び、"
                "種類を「Excel ブック（.xlsx）」にして保存し直してください。"
            )
        ) from error


def _as_typed(cell: Any) -> str:
    """The text of a cell as Excel shows it: whole numbers without ".0", with their zeros; a share
    with its "%"."""
    value = cell.value
    if isinstance(value, bool):
        return str(int(value))
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, int | float) and cell.number_format.endswith("%"):
        return f"{round(value * 100, 10):g}%"
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, int) and set(cell.number_format) == {"0"}:
        return str(value).zfill(len(cell.number_format))
    return "" if value is None else str(value)
