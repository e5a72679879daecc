"""Reading a personnel list: both encodings, both kinds of dates, and every error at once."""

import io
import zipfile
from datetime import date, datetime

import openpyxl
import pytest

from challenges.dates import read_date
from challenges.people.counting import Period
from challenges.people.roster.reading import ListedPerson, PersonnelList
from challenges.vocabulary import Employment, Site

ENGLISH = "employee_number,name,kana,email,unit,post,manager,valid_from"
JAPANESE = "職員番号,氏名,フリガナ,メールアドレス,所属,職名,管理職,発令日"
ROW = "100001,山田 花子,ヤマダ ハナコ,hanako@pref.example.jp,総務部/人事課,主査,,2026-04-01"


def read(
    *lines: str, heading: str = ENGLISH, encoding: str = "utf-8", end: str = "\n"
) -> PersonnelList:
    return PersonnelList(end.join((heading, *lines)).encode(encoding))


def report(found: PersonnelList) -> list[str]:
    return found.report()


def the_one(found: PersonnelList) -> ListedPerson:
    (person,) = found.people.values()
    return person


def test_a_line_becomes_a_person_with_an_appointment() -> None:
    found = read(ROW)
    assert not found.problems
    (person,) = found.people.values()
    assert (person.employee_number, person.name, person.kana) == (
        "100001",
        "山田 花子",
        "ヤマダ ハナコ",
    )
    assert person.email == "hanako@pref.example.jp"
    (appointment,) = person
    assert (appointment.line, appointment.unit, appointment.post, appointment.manager) == (
        2,
        "総務部/人事課",
        "主査",
        False,
    )
    assert appointment.valid_from == date(2026, 4, 1)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("heading", [ENGLISH, JAPANESE])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_all_encodings_headings_and_line_ends_read_the_same(
    encoding: str, heading: str, end: str
) -> None:
    found = read(ROW, heading=heading, encoding=encoding, end=end)
    assert not found.problems
    assert found.people == read(ROW).people


def test_characters_of_cp932_extensions_are_kept() -> None:
    found = read(ROW.replace("山田", "髙﨑"), encoding="cp932")
    assert the_one(found).name == "髙﨑 花子"


def test_columns_may_stand_in_any_order() -> None:
    heading = "異動日,管理職,補職,所属,メール,カナ,氏名,職員番号"
    found = read("令和8年4月1日,○,課長,総務部／人事課,,,山田 花子,100001", heading=heading)
    (person,) = found.people.values()
    assert person[0].manager
    assert person[0].unit == "総務部/人事課"
    assert person.email == ""


def test_headings_may_be_of_any_width() -> None:
    heading = "職員番号,氏名,ﾌﾘｶﾞﾅ,ﾒｰﾙｱﾄﾞﾚｽ,ＵＮＩＴ,職名,管理職,Valid_From"
    decomposed = heading.replace("ﾌﾘｶﾞﾅ", "フリカ\u3099ナ").replace("ﾒｰﾙｱﾄﾞﾚｽ", "ﾒｰﾙ")
    assert (
        read(ROW, heading=heading).people
        == read(ROW, heading=decomposed).people
        == read(ROW).people
    )


@pytest.mark.parametrize(
    ("cell", "other"),
    [
        ("ＤＸ推進課", "dx推進課"),
        ("総務部／ﾃﾞｼﾞﾀﾙ課", "総務部/デジタル課"),
        ("総務部/テ\u3099シ\u3099タル課", "総務部/デジタル課"),
        ("総務部＼人事課", "総務部\\人事課"),
        ("総務部＞人事課", "総務部>人事課"),
        ("総務部　　人事課", "総務部 人事課"),
        ("企画～調整班", "企画〜調整班"),
        ("企画－調整班", "企画−調整班"),
        ("企画―調整班", "企画—調整班"),
        ("葛\U000e0100城支所", "葛城支所"),
    ],
)
def test_what_looks_alike_is_one_unit(cell: str, other: str) -> None:
    found = read(ROW.replace("総務部/人事課", cell), ROW.replace("総務部/人事課", other))
    assert report(found) == ["3行目 unit: 2行目と同じ人の同じ所属です。一行にしてください。"]


