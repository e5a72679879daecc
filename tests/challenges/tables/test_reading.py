"""Reading a table whose columns are known, with every mistake in one report."""

from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from challenges.dates import read_date
from challenges.tables.cells import Column, one_of, text
from challenges.tables.reading import MOST_PROBLEMS, Table

ONLINE = one_of({"": False, "○": True}, "○か空です。")


@dataclass(frozen=True, slots=True)
class Row:
    line: int
    day: Annotated[date | None, Column("受付日", "日付", read=read_date)] = None
    count: Annotated[int | None, Column("件数", read=int)] = None
    place: Annotated[str | None, Column("窓口", read=text(5), is_optional=True)] = None
    is_online: Annotated[bool | None, Column("電子申請", read=ONLINE)] = None


HEADING = "日付,件数,窓口,電子申請"
ROW = "R8.4.1,12,本庁,○"
READ = {"day": date(2026, 4, 1), "count": 12, "place": "本庁", "is_online": True}


def table(*lines: str, encoding: str = "utf-8", end: str = "\n") -> Table[Row]:
    return Table(end.join(lines).encode(encoding), Row)


def values(found: Table[Row]) -> list[dict[str, object]]:
    """Of each row what was read."""
    rows = [asdict(row) for row in found]
    return [
        {name: value for name, value in row.items() if name != "line" and value is not None}
        for row in rows
    ]


def report(found: Table[Row]) -> list[str]:
    list(found)
    return found.report()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "utf-16", "iso-2022-jp"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", [",", "\t"])
def test_every_kind_of_text_file_reads_the_same(encoding: str, end: str, mark: str) -> None:
    lines = [line.replace(",", mark) for line in (HEADING, ROW)]
    found = table(*lines, encoding=encoding, end=end)
    assert values(found) == [READ]
    assert (found.problems, found.notices) == ([], [])


