"""A table as CSV that Excel opens by a double click: UTF-8 with BOM, and no cell is a formula."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterator
from datetime import date, datetime

from app.exports.tables import NO_VALUE, Cell, Table
from challenges.calendar import TOKYO

MEDIA_TYPE = "text/csv; charset=utf-8"

BEGINS_FORMULA = frozenset("=+-@\t\r＝＋－＠−")
"""A text that begins with one of these may become a formula. A Japanese Excel reads the full-width
forms as it reads the narrow ones."""


def as_csv(table: Table) -> bytes:
    """The headings and rows of a table. What stands above it is left to the workbook, so that
    programs can read the file."""
    return BOM_UTF8 + "".join(_lines(table)).encode("utf-8", "replace")


def _lines(table: Table) -> Iterator[str]:
    yield _line([column.heading for column in table.columns])
    for row in table.rows:
        yield _line(list(row))


def _line(cells: list[Cell]) -> str:
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerow([_written(cell) for cell in cells])
    return written.getvalue()


def _written(cell: Cell) -> str | int | float:
    if cell is None:
        return NO_VALUE
    if isinstance(cell, datetime):
        return f"{cell.astimezone(TOKYO):%Y-%m-%d %H:%M}"
    if isinstance(cell, date):
        return cell.isoformat()
    return harmless(cell) if isinstance(cell, str) else cell


def harmless(text: str) -> str:
    """The text with an apostrophe before it if a spreadsheet could take it for a formula."""
    begins = text.lstrip(" \n\u3000\ufeff\x00")[:1]
    return f"'{text}" if begins in BEGINS_FORMULA and begins else text
