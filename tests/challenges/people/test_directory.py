"""People are found by the words typed, whichever way they came into the database."""

from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event, insert, select, text, update

from challenges.people.directory import MOST_UNITS, people_called, people_found, units_found
from challenges.people.models import Person
from challenges.storage.sql import dialect_of

TODAY = date(2026, 7, 15)


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


def test_a_key_that_is_set_in_bulk_is_kept(session, cast, found):
    session.execute(update(Person).where(Person.id == cast.staff.id).values(language="en"))
    assert found("浜口汐里") == {"staff"}


CROWD = 20_000
KEYS = ("name_key", "given_key", "kana_key", "given_kana_key")


@pytest.fixture
def crowd(session):
    """As many people as make a plan of a database tell: whoever is read one by one is noticed."""
    rows = [
        {"employee_number": f"n{n}", "name": f"職員 {n}", **{key: f"{key}{n}" for key in KEYS}}
        for n in range(CROWD)
    ]
    session.execute(insert(Person.__table__), rows)
    session.commit()
    session.execute(text("ANALYZE"))


def test_a_page_of_people_is_read_by_the_beginnings_alone(session, cast, crowd, database):
    with told_statement(database.engine) as said:
        people_found(session, "高橋", viewer_id=cast.staff.id, on=TODAY, limit=21)
    plan = plan_of(session, *said)
    for key in KEYS:
        assert f"ix_person_{key}" in plan
    assert "Seq Scan on person" not in plan
    assert "SCAN person" not in plan


def test_a_search_of_the_office_reads_indexes_alone(session, crowd, database):
    with told_statement(database.engine) as said:
        session.execute(people_called("高橋")).all()
    plan = plan_of(session, *said)
    for key in KEYS:
        assert f"ix_person_{key}" in plan
    assert "employee_number" in plan or "sqlite_autoindex_person" in plan
    assert "Seq Scan on person" not in plan
    assert "SCAN person" not in plan


def test_units_are_read_up_to_a_bound(session, cast, database):
    with told_statement(database.engine) as said:
        assert [one.name for one in units_found(session, "改革", on=TODAY, limit=9)] == ["改革課"]
    assert f"LIMIT {MOST_UNITS}" in said[0] or MOST_UNITS in in_a_row(said[1])


def in_a_row(given):
    return list(given.values()) if isinstance(given, dict) else list(given)


@contextmanager
def told_statement(engine):
    """The last statement of the block as the database gets it, and its values."""
    said = []

    def note(_connection, _cursor, statement, given, *_rest):
        said[:] = [statement, given]

    event.listen(engine, "before_cursor_execute", note)
    yield said
    event.remove(engine, "before_cursor_execute", note)


def plan_of(session, statement, given):
    """How the database would run the statement, line by line."""
    ask = "EXPLAIN" if dialect_of(session) == "postgresql" else "EXPLAIN QUERY PLAN"
    rows = session.connection().exec_driver_sql(f"{ask} {statement}", given).all()
    return "\n".join(str(row[-1]) for row in rows)