def test_a_unit_is_shown_as_it_is_written_but_composed() -> None:
    found = read(ROW.replace("総務部/人事課", " 総務部 ／ＤＸ　テ\u3099シ\u3099タル課"))
    assert the_one(found)[0].unit == "総務部/ＤＸ デジタル課"


def test_a_slash_in_a_name_is_escaped() -> None:
    found = read(ROW.replace("人事課", "UI\\/UX課"))
    assert the_one(found)[0].unit == "総務部/UI\\/UX課"
    assert not found.problems


def test_a_character_that_hides_a_slash_is_refused() -> None:
    found = read(ROW.replace("総務部/人事課", "総務部/℅課"))
    assert report(found) == [
        "2行目 unit: 「総務部/℅課」に、所属の区切り（/）とまぎらわしい文字（℅ など）があります。"
    ]


def test_unknown_columns_are_ignored_and_named() -> None:
    found = read(ROW + ",A型", heading=ENGLISH + ",血液型")
    assert len(found.people) == 1
    assert found.notices == ["使わない列です（読みません）: 血液型"]


def test_a_missing_column_is_reported_with_its_headings() -> None:
    found = read("1,山田", heading="職員番号,氏名")
    assert len(found.problems) == 6
    assert (
        report(found)[-1]
        == "1行目 見出し: 「発令日」の列がありません（使える見出し: 発令日、異動日、valid_from）。"
    )


def test_a_missing_column_does_not_hide_other_errors() -> None:
    found = read("1,,明日", "2,山田,R8.4.1", heading="職員番号,氏名,発令日")
    assert [line.partition(":")[0] for line in report(found)] == ["1行目 見出し"] * 5 + [
        "2行目 氏名",
        "2行目 発令日",
    ]
    assert {number: (one.email, one.has_appointments) for number, one in found.people.items()} == {
        "1": (None, False),
        "2": (None, False),
    }


def test_a_file_without_headings_is_not_read_line_by_line() -> None:
    assert len(read(ROW, ROW + ",x", heading=ROW).problems) == 8


@pytest.mark.parametrize("extra", ["x", ",x", " ,, x,"])
def test_a_cell_beyond_the_headings_is_an_error_of_its_line(extra: str) -> None:
    found = read(f"{ROW},{extra}", heading=JAPANESE)
    (line,) = report(found)
    assert line.startswith("2行目 9列目: 欄が")
    assert line.endswith("見出しと同じ8個にしてください。")
    assert [(one.name, one.has_appointments) for one in found.people.values()] == [("", False)]


@pytest.mark.parametrize("end", ["", ",", ",,,", ", ,　"])
def test_empty_cells_at_the_end_do_not_matter(end: str) -> None:
    found = read(ROW + end, heading=JAPANESE + ",,")
    assert (report(found), found.notices) == ([], [])
    assert found.people == read(ROW).people


def test_cells_that_are_missing_at_the_end_are_empty() -> None:
    heading = "職員番号,氏名,所属,発令日,フリガナ,メール,職名,管理職"
    found = read("100001,山田 花子,総務部,R8.4.1", heading=heading)
    assert report(found) == []
    assert the_one(found).email == ""
    short = read("100001,山田 花子", heading=heading)
    assert report(short) == [
        "2行目 所属: 空です。必ず書いてください。",
        "2行目 発令日: 空です。必ず書いてください。",
    ]


def test_of_a_faulty_line_the_rest_is_read() -> None:
    found = read(
        ROW.replace("hanako@", "hanako"), ROW.replace("100001", "100002").replace("2026-04-01", "")
    )
    assert [(one.email, one.has_appointments) for one in found.people.values()] == [
        (None, True),
        ("hanako@pref.example.jp", False),
    ]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        (0, "100001、100002"),
        (1, "山田 花子；佐藤 一"),
        (3, "a@pref.example.jp;b@pref.example.jp"),
        (4, "総務部/人事課、総務部/財政課"),
        (4, '"総務部/人事課\n総務部/財政課"'),
        (4, '"総務部/人事課,総務部/財政課"'),
        (5, "課長、室長"),
        (7, "2026-04-01、2026-05-01"),
    ],
)
def test_several_values_in_one_cell_are_refused(column: int, cell: str) -> None:
    cells = ROW.split(",")
    cells[column] = cell
    (line,) = report(read(",".join(cells)))
    assert line.endswith("には値が二つ以上あるようです。発令一つにつき一行にしてください。")


