"""A table as CSV that Excel opens by a double click: UTF-8 with BOM, and no cell is a formula."""

import csv
import io
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
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
    return head_of(table) + rows_of(table.rows)


def head_of(table: Table) -> bytes:
    """How the file begins, whose rows are written bit by bit: see ``rows_of``."""
    return BOM_UTF8 + _line([column.heading for column in table.columns]).encode("utf-8", "replace")


def rows_of(rows: Iterable[Sequence[Cell]]) -> bytes:
    """Some of the rows of a file, without a head."""
    return "".join(_line(list(row)) for row in rows).encode("utf-8", "replace")


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
