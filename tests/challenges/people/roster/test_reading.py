"""Reading a personnel list: both encodings, both kinds of dates, and every error at once."""

from datetime import date

import pytest

from challenges.people.roster.dates import read_date
from challenges.people.roster.reading import PersonnelList, read_personnel_list

ENGLISH = "employee_number,name,kana,email,unit,post,manager,valid_from"
JAPANESE = "職員番号,氏名,フリガナ,メールアドレス,所属,職名,管理職,発令日"
ROW = "100001,山田 花子,ヤマダ ハナコ,hanako@pref.example.jp,総務部/人事課,主査,,2026-04-01"


def read(
    *lines: str, heading: str = ENGLISH, encoding: str = "utf-8", end: str = "\n"
) -> PersonnelList:
    return read_personnel_list(end.join((heading, *lines)).encode(encoding))


def report(found: PersonnelList) -> list[str]:
    return found.report()


def test_a_line_becomes_a_person_with_an_appointment() -> None:
    found = read(ROW)
    assert not found.problems
    (person,) = found.people
    assert (person.employee_number, person.name, person.kana) == (
        "100001",
        "山田 花子",
        "ヤマダ ハナコ",
    )
    assert person.email == "hanako@pref.example.jp"
    (appointment,) = person.appointments
    assert (appointment.line, appointment.unit, appointment.post, appointment.is_manager) == (
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
    assert found.people[0].name == "髙﨑 花子"


def test_columns_may_stand_in_any_order() -> None:
    heading = "異動日,管理職,補職,所属,メール,カナ,氏名,職員番号"
    found = read("令和8年4月1日,○,課長,総務部／人事課,,,山田 花子,100001", heading=heading)
    (person,) = found.people
    assert person.appointments[0].is_manager
    assert person.appointments[0].unit == "総務部/人事課"
    assert person.email is None


def test_headings_may_be_of_any_width() -> None:
    heading = "職員番号,氏名,ﾌﾘｶﾞﾅ,ﾒｰﾙｱﾄﾞﾚｽ,ＵＮＩＴ,職名,管理職,Valid_From"
    decomposed = heading.replace("ﾌﾘｶﾞﾅ", "フリカ\u3099ナ").replace("ﾒｰﾙｱﾄﾞﾚｽ", "ﾒｰﾙ")
    assert (
        read(ROW, heading=heading).people
        == read(ROW, heading=decomposed).people
        == read(ROW).people
    )


@pytest.mark.parametrize(
    ("cell", "path"),
    [
        ("ＤＸ推進課", "DX推進課"),
        ("総務部／ﾃﾞｼﾞﾀﾙ課", "総務部/デジタル課"),
        ("総務部/テ\u3099シ\u3099タル課", "総務部/デジタル課"),
        ("総務部＼人事課", "総務部\\人事課"),
        ("総務部＞人事課", "総務部>人事課"),
        ("総務部　　人事課", "総務部 人事課"),
    ],
)
def test_width_and_blanks_do_not_make_another_unit(cell: str, path: str) -> None:
    assert read(ROW.replace("総務部/人事課", cell)).people[0].appointments[0].unit == path


def test_a_character_that_hides_a_slash_is_refused() -> None:
    found = read(ROW.replace("総務部/人事課", "総務部/℅課"))
    assert report(found) == [
        "2行目 unit: 「総務部/℅課」に、所属の区切り（/）とまぎらわしい文字（℅ など）があります。"
    ]


def test_unknown_columns_are_ignored_and_named() -> None:
    found = read(ROW + ",A型", heading=ENGLISH + ",血液型")
    assert len(found.people) == 1
    assert found.notices == ("使わない列です（読みません）: 血液型",)


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
    assert not found.people
    assert {(one.employee_number, one.email, one.appointments) for one in found.doubtful} == {
        ("1", "", ()),
        ("2", "", ()),
    }


def test_a_file_without_headings_is_not_read_line_by_line() -> None:
    assert len(read(ROW, ROW + ",x", heading=ROW).problems) == 8


@pytest.mark.parametrize(
    ("cells", "place"),
    [(1, "氏名"), (6, "管理職"), (7, "発令日"), (9, "9列目"), (12, "9列目")],
)
def test_a_line_of_wrong_width_names_the_first_wrong_column(cells: int, place: str) -> None:
    line = ",".join([*ROW.split(","), *"xxxx"][:cells])
    found = read(line, heading=JAPANESE)
    assert report(found) == [
        f"2行目 {place}: 欄が{cells}個あります。見出しと同じ8個にしてください。"
    ]
    assert [(one.employee_number, one.appointments) for one in found.doubtful] == [("100001", ())]


def test_people_with_a_faulty_line_are_marked_doubtful() -> None:
    found = read(
        ROW.replace("hanako@", "hanako"), ROW.replace("100001", "100002").replace("2026-04-01", "")
    )
    assert [(one.email, len(one.appointments)) for one in found.doubtful] == [
        ("", 1),
        ("hanako@pref.example.jp", 0),
    ]
    assert not found.people


def test_the_same_column_twice_is_an_error() -> None:
    found = read(ROW + ",x", heading=ENGLISH + ",メール")
    assert report(found) == ["1行目 メール: 同じ意味の列が二つあります。一つにしてください。"]


def test_widths_and_blanks_are_tidied() -> None:
    found = read(
        "１００００１,山田　 花子 ,ﾔﾏﾀﾞ ﾊﾅｺ,Hanako@Pref.Example.JP,"
        " 総務部 ／人事課／給与班 ,主査,１,Ｒ８．４．１"
    )
    (person,) = found.people
    assert (person.employee_number, person.name, person.kana) == (
        "100001",
        "山田 花子",
        "ヤマダ ハナコ",
    )
    assert person.email == "hanako@pref.example.jp"
    assert person.appointments[0].unit == "総務部/人事課/給与班"
    assert person.appointments[0].is_manager


def test_the_first_of_several_lines_is_the_primary_one() -> None:
    found = read(ROW, "100001,山田 花子,,,防災部/危機管理課,兼務,1,2026-05-01")
    (person,) = found.people
    assert [one.unit for one in person.appointments] == ["総務部/人事課", "防災部/危機管理課"]
    assert person.email == "hanako@pref.example.jp"


def test_every_error_is_in_one_report_with_line_and_column() -> None:
    found = read(
        "100001,,ヤマダ,not-an-address,総務部//人事課,主査,はい,2026-02-30",
        ",山田 花子,,,総務部,,,2026年度",
        "100 003,佐藤 一,,,総務部,,,",
        heading=JAPANESE,
    )
    assert report(found) == [
        "2行目 氏名: 空です。必ず書いてください。",
        "2行目 メールアドレス: 「not-an-address」はメールアドレスの形をしていません。",
        "2行目 所属: 「総務部//人事課」に名前のない所属があります。"
        "部/課/班 のように書いてください。",
        "2行目 管理職: 「はい」は読めません。"
        "管理職なら 1（または ○）、そうでなければ空にしてください。",
        "2行目 発令日: 「2026-02-30」という日は暦にありません。",
        "3行目 職員番号: 空です。必ず書いてください。",
        "3行目 発令日: 日付「2026年度」を読めません。"
        "2026-04-01、2026/4/1、令和8年4月1日、R8.4.1 のように書いてください。",
        "4行目 職員番号: 「100 003」は職員番号として使えません。"
        "英数字と . _ - だけで書いてください。",
        "4行目 発令日: 空です。必ず書いてください。",
    ]
    assert not found.people


def test_lines_are_counted_in_the_file_even_after_quoted_newlines() -> None:
    found = read(
        '100001,山田 花子,,,総務部,"課長\n（兼務）",,2026-04-01', "100002,,,,総務部,,,2026-04-01"
    )
    assert [line.partition(" ")[0] for line in report(found)] == ["4行目"]
    assert (
        read('100001,山田 花子,,,総務部,"課長\r\n（兼務）",,2026-04-01')
        .people[0]
        .appointments[0]
        .post
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
            ROW.encode("utf-16"),
            "ファイル全体: 文字コードが UTF-16 です。"
            "UTF-8 か Shift_JIS（CP932）で保存し直してください。",
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
    assert report(read_personnel_list(data)) == [sentence]


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
    assert read(ROW.replace("山田", "\ue000田")).notices == (
        "外字があり、ほかの端末では見えません: 2行目",
    )


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
