"""What the operator is promised: a report, every error, nothing changed by a dry run, and links
that work once."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import delete, func, select

from app.db.sessions import Database
from app.demo.models import DemoLoad
from app.identity import invitations
from challenges.people.accounts import account
from challenges.people.models import Membership, Person, RoleGrant, Unit
from challenges.vocabulary import MembershipKind

HEADING = "職員番号,氏名,フリガナ,メール,所属,職名,管理職,発令日\r\n"
CAST = {
    "staff": "浜口 汐里",
    "colleague": "山本 樹",
    "manager": "中村 岳",
    "deputy": "田中 渚",
    "outsider": "森 太一",
    "dx": "西 光",
}


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    return lambda *words: app.test_cli_runner().invoke(args=["people", *words])


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., str]:
    def write(*lines: str, encoding: str = "cp932") -> str:
        path = tmp_path / "名簿.csv"
        path.write_bytes((HEADING + "\r\n".join(lines)).encode(encoding))
        return str(path)

    return write


@pytest.fixture
def no_office(database: Database) -> None:
    """Nobody belongs to the DX office, so that everybody may leave."""
    with database.writing() as session:
        session.execute(delete(RoleGrant))


def counts(database: Database) -> tuple[int, ...]:
    with database.reading() as session:
        return tuple(
            session.scalar(select(func.count()).select_from(model)) or 0
            for model in (Person, Unit, Membership)
        )


NEW = "200001,新田 葵,ニッタ アオイ,aoi@pref.example.jp,総務部/人事課,主事,,令和8年4月1日"


def test_import_reports_what_it_did(
    run: Callable[..., Result], write: Callable[..., str], database: Database
) -> None:
    found = run("import", write(NEW))
    assert found.exit_code == 0, found.output
    assert "added: 1 新しい人" in found.output
    assert "missing: 6 名簿にない人\n  staff 浜口 汐里\n" in found.output
    assert "units_created: 2 新しい所属\n  総務部\n  総務部/人事課\n" in found.output
    assert counts(database)[0] == 7
    assert "unchanged: 1" in run("import", write(NEW)).output


@pytest.mark.usefixtures("no_office")
def test_a_dry_run_tells_the_same_and_changes_nothing(
    run: Callable[..., Result], write: Callable[..., str], database: Database
) -> None:
    before = counts(database)
    choices = ["--deactivate-missing", "--at-most", "6"]
    tried = run("import", write(NEW), "--dry-run", *choices)
    assert tried.exit_code == 0
    assert counts(database) == before
    done = run("import", write(NEW), *choices)
    assert tried.output == done.output + "試しに読みました。何も変えていません。\n"


def test_a_bad_list_gets_every_error_and_changes_nothing(
    run: Callable[..., Result], write: Callable[..., str], database: Database
) -> None:
    before = counts(database)
    path = write(
        NEW,
        "200002,,,staff@pref.example.jp,農林部//,,9,明日",
        "200003,新田 陸,,dx@pref.example.jp,農林部,,,R8.4.1",
    )
    found = run("import", path)
    assert found.exit_code == 1
    assert counts(database) == before
    lines = found.output.splitlines()
    assert [line.partition(":")[0] for line in lines[:-1]] == [
        "3行目 氏名",
        "3行目 メール",
        "3行目 所属",
        "3行目 管理職",
        "3行目 発令日",
        "4行目 メール",
    ]
    assert lines[-1] == "Error: 6件の誤りがあります。何も変えていません。"


def test_an_error_on_a_line_neither_hides_another_nor_makes_one(
    run: Callable[..., Result], write: Callable[..., str]
) -> None:
    path = write(
        # Gives up an address for one that cannot be read.
        "staff,浜口 汐里,,新しい@@pref,農林部,,,R6.3.31",
        "200001,新田 葵,,staff@pref.example.jp,農林部,,,R8.4.1",
        # Keeps an address, because the field is empty.
        "dx,西 光,,,農林部/森林課,,9,R6.4.1",
        "200002,新田 陸,,dx@pref.example.jp,農林部,,,R8.4.1",
    )
    lines = run("import", path).output.splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "2行目 メール",
        "2行目 発令日",
        "4行目 管理職",
        "5行目 メール",
        "Error",
    ]


def test_real_people_cannot_be_imported_into_demo_data(
    run: Callable[..., Result], write: Callable[..., str], database: Database
) -> None:
    with database.writing() as session:
        session.add(DemoLoad(loaded_at=datetime(2026, 7, 1, tzinfo=UTC), seed=1, staff=10, days=10))
    found = run("import", write(NEW))
    assert (found.exit_code, "デモのデータ" in found.output) == (1, True)
    assert counts(database)[0] == 6


@pytest.mark.parametrize(("name", "why"), [("nowhere.csv", "ありません。"), ("", "フォルダです。")])
def test_an_unreadable_file_is_reported(
    run: Callable[..., Result], tmp_path: Path, name: str, why: str
) -> None:
    path = tmp_path / name
    found = run("import", str(path))
    assert (found.exit_code, found.output) == (1, f"Error: ファイル「{path}」を読めません: {why}\n")


@pytest.mark.usefixtures("no_office")
def test_a_list_that_ends_many_people_asks_for_their_number(
    run: Callable[..., Result], write: Callable[..., str], database: Database
) -> None:
    before = counts(database)
    for words in (["--dry-run"], [], ["--at-most", "5"]):
        found = run("import", write(NEW), "--deactivate-missing", *words)
        assert found.exit_code == 1
        assert "在籍6人のうち6人の在籍を終えることになります。" in found.output
        assert "--allow ended=6 を" in found.output
        assert "deactivated: 6 在籍を終えた人\n  staff 浜口 汐里\n" in found.output
        assert counts(database) == before
    found = run("import", write(NEW), "--deactivate-missing", "--at-most", "6")
    assert (found.exit_code, "deactivated: 6 " in found.output) == (0, True)


def test_each_kind_of_large_change_has_an_option(
    run: Callable[..., Result], write: Callable[..., str]
) -> None:
    new = [f"20000{n},新田 {n}号,,,総務部,,,R8.4.1" for n in range(4)]
    moved = [f"{number},{name},,,総務部,,,R8.7.1" for number, name in CAST.items()]
    found = run("import", write(*new, *moved))
    assert (
        "在籍6人のうち4人を新しく加える（または在籍に戻す）、6人を異動させることに" in found.output
    )
    assert "まちがいなければ --allow new=4 --allow transferred=6 を" in found.output
    options = ["--allow", "new=4", "--allow", "transferred=6"]
    assert run("import", write(*new, *moved), *options).exit_code == 0


@pytest.mark.parametrize("words", ["new", "new=many", "nothing=3", "new=-1", "ended=3"])
def test_what_cannot_be_allowed_is_refused(
    run: Callable[..., Result], write: Callable[..., str], words: str
) -> None:
    assert run("import", write(NEW), "--allow", words).exit_code == 1


def test_mangled_numbers_are_refused_until_they_are_accepted(
    run: Callable[..., Result], write: Callable[..., str], database: Database
) -> None:
    run("import", write("001001,新田 葵,,,総務部,,,R8.4.1"))
    before = counts(database)
    mangled = write("1001,新田 葵,,,総務部,,,R8.4.1")
    found = run("import", mangled)
    assert found.exit_code == 1
    assert (
        "2行目 職員番号: 職員番号 1001 は、すでにいる 新田 葵 さんの職員番号 001001 "
        "の先頭の 0 が落ちたようです。" in found.output
    )
    assert counts(database) == before
    assert "added: 1 " in run("import", mangled, "--accept-new-numbers").output


def test_a_workbook_is_imported(
    run: Callable[..., Result], tmp_path: Path, database: Database
) -> None:
    book = openpyxl.Workbook()
    book.active.append(["職員名簿（令和8年4月1日）"])
    book.active.append(HEADING.strip().split(","))
    book.active.append([200001, *NEW.split(",")[1:7], datetime(2026, 4, 1)])  # noqa: DTZ001
    path = tmp_path / "名簿.xlsx"
    book.save(path)
    assert "added: 1 " in run("import", str(path)).output
    assert "unchanged: 1 " in run("import", str(path)).output


def test_long_lists_of_errors_are_cut(
    run: Callable[..., Result], write: Callable[..., str]
) -> None:
    found = run("import", write(*[f"{n},,,,総務部,,,R8.4.1" for n in range(1, 251)]))
    lines = found.output.splitlines()
    assert lines[99:] == [
        "101行目 氏名: 空です。必ず書いてください。",
        "（ほか 150件）",
        "Error: 250件の誤りがあります。何も変えていません。",
    ]


def test_what_a_terminal_would_obey_is_not_printed(
    run: Callable[..., Result], write: Callable[..., str]
) -> None:
    escape, turn = "\x1b[31m", "\u202e"
    path = write(
        f"2,{escape}赤,,,総務部,,,{escape}明日", f"3,山田{turn},,,総務部,,,", encoding="utf-8"
    )
    content = Path(path).read_text(encoding="utf-8")
    Path(path).write_text(content.replace("発令日", f"発令日,{escape}余り{turn}", 1))
    found = run("import", path)
    assert found.exit_code == 1
    assert not {"\x1b", turn} & set(found.output)
    assert "使わない列です（読みません）: \ufffd[31m余り\ufffd" in found.output


def test_a_dry_run_waits_for_no_writer(
    run: Callable[..., Result], write: Callable[..., str], database: Database
) -> None:
    with database.writing() as session:
        session.add(Unit(name="書きかけ", path="書きかけ"))
        session.flush()
        found = run("import", write(NEW), "--dry-run")
    assert (found.exit_code, "added: 1 " in found.output) == (0, True)


def test_two_numbers_can_be_one_person(
    run: Callable[..., Result], write: Callable[..., str], database: Database
) -> None:
    before = counts(database)
    found = run("same", "staff", "R8-1")
    assert found.output == (
        "浜口 汐里 さんの職員番号は、staff から R8-1 になりました。"
        "これまでの記録は、そのまま続きます。\n"
    )
    listed = "R8-1,浜口 汐里,,,デジタル部/改革課,,,R6.4.1"
    assert "unchanged: 1 " in run("import", write(listed)).output
    assert counts(database) == before
    found = run("import", write(listed.replace("R8-1", "staff")))
    assert "職員番号 staff は、いまの職員番号が R8-1 の人の前の番号です。" in found.output
    assert run("same", "nobody", "R8-2").exit_code == 1


def test_a_number_of_people_to_end_is_ignored_if_nobody_ends(
    run: Callable[..., Result], write: Callable[..., str], database: Database
) -> None:
    before = counts(database)
    found = run("import", write(NEW), "--at-most", "3")
    assert (found.exit_code, "--deactivate-missing と一緒に" in found.output) == (1, True)
    assert counts(database) == before


@pytest.mark.usefixtures("no_office")
def test_a_new_person_can_take_the_address_of_one_who_leaves(
    run: Callable[..., Result], write: Callable[..., str]
) -> None:
    path = write(NEW.replace("aoi@", "staff@"))
    assert "すでに職員番号 staff の人のものです" in run("import", path).output
    assert run("import", path, "--deactivate-missing", "--at-most", "6").exit_code == 0


def test_import_reports_that_a_returning_person_has_no_role(
    run: Callable[..., Result], write: Callable[..., str]
) -> None:
    back = "dx,西 光,,,農林部/森林課,,,R6.4.1"
    assert "people grant" not in run("import", write(NEW, back)).output
    run("grant", "200001", "dx-office")
    run("import", write(NEW), "--deactivate-missing", "--at-most", "6")
    found = run("import", write(NEW, back))
    assert "reactivated: 1 戻ってきた人\n  dx 西 光\n" in found.output
    assert "戻ってきた人の役割（dx-office、coach）は、終わったままです。" in found.output


@pytest.mark.parametrize("words", [["--dry-run"], []])
def test_a_list_without_the_last_person_of_the_office_is_refused(
    run: Callable[..., Result], write: Callable[..., str], database: Database, words: list[str]
) -> None:
    before = counts(database)
    choices = ["--deactivate-missing", "--at-most", "6", *words]
    found = run("import", write(NEW), *choices)
    assert found.exit_code == 1
    assert "DX事務局の最後の一人の役割は、終えられません。" in found.output
    assert counts(database) == before
    run("import", write(NEW))
    run("grant", "200001", "dx-office")
    assert run("import", write(NEW), *choices).exit_code == 0


def test_the_last_person_of_the_office_keeps_the_role(run: Callable[..., Result]) -> None:
    found = run("revoke", "dx", "dx-office")
    assert (found.exit_code, "先に、後任の人に役割を渡してください。" in found.output) == (1, True)
    run("grant", "staff", "dx-office")
    assert run("revoke", "dx", "dx-office").exit_code == 0


def token_in(line: str) -> str:
    return line.rpartition("/")[2]


def test_invite_prints_a_link_for_each(
    run: Callable[..., Result], app: Flask, database: Database
) -> None:
    found = run("invite", "staff", "dx")
    lines = found.output.splitlines()
    assert [line.split("\t")[:2] for line in lines] == [["staff", "浜口 汐里"], ["dx", "西 光"]]
    assert lines[0].split("\t")[2].startswith("http://localhost/invitations/")
    invitation = invitations.read(
        token_in(lines[0]), secret=app.config["SECRET_KEY"], at=datetime.now(UTC)
    )
    assert invitation is not None
    with database.reading() as session:
        assert invitation.opens(account(session, invitation.person_id))


def test_invite_all_skips_people_who_have_a_password_or_left(
    run: Callable[..., Result], database: Database
) -> None:
    with database.writing() as session:
        people = {person.employee_number: person for person in session.scalars(select(Person))}
        people["staff"].password_hash = "has one"
        people["dx"].deactivated_at = datetime(2026, 7, 1, tzinfo=UTC)
    found = run("invite", "--all-without-password")
    assert [line.split("\t")[0] for line in found.output.splitlines()] == [
        "colleague",
        "deputy",
        "manager",
        "outsider",
    ]


@pytest.mark.parametrize("words", [[], ["staff", "--all-without-password"]])
def test_invite_takes_exactly_one_selection(run: Callable[..., Result], words: list[str]) -> None:
    assert run("invite", *words).exit_code == 1


def test_invite_reports_every_unknown_number(run: Callable[..., Result]) -> None:
    found = run("invite", "staff", "1", "2")
    assert (found.exit_code, found.output) == (1, "Error: 在籍していない職員番号です: 1、2\n")


def test_roles_are_granted_and_revoked(run: Callable[..., Result], database: Database) -> None:
    assert (
        run("grant", "staff", "dx-office").output
        == "浜口 汐里 さんに dx-office の役割を渡しました。\n"
    )
    assert "もう dx-office です" in run("grant", "staff", "dx-office").output
    assert "終えました" in run("revoke", "staff", "dx-office").output
    assert "渡していません" in run("revoke", "staff", "dx-office").output
    with database.reading() as session:
        rows = session.scalars(select(RoleGrant).join(Person, Person.id == RoleGrant.person_id))
        held = {row.person_id for row in rows if row.revoked_at is None}
        assert held == set(session.scalars(select(Person.id).where(Person.employee_number == "dx")))


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["grant", "nobody", "coach"], "職員番号 nobody の人はいません。"),
        (["deputy", "ない部", "staff"], "所属「ない部」はありません。"),
        (
            ["deputy", "デジタル部/改革課", "staff", "--from", "2026-05-01", "--to", "2026-04-01"],
            "最初の日",
        ),
        (["deputy", "デジタル部/改革課", "deputy"], "もう代理になっています"),
    ],
)
def test_impossible_input_gets_a_sentence(
    run: Callable[..., Result], words: list[str], sentence: str
) -> None:
    found = run(*words)
    assert found.exit_code == 1
    assert sentence in found.output


def test_a_deputy_is_named_by_days_and_ended(
    run: Callable[..., Result], database: Database
) -> None:
    found = run(
        "deputy", "ﾃﾞｼﾞﾀﾙ部／改革課", "colleague", "--from", "令和8年5月1日", "--to", "2099/12/31"
    )
    assert found.exit_code == 0, found.output
    assert terms(database) == [(date(2026, 5, 1), date(2099, 12, 31))]
    assert "終えました" in run("end-deputy", "デジタル部/改革課", "colleague").output
    assert [last < date(2099, 12, 31) for _, last in terms(database)] in ([True], [])
    assert "ではありません" in run("end-deputy", "デジタル部/改革課", "colleague").output


def terms(database: Database) -> list[Any]:
    with database.reading() as session:
        rows = session.execute(
            select(Membership.valid_from, Membership.valid_to)
            .join(Person, Person.id == Membership.person_id)
            .where(Membership.kind == MembershipKind.DEPUTY, Person.employee_number == "colleague")
        )
        return [tuple(row) for row in rows]