def test_a_list_in_brackets_is_one_value() -> None:
    found = read(ROW.replace("主査", "主査（総括、調整担当）"))
    assert the_one(found)[0].post == "主査（総括、調整担当）"


@pytest.mark.parametrize("cell", ["1", "○", "〇", "◯", "はい", "１", "TRUE", "Yes"])
def test_many_words_say_manager(cell: str) -> None:
    assert the_one(read(ROW.replace("主査,", f"主査,{cell}")))[0].manager is True


@pytest.mark.parametrize("cell", ["", "0", "×", "いいえ", "０", "False", "-", " "])
def test_many_words_say_no_manager(cell: str) -> None:
    assert the_one(read(ROW.replace("主査,", f"主査,{cell}")))[0].manager is False


@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#VALUE!", "#NAME?", "####"])
def test_an_error_of_excel_is_no_value(error: str) -> None:
    assert report(read(ROW.replace("山田 花子", error))) == [
        f"2行目 name: Excel のエラー「{error}」です。数式を直してから保存してください。"
    ]


def test_a_rounded_employee_number_is_explained() -> None:
    (line,) = report(read(ROW.replace("100001", "1.00001E+05")))
    assert "Excel が数値として丸めた職員番号のようです" in line


def test_the_same_column_twice_is_an_error() -> None:
    found = read(ROW + ",x", heading=ENGLISH + ",メール")
    assert report(found) == ["1行目 メール: 同じ意味の列が二つあります。一つにしてください。"]


def test_widths_and_blanks_are_tidied() -> None:
    found = read(
        "１００００１,山田　 花子 ,ﾔﾏﾀﾞ ﾊﾅｺ,Hanako@Pref.Example.JP,"
        " 総務部 ／人事課／給与班 ,主査,１,Ｒ８．４．１"
    )
    (person,) = found.people.values()
    assert (person.employee_number, person.name, person.kana) == (
        "100001",
        "山田 花子",
        "ヤマダ ハナコ",
    )
    assert person.email == "hanako@pref.example.jp"
    assert person[0].unit == "総務部/人事課/給与班"
    assert person[0].manager


def test_the_first_of_several_lines_is_the_primary_one() -> None:
    found = read(ROW, "100001,山田 花子,,,防災部/危機管理課,兼務,1,2026-05-01")
    (person,) = found.people.values()
    assert [one.unit for one in person] == ["総務部/人事課", "防災部/危機管理課"]
    assert person.email == "hanako@pref.example.jp"


def test_every_error_is_in_one_report_with_line_and_column() -> None:
    found = read(
        "100001,,ヤマダ,not-an-address,総務部//人事課,主査,多分,2026-02-30",
        ",山田 花子,,,総務部,,,2026年度",
        "100 003,佐藤 一,,,総務部,,,",
        heading=JAPANESE,
    )
    assert report(found) == [
        "2行目 氏名: 空です。必ず書いてください。",
        "2行目 メールアドレス: 「not-an-address」はメールアドレスの形をしていません。",
        "2行目 所属: 「総務部//人事課」に名前のない所属があります。"
        "部/課/班 のように書いてください。",
        "2行目 管理職: 「多分」は読めません。"
        "管理職なら 1（または ○）、そうでなければ空にしてください。",
        "2行目 発令日: 「2026-02-30」という日は暦にありません。",
        "3行目 職員番号: 空です。必ず書いてください。",
        "3行目 発令日: 日付「2026年度」を読めません。"
        "2026-04-01、2026/4/1、令和8年4月1日、R8.4.1 のように書いてください。",
        "4行目 職員番号: 「100 003」は職員番号として使えません。"
        "英数字と . _ - だけで書いてください。",
        "4行目 発令日: 空です。必ず書いてください。",
    ]