def test_an_excel_workbook_reads_the_same(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for row in (HEADING.split(","), [datetime(2026, 4, 1), 12.0, "本庁", "○"]):  # noqa: DTZ001
        book.active.append(row)
    book.save(tmp_path / "table.xlsx")
    found = Table((tmp_path / "table.xlsx").read_bytes(), Row)
    assert values(found) == [READ]
    assert found.problems == []


@given(st.permutations(list(zip(HEADING.split(","), ROW.split(","), strict=True))))
def test_columns_come_in_any_order(cells: list[tuple[str, str]]) -> None:
    headings, row = zip(*cells, strict=True)
    assert values(table(",".join(headings), ",".join(row))) == [READ]


@pytest.mark.parametrize("heading", ["受付日", "ﾋﾂﾞｹ", "日 付", "ＤＡＹ", "day"])
def test_a_column_goes_by_each_of_its_headings(heading: str) -> None:
    @dataclass
    class Day:
        line: int
        day: Annotated[date | None, Column("受付日", "ヒヅケ", "日付", read=read_date)] = None

    found = Table(f"{heading},\n2026-04-01,".encode(), Day)
    assert list(found) == [Day(2, date(2026, 4, 1))]
    assert found.headings == {"day": heading}


def test_rows_above_the_headings_are_titles() -> None:
    found = table("窓口の件数,,,", "", "作成 令和8年5月", HEADING, ROW)
    assert [row.line for row in found] == [5]
    assert found.notices == ["4行目を見出しとして読みます。その上の行は読みません。"]


def test_an_unknown_column_is_ignored_and_named() -> None:
    found = table(HEADING + ",備考", ROW + ",雨")
    assert values(found) == [READ]
    assert found.notices == ["使わない列です（読みません）: 備考"]


def test_an_optional_column_may_be_missing() -> None:
    assert values(table("日付,件数,電子申請", "R8.4.1,12,")) == [
        {"day": date(2026, 4, 1), "count": 12, "is_online": False}
    ]


def test_a_missing_column_hides_no_other_mistake() -> None:
    found = table("日付,電子申請", "明日,○")
    assert not found.is_complete
    assert [line.partition("（")[0] for line in report(found)] == [
        "1行目 見出し: 「件数」の列がありません",
        "2行目 日付: 日付「明日」を読めません。2026-04-01、2026/4/1、令和8年4月1日、R8.4.1 "
        "のように書いてください。",
    ]


def test_a_heading_that_comes_twice_is_a_mistake() -> None:
    found = table(HEADING + ",受付日", ROW + ",R8.4.2")
    assert not found.is_complete
    assert report(found) == ["1行目 受付日: 同じ意味の列が二つあります。一つにしてください。"]


def test_every_mistake_is_told_by_line_and_column_in_order() -> None:
    found = table(HEADING, "明日,12,本庁の二階の奥,はい", ROW, 'R8.4.1,12,"本庁"館,', "R8.4.31,1,,")
    assert [row.line for row in found] == [2, 3, 5]
    assert [line.partition(":")[0] for line in found.report()] == [
        "2行目 日付",
        "2行目 窓口",
        "2行目 電子申請",
        "4行目",
        "5行目 日付",
    ]


def test_of_a_line_with_a_mistake_the_rest_is_read() -> None:
    assert values(table(HEADING, "明日,12,,")) == [{"count": 12, "place": "", "is_online": False}]


def test_of_a_line_with_too_many_cells_the_first_column_is_read() -> None:
    found = table(HEADING, ROW + ",x")
    assert values(found) == [{"day": date(2026, 4, 1)}]
    assert found.report() == ["2行目 5列目: 欄が5個あります。見出しと同じ4個にしてください。"]


def test_empty_cells_at_the_end_make_no_difference() -> None:
    found = table(HEADING + ",,", ROW + ",,,,", "R8.4.1,12")
    assert values(found) == [READ, READ | {"place": "", "is_online": False}]
    assert (found.problems, found.notices) == ([], [])


@pytest.mark.parametrize(
    ("cell", "sentence"),
    [
        ("本\u200b庁", "目に見えない文字（U+200B）が入っています。取り除いてください。"),
        ("#N/A", "Excel のエラー「#N/A」です。数式を直してから保存してください。"),
        ("本庁の二階の", "6文字あります。5文字までにしてください。"),
    ],
)
def test_what_a_cell_must_not_hold_is_told(cell: str, sentence: str) -> None:
    assert report(table(HEADING, ROW.replace("本庁", cell))) == [f"2行目 窓口: {sentence}"]


def test_characters_that_other_machines_lack_are_noticed() -> None:
    found = table(HEADING, *[ROW.replace("本庁", "\ue000")] * 25)
    assert len(values(found)) == 25
    (notice,) = found.notices
    assert notice.endswith("20、21行目 ほか5行")


def test_reading_stops_after_very_many_mistakes() -> None:
    found = table(HEADING, *["明日,12,,"] * (MOST_PROBLEMS + 500))
    assert len(values(found)) == MOST_PROBLEMS
    assert found.report()[-1].endswith("誤りが多いので、ここで読むのをやめました。")


@pytest.mark.parametrize(
    ("lines", "sentence"),
    [
        ([""], "ファイル全体: 空のファイルです。"),
        ([HEADING], "ファイル全体: 見出しだけで、行がありません。"),
        ([HEADING.replace(",", ";")], "ファイル全体: 列が「;」で区切られています。"),
        ([HEADING, 'R8.4.1,"12'], '2行目: 引用符（"）が閉じられていません。'),
    ],
)
def test_a_file_without_lines_says_why(lines: list[str], sentence: str) -> None:
    (line,) = report(table(*lines))
    assert line.startswith(sentence)


@given(st.binary(max_size=300))
def test_no_file_at_all_raises_anything(data: bytes) -> None:
    found = Table(data, Row)
    list(found)
    assert found.problems


def test_equal_cells_of_a_long_table_share_their_value() -> None:
    rows = list(table(HEADING, *[ROW] * 3))
    assert len({id(row.place) for row in rows}) == 1


@pytest.mark.parametrize(
    ("data", "values"),
    [
        (f"{HEADING}\n明日,12,,".encode(), {"text": "明日"}),
        (f"{HEADING}\nR8.4.1,12,本庁の二階の,".encode(), {"length": 6, "longest": 5}),
        (HEADING.replace(",", ";").encode(), {"mark": ";"}),
        (f"{HEADING}\n{ROW}".encode() + b"\xff\xff", {"encoding": "UTF-8"}),
    ],
)
def test_what_is_wrong_can_be_said_in_another_language(
    data: bytes, values: dict[str, object]
) -> None:
    found = Table(data, Row)
    list(found)
    [problem] = found.problems
    assert values.items() <= problem.values.items()
    assert problem.sentence % problem.values == str(problem)
