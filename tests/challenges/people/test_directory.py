"""People are found by the words typed, whichever way they came into the database."""

import pytest
from sqlalchemy import insert, select, update

from challenges.people.directory import people_called
from challenges.people.models import Person


@pytest.fixture
def found(session):
    """``found("高橋")``: the employee numbers of the people so called."""

    def find(words):
        ids = people_called(words).subquery()
        statement = select(Person.employee_number).join(ids, ids.c.id == Person.id)
        return set(session.scalars(statement))

    return find


@pytest.fixture
def people(session):
    """Brought in as the personnel list and the demo data are: many in one statement."""
    rows = [
        {"employee_number": "300001", "name": "髙橋 昴", "kana": "タカハシ スバル"},
        {"employee_number": "300002", "name": "高橋　葵", "kana": "たかはし　あおい"},
        {"employee_number": "300003", "name": "山﨑 凛", "kana": "ヤマサ\u3099キ リン"},
        {"employee_number": "300004", "name": "山嵜凜", "kana": "ﾔﾏｻﾞｷ ﾘﾝ"},
        {"employee_number": "300005", "name": "渡邉 樹", "kana": ""},
        {"employee_number": "300006", "name": "渡邊 葛\U000e0100子", "kana": ""},
        {"employee_number": "300007", "name": "ミュラー シ\u3099ャン", "kana": ""},
    ]
    session.execute(insert(Person), rows)
    session.execute(insert(Person.__table__), [{"employee_number": "300008", "name": "𠮷田 桜"}])


@pytest.mark.parametrize(
    ("words", "numbers"),
    [
        ("高橋", {"300001", "300002"}),
        ("髙橋", {"300001", "300002"}),
        ("高橋昴", {"300001"}),
        ("高橋 葵", {"300002"}),
        ("タカハシ", {"300001", "300002"}),
        ("たかはし", {"300001", "300002"}),
        ("ﾀｶﾊｼ ｱｵｲ", {"300002"}),
        ("山崎", {"300003", "300004"}),
        ("山崎凜", {"300003", "300004"}),
        ("やまざき", {"300003", "300004"}),
        ("ヤマサ\u3099キ", {"300003", "300004"}),
        ("渡辺", {"300005", "300006"}),
        ("渡邊", {"300005", "300006"}),
        ("渡辺 葛子", {"300006"}),
        ("ジャン", {"300007"}),
        ("吉田櫻", {"300008"}),
        ("３００００１", {"300001"}),
        ("\u200b300001", {"300001"}),
        ("30000", set()),
        ("桔田", set()),
        ("%", set()),
        ("_", set()),
        ("葵髙", set()),
    ],
)
def test_names_are_found_however_they_are_written(people, found, words, numbers):
    assert found(words) == numbers


def test_a_person_is_found_by_the_new_name_alone(session, cast, found):
    cast.staff.name = "濵口 汐里"
    cast.staff.kana = "ハマグチ シオリ"
    session.flush()
    assert found("浜口") == {"staff"}
    cast.staff.name = "中村 汐里"
    session.flush()
    assert found("浜口") == set()
    assert found("はまぐち") == {"staff"}


def test_a_name_changed_by_the_personnel_list_is_found(app, session, cast, found, tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(
        "職員番号,氏名,フリガナ,メール,所属,職名,管理職,発令日\n"
        "staff,齋藤 汐里,サイトウ シオリ,,デジタル部/改革課,,,2025-04-01\n",
        encoding="utf-8",
    )
    session.commit()
    done = app.test_cli_runner().invoke(args=["people", "import", str(path)])
    assert done.exit_code == 0, done.output
    assert found("斉藤") == {"staff"}
    assert found("さいとう") == {"staff"}
    assert found("浜口") == set()


def test_a_search_reads_indexes_alone(session, people):
    if session.get_bind().dialect.name != "sqlite":
        pytest.skip("SQLite says in one word whether it reads the rows")
    compiled = people_called("高橋").compile(session.get_bind())
    plan = session.connection().exec_driver_sql(
        f"EXPLAIN QUERY PLAN {compiled}", tuple(compiled.params.values())
    )
    steps = [row.detail for row in plan if "person" in row.detail]
    assert len(steps) == 5
    assert all("INDEX" in step for step in steps), steps


def test_a_key_that_is_set_in_bulk_is_kept(session, cast, found):
    session.execute(update(Person).where(Person.id == cast.staff.id).values(language="en"))
    assert found("浜口汐里") == {"staff"}