def test_lines_are_counted_in_the_file_even_after_quoted_newlines() -> None:
    found = read(
        '100001,山田 花子,,,総務部,"課長\n（兼務）",,2026-04-01', "100002,,,,総務部,,,2026-04-01"
    )
    assert [line.partition(" ")[0] for line in report(found)] == ["4行目"]
    assert (
        read('100001,山田 花子,,,総務部,"課長\r\n（兼務）",,2026-04-01').people["100001"][0].post
        == "課長 （兼務）"
    )


def test_one_number_with_two_names_is_an_error() -> None:
    found = read(ROW, "100001,山田 太郎,,,防災部,,,2026-04-01")
    assert report(found) == [
        "3行目 name: 職員番号 100001 の氏名が、2行目では「山田 花子」です。そろえてください。"
    ]


def test_two_numbers_that_differ_only_in_case_are_an_error() -> None:
    found = read(
        ROW.replace("100001", "a12"), "A12,佐藤 一,,,防災部,,,2026-04-01", heading=JAPANESE
    )
    assert report(found) == [
        "3行目 職員番号: 2行目の職員番号 a12 と、大文字・小文字だけが違います。"
        "同じ人なら同じ文字に、別の人なら別の番号にしてください。"
    ]


def test_one_address_for_two_people_is_an_error() -> None:
    found = read(ROW, "100002,佐藤 一,,HANAKO@pref.example.jp,防災部,,,2026-04-01")
    assert report(found) == [
        "3行目 email: 2行目の別の人（職員番号 100001）と同じメールアドレスです。"
    ]


def test_the_same_person_in_the_same_unit_twice_is_an_error() -> None:
    found = read(ROW, ROW)
    assert report(found) == ["3行目 unit: 2行目と同じ人の同じ所属です。一行にしてください。"]


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "ファイル全体: 空のファイルです。"),
        (b"\r\n\r\n", "ファイル全体: 空のファイルです。"),
        (ENGLISH.encode() + b"\n,,,,,,,\n", "ファイル全体: 見出しだけで、職員の行がありません。"),
        (
            ROW.encode("utf-16-le"),
            "ファイル全体: 文字コードが分かりません。Excel で「名前を付けて保存」を選び、"
            "種類を「CSV UTF-8（コンマ区切り）」にして保存し直してください。",
        ),
        (
            ROW.replace(",", ";").encode(),
            "ファイル全体: 列が「;」で区切られています。Excel で「名前を付けて保存」を選び、"
            "種類を「CSV UTF-8（コンマ区切り）」にして保存し直してください。",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
            "ファイル全体: 古い形式か、パスワード付きの Excel ブックです。"
            "Excel で「名前を付けて保存」を選び、"
            "種類を「Excel ブック（.xlsx）」にして保存し直してください。",
        ),
        (
            b"PK\x03\x04 damaged",
            "ファイル全体: Excel ブックとして読めません。Excel で「名前を付けて保存」を選び、"
            "種類を「Excel ブック（.xlsx）」にして保存し直してください。",
        ),
        (
            f"{ENGLISH}\n{ROW}\n".encode() + b"\xff\xff",
            "3行目: UTF-8 として読めない文字があります。",
        ),
        (b"\x81 \n", "1行目: 文字コードが UTF-8 でも CP932 でもありません。"),
        ((ENGLISH + "\n" + '1,"山田').encode(), '2行目: 引用符（"）が閉じられていません。'),
        (
            (ENGLISH + "\n" + ROW + ",x").encode(),
            "2行目 9列目: 欄が9個あります。見出しと同じ8個にしてください。",
        ),
    ],
)
def test_a_file_that_cannot_be_read_says_why(data: bytes, sentence: str) -> None:
    assert report(PersonnelList(data)) == [sentence]


def test_a_stray_quote_does_not_hide_the_errors_after_it() -> None:
    found = read('100001,"山田"花子,,,総務部,,,2026-04-01', "100002,,,,総務部,,,2026-04-01")
    assert sorted(problem.line for problem in found.problems) == [2, 3]


