"""Tables as files, read back by other programs: the csv module and openpyxl."""

import csv
import io
from datetime import UTC, date, datetime

import openpyxl
import pytest

from app.exports.csv_file import as_csv
from app.exports.tables import Column, Kind, Table, file_name
from app.exports.workbook import as_workbook

COLUMNS = (
    Column("部"),
    Column("対象（人）", Kind.COUNT),
    Column("加わった人（%）", Kind.PER_CENT),
    Column("確認まで（開庁日）", Kind.DAYS),
    Column("日", Kind.DAY),
    Column("時刻", Kind.TIME),
)
AT = datetime(2026, 7, 14, 15, 30, tzinfo=UTC)
ROWS = (
    ("政策部", 212, 45, 1.2, date(2026, 7, 14), AT),
    ("監査委員事務局", None, None, None, None, None),
)
HARMFUL = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    " =1+1",
    "　＝1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠A1",
    '=HYPERLINK("https://example.com","x")',
    "#N/A",
]


def table(rows=ROWS, title="所属ごと", notes=("2026年7月14日時点", "「—」は伏せた数です。")):
    return Table(title, COLUMNS, rows, notes)


def of_one(text):
    return Table(text, (Column("ことば"),), [(text,)], (text,))


def read_csv(data):
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def read_sheet(data):
    return openpyxl.load_workbook(io.BytesIO(data)).worksheets[0]


def test_a_csv_file_holds_headings_and_rows():
    read = read_csv(as_csv(table()))
    assert read[0] == [column.heading for column in COLUMNS]
    assert read[1] == ["政策部", "212", "45", "1.2", "2026-07-14", "2026-07-15 00:30"]
    assert read[2] == ["監査委員事務局", "—", "—", "—", "—", "—"]


def test_a_workbook_holds_notes_above_and_values_below():
    sheet = read_sheet(as_workbook([table()]))
    rows = list(sheet.iter_rows(values_only=True))
    assert [row[0] for row in rows[:3]] == [
        "所属ごと",
        "2026年7月14日時点",
        "「—」は伏せた数です。",
    ]
    assert rows[4] == tuple(column.heading for column in COLUMNS)
    assert rows[5][:4] == ("政策部", 212, 45, 1.2)
    assert rows[5][4].date() == date(2026, 7, 14)
    assert rows[5][5] == datetime(2026, 7, 15, 0, 30)  # noqa: DTZ001  # Excel knows no time zones
    assert rows[6] == ("監査委員事務局", "—", "—", "—", "—", "—")


def test_a_workbook_is_ready_for_a4():
    sheet = read_sheet(as_workbook([table()]))
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert (sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight) == (1, 0)
    assert sheet.sheet_properties.pageSetUpPr.fitToPage
    assert sheet.print_title_rows == "$5:$5"
    assert sheet.freeze_panes == "A6"


def test_numbers_have_formats():
    sheet = read_sheet(as_workbook([table()]))
    assert [cell.number_format for cell in sheet[6]][1:] == [
        "#,##0",
        '0"%"',
        "0.0",
        "yyyy-mm-dd",
        "yyyy-mm-dd hh:mm",
    ]


@pytest.mark.parametrize("text", HARMFUL)
def test_no_text_of_a_csv_file_is_a_formula(text):
    ((_heading,), (cell,)) = read_csv(as_csv(of_one(text)))
    assert cell == (text if text == "#N/A" else f"'{text}")


@pytest.mark.parametrize("text", HARMFUL)
def test_no_text_of_a_workbook_is_a_formula(text):
    sheet = read_sheet(as_workbook([of_one(text)]))
    cells = [cell for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert cells[-1].value.strip() == text.strip()


def test_numbers_below_zero_stay_numbers():
    rows = [("x", -3, 0, -0.5, None, None)]
    assert read_csv(as_csv(table(rows)))[1][1] == "-3"
    assert read_sheet(as_workbook([table(rows)])).cell(6, 2).value == -3


def test_letters_that_no_workbook_can_hold_are_left_out():
    sheet = read_sheet(as_workbook([of_one("あ\x00い\x0bう")]))
    assert sheet.cell(5, 1).value == "あいう"
    assert len(read_sheet(as_workbook([of_one("あ" * 40_000)])).cell(5, 1).value) == 32_001


def test_sheets_have_names_of_their_own():
    book = openpyxl.load_workbook(
        io.BytesIO(as_workbook([table(), table(title="所属ごと"), table(title="a/b" * 30)]))
    )
    assert book.sheetnames == ["所属ごと", "2 所属ごと", ("a b" * 30)[:31].strip()]


def test_an_empty_table_has_its_headings():
    assert read_csv(as_csv(table([]))) == [[column.heading for column in COLUMNS]]
    assert read_sheet(as_workbook([table([])])).max_row == 5


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("会議をかるく", "所属別"), "2026-07-15_会議をかるく_所属別"),
        (('a/b\\c:"d"?', ""), "2026-07-15_a b c d"),
        (("../../etc", "x"), "2026-07-15_etc_x"),
        (("あ" * 200,), "2026-07-15_" + "あ" * 69),
    ],
)
def test_file_names_sort_and_are_allowed_everywhere(words, name):
    assert file_name(date(2026, 7, 15), *words) == name
