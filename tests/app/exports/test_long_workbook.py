"""A workbook whose rows are written bit by bit says and looks what one written at once does."""

import io
from datetime import date

import openpyxl
from hypothesis import given, settings
from hypothesis import strategies as st

from app.exports.long_workbook import frame_of, put_together, rows_of
from app.exports.tables import Column, Kind, Table
from app.exports.workbook import as_workbook
from tests.app.exports.test_files import HARMFUL

COLUMNS = (Column("ことば"), Column("日", Kind.DAY), Column("件", Kind.COUNT), Column("註"))
LIKE = ("ことば" * 10, date(2026, 7, 14), 1, "註")
NOTES = ("2026年7月14日時点",)
CELLS = st.one_of(st.none(), st.text(), st.sampled_from(HARMFUL))
DAYS = st.dates(date(1901, 1, 1), date(2100, 1, 1))
ROWS = st.lists(st.tuples(CELLS, DAYS, st.integers(0, 10**6), CELLS), max_size=8)


def table(rows=()):
    return Table("言葉", COLUMNS, rows, NOTES)


def in_parts(rows, size=3):
    frame, written = frame_of(table(), like=LIKE), io.BytesIO()
    parts = [rows_of(frame, rows[at : at + size]) for at in range(0, len(rows), size)]
    put_together(frame, parts, to=written)
    return read(written.getvalue())


def read(data):
    [sheet] = openpyxl.load_workbook(io.BytesIO(data)).worksheets
    return sheet


def cells(sheet):
    return [[look_of(cell) for cell in row] for row in sheet.iter_rows()]


def look_of(cell):
    kind = None if cell.value is None else cell.data_type
    return cell.value, kind, cell.number_format, cell.quotePrefix, cell.alignment.wrap_text


@settings(max_examples=40)
@given(ROWS)
def test_it_is_read_as_one_that_was_written_at_once(rows):
    assert cells(in_parts(rows)) == cells(read(as_workbook([table(rows)])))


def test_no_cell_is_a_formula():
    rows = [(text, date(2026, 7, 14), 1, text) for text in HARMFUL]
    assert {cell.data_type for row in in_parts(rows).iter_rows() for cell in row} <= {"s", "d", "n"}


def test_it_prints_as_the_other_does():
    rows = [LIKE] * 5
    long, whole = in_parts(rows), read(as_workbook([table(rows)]))
    assert long.print_title_rows == whole.print_title_rows
    assert long.freeze_panes == whole.freeze_panes
    assert long.column_dimensions["A"].width == whole.column_dimensions["A"].width
    assert long.oddFooter.center.text == "&P / &N"


def test_without_rows_it_has_a_head():
    assert [cell.value for cell in [*in_parts([]).iter_rows()][-1]] == [
        column.heading for column in COLUMNS
    ]