@pytest.mark.parametrize("char", ["\x00", "\x07", "\u200b", "\u202e"])
def test_invisible_characters_are_refused(char: str) -> None:
    found = read(ROW.replace("花子", f"花{char}子"))
    assert report(found) == [
        f"2行目 name: 目に見えない文字（U+{ord(char):04X}）が入っています。取り除いてください。"
    ]


@pytest.mark.parametrize(("field", "longest"), [("山田 花子", 100), ("主査", 100), ("100001", 32)])
def test_a_field_may_be_as_long_as_its_column(field: str, longest: int) -> None:
    assert not read(ROW.replace(field, "1" * longest)).problems
    assert report(read(ROW.replace(field, "1" * (longest + 1))))[0].endswith(
        f"{longest + 1}文字あります。{longest}文字までにしてください。"
    )


def test_a_cell_of_a_quarter_megabyte_is_an_error_not_a_crash() -> None:
    assert "とても長い欄" in report(read(ROW.replace("主査", "査" * 250_000)))[0]


def test_vendor_specific_characters_are_reported() -> None:
    assert read(ROW.replace("山田", "\ue000田")).notices == [
        "外字があり、ほかの端末では見えません: 2行目",
    ]


AS_EXCEL_WRITES = {
    "a second BOM": ("\ufeff\ufeff" + JAPANESE, ROW, "utf-8", []),
    "sep=": ("sep=,\n" + JAPANESE, ROW, "utf-8-sig", []),
    "another sep=": (
        '"sep=;"\n' + JAPANESE.replace(",", ";"),
        ROW.replace(",", ";"),
        "cp932",
        [],
    ),
    "a title": (
        "令和8年度 職員名簿,,\n\n" + JAPANESE,
        ROW,
        "cp932",
        ["3行目を見出しとして読みます。その上の行は読みません。"],
    ),
    "UTF-16 with tabs": (JAPANESE.replace(",", "\t"), ROW.replace(",", "\t"), "utf-16", []),
    "tabs": (JAPANESE.replace(",", "\t"), ROW.replace(",", "\t"), "utf-8", []),
    "ISO-2022-JP": (JAPANESE, ROW, "iso-2022-jp", []),
    "wide headings": ("職 員 番 号" + JAPANESE[4:], ROW, "utf-8", []),
}


@pytest.mark.parametrize("how", AS_EXCEL_WRITES)
def test_files_are_read_as_excel_and_older_systems_write_them(how: str) -> None:
    heading, row, encoding, notices = AS_EXCEL_WRITES[how]
    found = read(row, heading=heading, encoding=encoding)
    assert (report(found), found.notices) == ([], notices)
    assert [row.unit for row in the_one(found)] == ["総務部/人事課"]
    assert the_one(found).name == "山田 花子"


def workbook(*rows: list[object], **formats: str) -> bytes:
    """An Excel workbook. ``formats`` are number formats by the name of a cell."""
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    for name, number_format in formats.items():
        book.active[name].number_format = number_format
    book.create_sheet("別の表").append(["読まない"])
    packed = io.BytesIO()
    book.save(packed)
    return packed.getvalue()


def test_the_first_sheet_of_a_workbook_is_read() -> None:
    cells: list[object] = ["100001", *ROW.split(",")[1:7], datetime(2026, 4, 1)]  # noqa: DTZ001
    found = PersonnelList(workbook(["職員名簿"], JAPANESE.split(","), cells))
    assert report(found) == []
    assert [row.unit for row in the_one(found)] == ["総務部/人事課"]
    assert the_one(found)[0].valid_from == date(2026, 4, 1)
    assert the_one(found)[0].line == 3


@pytest.mark.parametrize(
    ("value", "number_format", "number"),
    [
        (1001, "General", "1001"),
        (1001.0, "General", "1001"),
        (1001, "000000", "001001"),
        ("001001", "@", "001001"),
    ],
)
def test_a_number_of_a_workbook_is_read_as_excel_shows_it(
    value: object, number_format: str, number: str
) -> None:
    cells = [value, *ROW.split(",")[1:]]
    found = PersonnelList(workbook(JAPANESE.split(","), cells, A2=number_format))
    assert list(found.people) == [number]


