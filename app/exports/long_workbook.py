"""A long table as an Excel workbook: its rows are written bit by bit, and put together at the end.

openpyxl writes a whole sheet at once, which takes a minute for a hundred thousand rows. So it makes
the frame, with two rows to learn the numbers of its styles from, and the rows are written here.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import BinaryIO
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from openpyxl.utils.datetime import to_excel

from app.exports.tables import NO_VALUE, Cell, Kind, Table
from app.exports.workbook import as_workbook, fitting, is_like_formula

MOST_ROWS = 1_000_000
"""Rows of a sheet. Excel has 1,048,576, of which the head takes a few."""
_SHEET = "xl/worksheets/sheet1.xml"
_ROW = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}row"


@dataclass(frozen=True, slots=True)
class Frame:
    """A workbook without its rows."""

    others: dict[str, bytes]
    """Every file of the archive but the sheet."""
    head: bytes
    tail: bytes
    plain: tuple[str, ...]
    """The number of the style of each column."""
    guarded: tuple[str, ...]
    """The same for texts that Excel could take for formulas."""


def frame_of(table: Table, *, like: Sequence[Cell]) -> Frame:
    """The frame for a table, whose own rows are not read. ``like`` is a row of usual widths."""
    both = zip(table.columns, like, strict=True)
    guarded: list[Cell] = ["=" if column.kind is Kind.TEXT else cell for column, cell in both]
    written = as_workbook([replace(table, rows=[like, guarded])])
    with zipfile.ZipFile(io.BytesIO(written)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sheet = files.pop(_SHEET)
    *_head, plain_row, guarded_row = ElementTree.fromstring(sheet).iter(_ROW)  # noqa: S314  # our own
    begin = sheet.rindex(b"<row", 0, sheet.rindex(b"<row"))
    return Frame(
        files,
        head=sheet[:begin],
        tail=sheet[sheet.rindex(b"</sheetData>") :],
        plain=tuple(cell.get("s", "0") for cell in plain_row),
        guarded=tuple(cell.get("s", "0") for cell in guarded_row),
    )


def rows_of(frame: Frame, rows: Iterable[Sequence[Cell]]) -> bytes:
    """Some of the rows, as they stand in the sheet. Rows and cells follow one another, so they need
    no numbers."""
    return "".join(f"<row>{_cells(frame, row)}</row>" for row in rows).encode("utf-8", "replace")


def put_together(frame: Frame, parts: Iterable[bytes], *, to: BinaryIO) -> None:
    """Write the workbook with the rows of these parts, one part in memory at a time."""
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in frame.others.items():
            archive.writestr(name, data)
        with archive.open(_SHEET, "w", force_zip64=True) as sheet:
            sheet.write(frame.head)
            for part in parts:
                sheet.write(part)
            sheet.write(frame.tail)


def _cells(frame: Frame, row: Sequence[Cell]) -> str:
    return "".join(
        _cell(value, plain, guarded)
        for value, plain, guarded in zip(row, frame.plain, frame.guarded, strict=True)
    )


def _cell(value: Cell, plain: str, guarded: str) -> str:
    if isinstance(value, date):
        serial = to_excel(value)  # type: ignore[no-untyped-call]  # openpyxl has none there
        return f'<c s="{plain}"><v>{serial}</v></c>'
    if isinstance(value, int | float):
        return f'<c s="{plain}"><v>{value}</v></c>'
    text = fitting(NO_VALUE if value is None else value)
    style = guarded if is_like_formula(text) else plain
    if not text:
        return f'<c s="{style}"/>'
    return f'<c s="{style}" t="inlineStr"><is><t xml:space="preserve">{escape(text)}</t></is></c>'
