"""A table as an Excel workbook, ready to be printed on A4. No cell is a formula."""

import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from app.exports.csv_file import BEGINS_FORMULA
from app.exports.tables import NO_VALUE, Cell, Column, Kind, Table
from challenges.calendar import TOKYO

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
LONGEST_TEXT = 32_000
"""Characters. Excel refuses a file with a cell above 32,767."""

_FORMATS = {
    Kind.COUNT: "#,##0",
    Kind.PER_CENT: '0"%"',
    Kind.DAYS: "0.0",
    Kind.DAY: "yyyy-mm-dd",
    Kind.TIME: "yyyy-mm-dd hh:mm",
}
_A4 = "9"
_WIDEST, _NARROWEST = 60, 9
_ROWS_MEASURED = 200
_NOT_IN_SHEETS = re.compile(r"[\[\]:*?/\\']")
_NOT_IN_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")
_HEADING = PatternFill("solid", fgColor="EFEBE2")
_LINE = Border(bottom=Side(style="thin", color="CFC9BC"))


def as_workbook(tables: Sequence[Table]) -> bytes:
    """A workbook with a sheet for each table."""
    book = Workbook(write_only=True)
    for table, name in zip(tables, _sheet_names(tables), strict=True):
        _write(book.create_sheet(name), table)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


def _write(sheet: Any, table: Table) -> None:
    rows = iter(table.rows)
    first = [list(row) for row, _ in zip(rows, range(_ROWS_MEASURED), strict=False)]
    heading = len(table.notes) + 3
    _set_up_page(sheet, heading=heading)
    for number, width in enumerate(_widths(table.columns, first), 1):
        sheet.column_dimensions[get_column_letter(number)].width = width
    sheet.append([_text(sheet, table.title, font=Font(bold=True, size=14))])
    for note in table.notes:
        sheet.append([_text(sheet, note, font=Font(size=10, color="5F5A50"))])
    sheet.append([])
    sheet.append([_heading(sheet, column) for column in table.columns])
    for row in _chained(first, rows):
        sheet.append(
            [_cell(sheet, cell, column) for cell, column in zip(row, table.columns, strict=True)]
        )


def _set_up_page(sheet: Any, *, heading: int) -> None:
    """A4, landscape, as wide as the paper and as long as it takes, the headings on each page."""
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", _A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{heading}:{heading}"
    sheet.freeze_panes = f"A{heading + 1}"
    sheet.oddFooter.center.text = "&P / &N"


def _heading(sheet: Any, column: Column) -> Any:
    cell = _text(sheet, column.heading, font=Font(bold=True))
    cell.fill, cell.border = _HEADING, _LINE
    across = "left" if column.kind is Kind.TEXT else "right"
    cell.alignment = Alignment(horizontal=across, vertical="center", wrap_text=True)
    return cell


def _cell(sheet: Any, value: Cell, column: Column) -> Any:
    if value is None or isinstance(value, str):
        cell = _text(sheet, NO_VALUE if value is None else value)
    else:
        naive: Any = value
        if isinstance(value, datetime):
            naive = value.astimezone(TOKYO).replace(tzinfo=None)
        cell = WriteOnlyCell(sheet, value=naive)
        cell.number_format = _FORMATS.get(column.kind, "General")
    is_text = column.kind is Kind.TEXT
    cell.alignment = Alignment(
        horizontal="left" if is_text else "right", vertical="top", wrap_text=is_text
    )
    cell.border = _LINE
    return cell


def _text(sheet: Any, text: str, *, font: Font | None = None) -> Any:
    """A cell that stays a text, also when somebody edits it: nothing in it is evaluated."""
    shown = fitting(text)
    cell = WriteOnlyCell(sheet)
    cell.value = shown
    cell.data_type = "s"  # openpyxl takes "=…" for a formula and "#N/A" for an error
    cell.quotePrefix = is_like_formula(shown)
    if font is not None:
        cell.font = font
    return cell


def fitting(text: str) -> str:
    """The text without what Excel refuses, and cut off where a cell ends."""
    shown = _NOT_IN_XML.sub("", ILLEGAL_CHARACTERS_RE.sub("", text))
    return f"{shown[:LONGEST_TEXT]}…" if len(shown) > LONGEST_TEXT else shown


def is_like_formula(text: str) -> bool:
    """Whether Excel could take the text for a formula if somebody edits it."""
    return text.lstrip()[:1] in BEGINS_FORMULA


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[Cell]]) -> Iterator[float]:
    """Widths in letters, a full-width one counting twice."""
    for number, column in enumerate(columns):
        longest = max((_width(row[number]) for row in rows), default=0)
        yield min(max(longest, _width(column.heading) * 0.7, _NARROWEST), _WIDEST) + 2


def _width(cell: Cell) -> int:
    lines = "" if cell is None else str(cell)
    return max((sum(_is_wide(each) + 1 for each in line) for line in lines.splitlines()), default=0)


def _is_wide(letter: str) -> bool:
    return unicodedata.east_asian_width(letter) in "FWA"


def _sheet_names(tables: Sequence[Table]) -> Iterator[str]:
    """A name of its own for each sheet, of the length and letters that Excel allows."""
    taken: set[str] = set()
    for number, table in enumerate(tables, 1):
        name = _NOT_IN_SHEETS.sub(" ", ILLEGAL_CHARACTERS_RE.sub("", table.title)).strip()[:31]
        if not name or name.casefold() in taken:
            name = f"{number} {name}"[:31]
        taken.add(name.casefold())
        yield name


def _chained(first: Iterable[Sequence[Cell]], rest: Iterable[Sequence[Cell]]) -> Iterator[Any]:
    yield from first
    yield from rest