def test_a_workbook_that_unpacks_to_too_much_is_not_unpacked() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as book:
        for part in range(9):
            book.writestr(f"xl/{part}.xml", b" " * (120 << 20))
    assert "大きすぎます" in report(PersonnelList(packed.getvalue()))[0]


OPTIONAL = JAPANESE + ",任用区分,集計対象外の期間,本庁・出先"


def test_employment_days_that_do_not_count_and_site_are_read() -> None:
    found = read(
        ROW + ",会計年度任用,2026-05-01～2026-06-30、R8.9.1から,出先機関", heading=OPTIONAL
    )
    assert report(found) == []
    row = the_one(found)[0]
    assert (row.employment, row.site) == (Employment.FISCAL_YEAR, Site.BRANCH)
    assert the_one(found).uncounted == {
        Period(date(2026, 5, 1), date(2026, 6, 30)),
        Period(date(2026, 9, 1), None),
    }


def test_optional_columns_may_be_missing_or_empty() -> None:
    assert the_one(read(ROW)).uncounted is None
    empty = the_one(read(ROW + ",,,", heading=OPTIONAL))
    assert (empty.uncounted, empty[0].employment, empty[0].site) == (set(), None, None)


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        (
            "臨時,,",
            "2行目 任用区分: 「臨時」は読めません。"
            "正規、会計年度任用、派遣受入、出向、委託 のどれかか、空です。",
        ),
        (
            ",育休,",
            "2行目 集計対象外の期間: 期間「育休」を読めません。"
            "2026-04-01～2026-09-30 のように書いてください。",
        ),
        (
            ",2026-04-02～2026-04-01,",
            "2行目 集計対象外の期間: 期間「2026-04-02～2026-04-01」の終わりが始まりより前です。",
        ),
        (",,支所", "2行目 本庁・出先: 「支所」は読めません。本庁、出先機関 のどちらかか、空です。"),
    ],
)
def test_what_an_optional_column_cannot_say_is_an_error(cells: str, sentence: str) -> None:
    assert report(read(f"{ROW},{cells}", heading=OPTIONAL)) == [sentence]


def test_one_unit_cannot_be_at_two_sites() -> None:
    other = ROW.replace("100001", "100002").replace("hanako", "taro")
    found = read(ROW + ",,,本庁", other + ",,,出先", heading=OPTIONAL)
    assert report(found) == ["3行目 本庁・出先: この所属は、2行目では本庁です。そろえてください。"]


def test_reading_stops_after_a_thousand_mistakes() -> None:
    found = read(*[ROW.replace("2026-04-01", "")] * 5000)
    assert 1000 <= len(found.problems) < 1100
    assert "ここで読むのをやめました" in report(found)[-1]


def test_one_number_on_very_many_lines_is_an_error() -> None:
    found = read(*[ROW.replace("人事課", f"{n}課") for n in range(60)])
    assert report(found)[0] == "52行目 employee_number: 職員番号 100001 の行が50を超えています。"


@pytest.mark.parametrize(
    "text",
    [
        "2026-04-01",
        "2026/4/1",
        "2026.4.1",
        "20260401",
        "2026年4月1日",
        "令和8年4月1日",
        "R8.4.1",
        "r08/04/01",
        "令和８年 ４月 １日",
    ],
)
def test_a_day_may_be_written_in_many_ways(text: str) -> None:
    assert read_date(text) == date(2026, 4, 1)


def test_the_first_year_of_an_era_has_a_name() -> None:
    assert (
        read_date("令和元年5月1日")
        == read_date("R1.5.1")
        == read_date("R元.5.1")
        == date(2019, 5, 1)
    )
    assert read_date("平成31年4月30日") == date(2019, 4, 30)
    assert read_date("S64.1.7") == date(1989, 1, 7)


@pytest.mark.parametrize(
    "text", ["令和元年4月30日", "平成31年5月1日", "平成32年4月1日", "昭和64年1月8日", "R0.4.1"]
)
def test_a_day_outside_its_era_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="期間にありません"):
        read_date(text)


@pytest.mark.parametrize("text", ["46113", "4/1", "2026-13-01", "明日", "1026-04-01", "9999/1/1"])
def test_an_invalid_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"日付|暦|確かめて"):
        read_date(text)
