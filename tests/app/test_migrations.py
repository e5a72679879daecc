"""The migrations give exactly the tables that the models describe, on whichever database the tests
run."""

import sqlite3
import threading
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata, render_op_text
from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import DBAPIError, OperationalError, ProgrammingError

from app import migrations
from app.db.sessions import Database
from app.migrations.overlaps import CreateNoOverlap
from app.migrations.tables import is_ours, metadata
from challenges.storage.overlaps import declared_in


def everything(connection: Connection) -> dict[str, Any]:
    """All that the database says of its tables: columns, keys, checks, guards, and indexes with
    their conditions."""
    seen, guards = inspect(connection), guards_of(connection)
    return {
        table: {
            "guards": guards.get(table),
            "columns": [
                {**column, "type": str(column["type"])} for column in seen.get_columns(table)
            ],
            "primary": seen.get_pk_constraint(table),
            "foreign": sorted(seen.get_foreign_keys(table), key=lambda key: str(key["name"])),
            "unique": sorted(seen.get_unique_constraints(table), key=lambda key: str(key["name"])),
            "checks": sorted(
                seen.get_check_constraints(table), key=lambda check: str(check["name"])
            ),
            "indexes": [
                {
                    **index,
                    "dialect_options": {
                        name: str(value) for name, value in index["dialect_options"].items()
                    },
                }
                for index in sorted(seen.get_indexes(table), key=lambda index: str(index["name"]))
            ],
        }
        for table in sorted(seen.get_table_names())
        if table != "alembic_version" and not table.startswith("procrastinate_")
    }


def guards_of(connection: Connection) -> dict[str, list[str]]:
    """What keeps rows of a table from overlapping, by table."""
    question = {
        "postgresql": "SELECT conrelid::regclass::text AS of, pg_get_constraintdef(oid) AS is"
        " FROM pg_constraint WHERE contype = 'x' ORDER BY conname",
        "sqlite": 'SELECT tbl_name AS "of", sql AS "is" FROM sqlite_master'
        " WHERE type = 'trigger' ORDER BY name",
    }[connection.dialect.name]
    found: dict[str, list[str]] = {}
    for row in connection.exec_driver_sql(question).mappings():
        found.setdefault(row["of"], []).append(row["is"])
    return found


def changes_needed(engine: Engine) -> list[Any]:
    """What Alembic would change to make the database what the models say."""
    with engine.connect() as connection:
        options = {"compare_type": True, "target_metadata": metadata, "include_object": is_ours}
        return compare_metadata(MigrationContext.configure(connection, opts=options), metadata)


def test_an_upgraded_database_needs_no_further_change(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine)
    assert changes_needed(fresh_engine) == []


def test_a_guard_that_was_lost_is_to_be_made_again(fresh_engine: Engine) -> None:
    """On SQLite a migration that copies a table loses its triggers."""
    migrations.upgrade(fresh_engine)
    guards = [declared for table, declared in declared_in(metadata) if table.name == "membership"]
    assert len(guards) == 3
    with fresh_engine.begin() as connection:
        for statement in guards[1].drop("membership", connection.dialect.name):
            connection.exec_driver_sql(statement)
    assert changes_needed(fresh_engine) == [("add_no_overlap", "membership", guards[1])]
    op = CreateNoOverlap("membership", guards[1])
    [line] = render_op_text(None, op).splitlines()
    with fresh_engine.begin() as connection:
        context = MigrationContext.configure(connection)
        eval(line, {"op": Operations(context)})  # noqa: S307  # what `db revise` would write
    assert changes_needed(fresh_engine) == []


def test_an_upgraded_database_is_the_one_the_models_would_make(
    fresh_engine: Engine, new_database: Callable[..., Any]
) -> None:
    migrations.upgrade(fresh_engine)
    with new_database() as url:
        made = Database(url)
        metadata.create_all(made.engine)
        with fresh_engine.connect() as upgraded, made.engine.connect() as wanted:
            assert everything(upgraded) == everything(wanted)
        made.dispose()


WRITTEN = {
    "unit": "(id, name, path, position) VALUES (1, '改革課', '改革課', 0)",
    "person": "(id, employee_number, name, kana, session_epoch, language)"
    " VALUES (1, '1', '浜口 汐里', '', 0, 'ja')",
    "project": "(slug, position, is_provisional, wording) VALUES ('learning', 0, false, '{}')",
    "challenge": "(id, slug, number, project_slug, version, mindset, audience)"
    " VALUES (1, 'first-hello', 1, 'learning', 1, 'LEARN', 'everyone')",
    "step": '(id, challenge_id, number, stage, "check", days, within_days)'
    " VALUES (1, 1, 1, 'TRY', 'manager', 0, 0)",
    "submission": "(id, person_id, step_id, unit_id, reviewing_unit_id, challenge_version,"
    " state, is_already_doing, reflection, question, created_at,"
    " submitted_at, decided_at, decided_by_id)"
    " VALUES (1, 1, 1, 1, 1, 1, 'ACCEPTED', false, '声をかけました。', 'どなたに？',"
    " '2026-04-01 09:30:00+00:00', '2026-04-01 09:30:00+00:00', '2026-04-02 09:30:00+00:00', 1)",
    "completion": "(id, person_id, step_id, unit_id, submission_id, challenge_version,"
    " happened_at, decided_at, decided_by_id, decided_how, recorded_at)"
    " VALUES (1, 1, 1, 1, 1, 1, '2026-04-01 09:30:00+00:00',"
    " '2026-04-02 09:30:00+00:00', 1, 'MANAGER', '2026-04-02 09:30:00+00:00')",
    "slack_post": "(id, key, person_id, message, state, due_at, attempts, is_unsure, wished_at)"
    " VALUES (1, 'badge:1:opener', 1, '{}', 'WAITING', '2026-04-01 09:30:00+00:00', 0, false,"
    " '2026-04-01 09:30:00+00:00')",
}
"""By table: a submission that was accepted, a post that waits, and all they rest on, as release
0002 wrote them."""
FOLDED = {
    "unit": {"name_key": "改革課"},
    "person": {
        "name_key": "浜口汐里",
        "given_key": "汐里",
        "kana_key": "",
        "given_kana_key": "",
    },
}
"""By table: what later releases have added to these rows for searching."""


def write(connection: Connection) -> None:
    for table, row in WRITTEN.items():
        connection.exec_driver_sql(f"INSERT INTO {table} {row}")


def rows(connection: Connection, table: str) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(text(f"SELECT * FROM {table}")).mappings()]  # noqa: S608  # ours


def test_an_upgrade_keeps_the_data_of_an_older_release(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine, to="0002")
    with fresh_engine.begin() as connection:
        write(connection)
        before = {table: rows(connection, table)[0] for table in WRITTEN}
    migrations.upgrade(fresh_engine)
    assert migrations.current(fresh_engine) == migrations.newest()
    with fresh_engine.connect() as connection:
        for table, row in before.items():
            new = dict.fromkeys(column["name"] for column in inspect(connection).get_columns(table))
            assert rows(connection, table) == [new | FOLDED.get(table, {}) | row]


def test_an_upgrade_lets_people_be_found_and_keeps_the_days_named(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine, to="0008")
    person = "INSERT INTO person (id, employee_number, name, kana, session_epoch, language) VALUES "
    with fresh_engine.begin() as connection:
        connection.exec_driver_sql(f"{person} (1, '1', '髙橋 昴', 'タカハシ スバル', 0, 'ja')")
        connection.exec_driver_sql(f"{person} (2, '2', '渡邉 葵', '', 0, 'ja')")
        connection.exec_driver_sql(f"INSERT INTO unit {WRITTEN['unit']}")
        for row in ("1, 'STAFF'", "2, 'DEPUTY'"):
            connection.exec_driver_sql(
                "INSERT INTO membership"  # noqa: S608  # ours
                " (id, kind, person_id, unit_id, post, is_primary, valid_from, valid_to)"
                f" VALUES ({row}, 1, 1, '', false, '2026-04-01', '2026-09-30')"
            )
    migrations.upgrade(fresh_engine)
    with fresh_engine.connect() as connection:
        keys = [[row[key] for key in FOLDED["person"]] for row in rows(connection, "person")]
        named = [str(row["named_to"]) for row in rows(connection, "membership")]
    assert sorted(keys) == [
        ["渡辺葵", "葵", "", ""],
        ["高橋昴", "昴", "たかはしすばる", "すばる"],
    ]
    assert sorted(named) == ["2026-09-30", "None"]


VOIDED = (
    "INSERT INTO completion (id, person_id, step_id, submission_id, challenge_version, happened_at,"
    " decided_at, decided_by_id, decided_how, recorded_at, voided_at, voided_by_id, void_reason)"
    " SELECT {id}, 1, 1, 1, 1, happened_at, decided_at, 2, 'MANAGER', recorded_at,"
    " '2026-04-0{id} 10:00:00+00:00', {by}, '{reason}' FROM completion WHERE id = 1"
)


def test_an_upgrade_says_who_took_a_completion_back(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine, to="0006")
    with fresh_engine.begin() as connection:
        write(connection)
        other = WRITTEN["person"].replace("(1, '1'", "(2, '2'")
        connection.exec_driver_sql(f"INSERT INTO person {other}")
        for id_, by, reason in (
            (2, 1, "本人の取り下げ"),
            (3, 2, "受けとめた人の取り消し"),
            (4, 2, "取り違えでした"),
            (5, 2, "本人の取り下げ"),
        ):
            connection.exec_driver_sql(VOIDED.format(id=id_, by=by, reason=reason))
        completions = rows(connection, "completion")
        before = everything(connection)
    migrations.upgrade(fresh_engine, to="0007")
    with fresh_engine.connect() as connection:
        assert rows(connection, "completion") == completions
        voids = rows(connection, "completion_void")
        assert [(one["completion_id"], one["voided_how"]) for one in voids] == [
            (2, "PERSON"),
            (3, "MANAGER"),
            (4, "OFFICE"),
            (5, "OFFICE"),
        ]
        for void in voids:
            completion = completions[void["completion_id"] - 1]
            assert (void["voided_at"], void["voided_by_id"], void["reason"]) == (
                completion["voided_at"],
                completion["voided_by_id"],
                completion["void_reason"],
            )
            assert (void["restored_at"], void["restored_by_id"]) == (None, None)
    migrations.downgrade(fresh_engine, to="0006")
    with fresh_engine.connect() as connection:
        assert everything(connection) == before


ALREADY = (
    ("SELF", "true", "ALREADY_DOING"),
    ("MANAGER", "true", "MANAGER"),
    ("OVERDUE", "true", "OVERDUE"),
    ("SELF", "false", "SELF"),
)
"""How a completion was decided, whether its person did it already, and what becomes of it."""


def completions_of(connection: Connection) -> list[dict[str, Any]]:
    """By id: PostgreSQL gives back changed rows last."""
    return sorted(rows(connection, "completion"), key=lambda row: int(row["id"]))


def test_an_upgrade_marks_what_somebody_did_already(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine, to="0008")
    with fresh_engine.begin() as connection:
        write(connection)
        for id_, (how, is_already, _after) in enumerate(ALREADY, start=2):
            submission = WRITTEN["submission"].replace("VALUES (1,", f"VALUES ({id_},")
            submission = submission.replace("'ACCEPTED', false", f"'ACCEPTED', {is_already}")
            completion = WRITTEN["completion"].replace(
                "VALUES (1, 1, 1, 1, 1,", f"VALUES ({id_}, 1, 1, 1, {id_},"
            )
            completion = completion.replace("recorded_at)", "recorded_at, voided_at)")
            completion = completion.replace(
                "'MANAGER', '2026-04-02 09:30:00+00:00')",
                f"'{how}', '2026-04-02 09:30:00+00:00', '2026-04-03 09:30:00+00:00')",
            )
            connection.exec_driver_sql(f"INSERT INTO submission {submission}")
            connection.exec_driver_sql(f"INSERT INTO completion {completion}")
        completions, before = completions_of(connection), everything(connection)
    migrations.upgrade(fresh_engine, to="0012")
    with fresh_engine.connect() as connection:
        upgraded = completions_of(connection)
    after = ["MANAGER", *(after for _how, _is_already, after in ALREADY)]
    assert upgraded == [
        {**row, "decided_how": how} for row, how in zip(completions, after, strict=True)
    ]
    migrations.downgrade(fresh_engine, to="0008")
    with fresh_engine.connect() as connection:
        assert completions_of(connection) == completions
        assert everything(connection) == before


def test_an_upgrade_keeps_who_rests(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine, to="0007")
    with fresh_engine.begin() as connection:
        write(connection)
        other = WRITTEN["person"].replace("(1, '1'", "(2, '2'")
        connection.exec_driver_sql(f"INSERT INTO person {other}")
        connection.exec_driver_sql(
            "UPDATE person SET paused_at = '2026-05-01 09:30:00+00:00' WHERE id = 2"
        )
        people, before = rows(connection, "person"), everything(connection)
    migrations.upgrade(fresh_engine, to="0008")
    with fresh_engine.connect() as connection:
        assert rows(connection, "person") == people
        since = next(one["paused_at"] for one in people if one["id"] == 2)
        assert rows(connection, "rest") == [
            {"id": 1, "person_id": 2, "begun_at": since, "ended_at": None}
        ]
    migrations.downgrade(fresh_engine, to="0007")
    with fresh_engine.connect() as connection:
        assert everything(connection) == before


DOUBLED = (
    # id, person, unit, kind, main, first day, last day, ended at
    (1, 1, 1, "STAFF", True, "2026-04-01", None, None),
    (2, 1, 2, "MANAGER", True, "2026-04-10", "2026-04-20", None),
    (3, 1, 1, "STAFF", False, "2026-04-01", "2026-04-30", None),
    # Seven clicks, all of them still there.
    *((10 + n, 2, 1, "DEPUTY", False, "2026-05-01", "2026-05-31", None) for n in range(7)),
    # Two clicks, of which the manager has ended one.
    (20, 2, 2, "DEPUTY", False, "2026-05-01", None, None),
    (21, 2, 2, "DEPUTY", False, "2026-05-01", "2026-05-09", "2026-05-09 10:00:00+00:00"),
    # Ended and named anew on one day: two deputyships, as it should be.
    (30, 3, 1, "DEPUTY", False, "2026-05-01", "2026-05-01", "2026-05-01 10:00:00+00:00"),
    (31, 3, 1, "DEPUTY", False, "2026-05-01", "2026-05-20", None),
    # Two terms that overlap.
    (40, 3, 2, "DEPUTY", False, "2026-05-01", "2026-05-10", None),
    (41, 3, 2, "DEPUTY", False, "2026-05-08", "2026-05-20", None),
)


def test_an_upgrade_mends_what_is_there_twice(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine, to="0008")
    with fresh_engine.begin() as connection:
        write(connection)
        connection.exec_driver_sql(
            "INSERT INTO unit (id, name, path, position) VALUES (2, 'B', 'B', 1)"
        )
        for id_ in (2, 3):
            other = WRITTEN["person"].replace("(1, '1'", f"({id_}, '{id_}'")
            connection.exec_driver_sql(f"INSERT INTO person {other}")
        for row in DOUBLED:
            names = "id, person_id, unit_id, kind, is_primary, valid_from, valid_to, ended_at, post"
            values = ", ".join(f":p{n}" for n in range(len(row)))
            connection.execute(
                text(f"INSERT INTO membership ({names}) VALUES ({values}, '')"),  # noqa: S608
                {f"p{n}": value for n, value in enumerate(row)},
            )
        if connection.dialect.name == "postgresql":
            connection.exec_driver_sql("SELECT setval('membership_id_seq', 41)")
        before = everything(connection)
    migrations.upgrade(fresh_engine, to="0009")
    with fresh_engine.connect() as connection:
        columns = "id, person_id, unit_id, is_primary, valid_from, valid_to, ended_at"
        found = connection.execute(text(f"SELECT {columns} FROM membership ORDER BY id"))  # noqa: S608
        kept = [
            (
                row.id,
                bool(row.is_primary),
                str(row.valid_from),
                str(row.valid_to),
                bool(row.ended_at),
            )
            for row in found
        ]
    assert kept == [
        (1, True, "2026-04-01", "2026-04-09", False),
        (2, True, "2026-04-10", "2026-04-20", False),
        (3, False, "2026-04-10", "2026-04-20", False),
        (10, False, "2026-05-01", "2026-05-31", False),
        (21, False, "2026-05-01", "2026-05-09", True),
        (30, False, "2026-05-01", "2026-05-01", True),
        (31, False, "2026-05-01", "2026-05-20", False),
        (40, False, "2026-05-01", "2026-05-10", False),
        (41, False, "2026-05-11", "2026-05-20", False),
        (42, True, "2026-04-21", "None", False),
    ]
    migrations.downgrade(fresh_engine, to="0008")
    with fresh_engine.connect() as connection:
        assert everything(connection) == before


ENDORSED = (
    "INSERT INTO endorsement (id, completion_id, person_id, endorser_id, words, given_at)"
    " VALUES ({number}, 1, 1, {endorser_id}, '', '2026-04-02 09:30:00+00:00')"
)
POSTED = (
    "INSERT INTO slack_post (id, key, person_id, message, state, due_at, attempts, is_unsure,"
    " wished_at) VALUES (1{number}, 'endorsement:{number}', 1, '{message}', 'POSTED',"
    " '2026-04-01 09:30:00+00:00', 0, false, '2026-04-01 09:30:00+00:00')"
)


def test_an_upgrade_says_whom_a_post_names(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine, to="0008")
    with fresh_engine.begin() as connection:
        write(connection)
        connection.exec_driver_sql(
            "INSERT INTO person " + WRITTEN["person"].replace("(1, '1'", "(2, '2'")
        )
        for number, endorser in enumerate(("null", '"中村 岳"'), start=1):
            connection.exec_driver_sql(ENDORSED.format(number=number, endorser_id=3 - number))
            connection.exec_driver_sql(
                POSTED.format(number=number, message=f'{{"endorser": {endorser}}}')
            )
    migrations.upgrade(fresh_engine, to="0009")
    with fresh_engine.connect() as connection:
        found = connection.execute(text("SELECT key, endorser_id FROM slack_post ORDER BY id"))
        assert [tuple(row) for row in found] == [
            ("badge:1:opener", None),
            ("endorsement:1", None),
            ("endorsement:2", 1),
        ]


def test_an_upgrade_keeps_appointments_and_asks_who_is_counted(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine, to="0009")
    with fresh_engine.begin() as connection:
        write(connection)
        connection.exec_driver_sql(
            "INSERT INTO membership (id, person_id, unit_id, kind, post, is_primary, valid_from)"
            " VALUES (1, 1, 1, 'STAFF', '主査', true, '2026-04-01')"
        )
        before = everything(connection)
        kept = {table: rows(connection, table)[0] for table in ("unit", "person", "membership")}
    migrations.upgrade(fresh_engine, to="0011")
    for change in (
        "UPDATE unit SET site = 'nonsense'",
        "UPDATE membership SET employment = 'nonsense'",
    ):
        with pytest.raises(DBAPIError), fresh_engine.begin() as connection:
            connection.exec_driver_sql(change)
    with fresh_engine.connect() as connection:
        assert rows(connection, "unit") == [{**kept["unit"], "site": None}]
        (membership,) = rows(connection, "membership")
        assert membership == {**kept["membership"], "employment": None}
        assert rows(connection, "person")[0].items() >= kept["person"].items()
    migrations.downgrade(fresh_engine, to="0009")
    with fresh_engine.connect() as connection:
        assert everything(connection) == before


SEALED = (
    ("ENDORSEMENT", 1, "TAKEN_BACK", "2026-04-09", "2026-04-02"),
    ("STEP", 1, "REWORDED", "2026-04-09", "2026-04-01"),
    ("STEP", 1, "REWORDED", "2026-03-31", "2026-03-31"),
    ("CHEER", 9, "MASKED", "2026-04-09", "2026-04-09"),
)
"""Sealed words: kind, row, why, the day of the seal, and the day that they are listed under: that
of the seal where other words stand in the row by now, or no row is left."""


def test_an_upgrade_lists_sealed_words_under_their_own_day(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine, to="0008")
    with fresh_engine.begin() as connection:
        write(connection)
        connection.exec_driver_sql(ENDORSED.format(number=1, endorser_id=1))
    migrations.upgrade(fresh_engine, to="0039")
    with fresh_engine.begin() as connection:
        insert = text(
            "INSERT INTO sealed_words (id, kind, text_id, because, sealed_at, writer_id, words)"
            " VALUES (:id, :kind, :text_id, :because, :sealed_at, 1, '')"
        )
        for id_, (kind, row, because, sealed, _written) in enumerate(SEALED):
            told = {"kind": kind, "text_id": row, "because": because}
            connection.execute(insert, {"id": id_, **told, "sealed_at": f"{sealed} 12:00:00+00"})
        before = everything(connection)
    migrations.upgrade(fresh_engine, to="0041")
    with fresh_engine.connect() as connection:
        found = connection.execute(text("SELECT written_at FROM sealed_words ORDER BY id"))
        assert [str(row.written_at)[:10] for row in found] == [row[-1] for row in SEALED]
    with pytest.raises(DBAPIError), fresh_engine.begin() as connection:
        connection.exec_driver_sql("UPDATE sealed_words SET because = 'nonsense'")
    migrations.downgrade(fresh_engine, to="0039")
    with fresh_engine.connect() as connection:
        assert everything(connection) == before


def test_sign_ins_come_and_go_and_change_nobody(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine, to="0008")
    with fresh_engine.begin() as connection:
        write(connection)
        people, before = rows(connection, "person"), everything(connection)
    migrations.upgrade(fresh_engine, to="0010")
    with fresh_engine.connect() as connection:
        assert rows(connection, "person") == people
        assert rows(connection, "sign_in") == []
    migrations.downgrade(fresh_engine, to="0008")
    with fresh_engine.connect() as connection:
        assert everything(connection) == before


def test_the_basis_of_the_promise_comes_and_goes(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine, to="0008")
    with fresh_engine.begin() as connection:
        write(connection)
        people, before = rows(connection, "person"), everything(connection)
    migrations.upgrade(fresh_engine, to="0013")
    with fresh_engine.connect() as connection:
        assert "promise_basis" in everything(connection).keys() - before.keys()
        assert rows(connection, "promise_basis") == [], "no basis is invented"
    migrations.downgrade(fresh_engine, to="0008")
    with fresh_engine.connect() as connection:
        assert everything(connection) == before
        assert rows(connection, "person") == people


def test_a_dangling_row_stops_the_sqlite_upgrade_and_changes_nothing(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/stepup.db")
    migrations.upgrade(database.engine, to="0002")
    with database.engine.begin() as connection:
        write(connection)
    raw = sqlite3.connect(tmp_path / "stepup.db")  # where no foreign keys hold
    raw.execute("DELETE FROM person")
    raw.commit()
    raw.close()
    with database.engine.connect() as connection:
        before = rows(connection, "submission"), everything(connection)
    with pytest.raises(migrations.MigrationFailed, match="would point to rows that are gone"):
        migrations.upgrade(database.engine)
    assert migrations.current(database.engine) == "0002"
    with database.engine.connect() as connection:
        assert (rows(connection, "submission"), everything(connection)) == before
    database.dispose()


def test_a_second_upgrade_changes_nothing(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine)
    with fresh_engine.connect() as connection:
        before = everything(connection)
    migrations.upgrade(fresh_engine)
    with fresh_engine.connect() as connection:
        assert everything(connection) == before


def test_the_newest_migration_comes_and_goes(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine, to="0005")
    with fresh_engine.connect() as connection:
        before = everything(connection), of_the_engine(connection)
    migrations.upgrade(fresh_engine, to="0006")
    with fresh_engine.connect() as connection:
        added = everything(connection).keys() - before[0].keys()
        assert added == {"job", "schedule_slot"}
        assert bool(of_the_engine(connection)) is (connection.dialect.name == "postgresql")
    migrations.downgrade(fresh_engine, to="0005")
    with fresh_engine.connect() as connection:
        assert (everything(connection), of_the_engine(connection)) == before


def of_the_engine(connection: Connection) -> set[str]:
    """Tables, functions and types that procrastinate brings."""
    if connection.dialect.name != "postgresql":
        return set()
    names = (
        "SELECT relname FROM pg_class WHERE relname LIKE '%procrastinate%'"
        " UNION SELECT proname FROM pg_proc"
        " WHERE proname LIKE 'procrastinate%' OR proname = 'fact_wakes_relay'"
        " UNION SELECT typname FROM pg_type WHERE typname LIKE '%procrastinate%'"
    )
    return set(connection.execute(text(names)).scalars())


def test_the_engine_that_is_installed_has_the_schema_that_we_migrate_to() -> None:
    """Where this fails, a new procrastinate needs a migration from its sql/migrations, and a folder
    of its own beside the old one."""
    vendored = Path(migrations.__file__).parent / "vendor"
    newest = sorted(vendored.glob("procrastinate-*/schema.sql"))[-1]
    assert newest.read_text(encoding="utf-8") == resources.files("procrastinate.sql").joinpath(
        "schema.sql"
    ).read_text(encoding="utf-8")


def test_four_starts_at_once_do_not_collide(new_database: Callable[..., Any]) -> None:
    with new_database() as url:
        databases = [Database(url) for _ in range(4)]
        barrier, problems = threading.Barrier(4), []

        def start(database: Database) -> None:
            barrier.wait()
            try:
                migrations.upgrade(database.engine)
            except Exception as error:
                problems.append(error)

        threads = [threading.Thread(target=start, args=(database,)) for database in databases]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert problems == []
        assert migrations.current(databases[0].engine) == migrations.newest()
        for database in databases:
            database.dispose()


def test_a_database_of_a_newer_release_is_left_alone(app: Flask, database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(
        migrations.MigrationFailed, match=r"newer than this release \(it is at 9999"
    ):
        migrations.upgrade(database.engine)
    for command in ("upgrade", "current"):
        result = app.test_cli_runner().invoke(args=["db", command])
        assert (result.exit_code, result.output.count("\n")) == (1, 1)
        assert "newer than this release" in result.output
        assert "run `db upgrade`" not in result.output
    assert migrations.current(database.engine) == "9999"


def test_a_failed_upgrade_leaves_nothing_behind(fresh_engine: Engine) -> None:
    last = list(metadata.tables)[-1]
    with fresh_engine.begin() as connection:
        connection.execute(text(f"CREATE TABLE {last} (something INTEGER)"))
    with pytest.raises((OperationalError, ProgrammingError)):
        migrations.upgrade(fresh_engine)
    with fresh_engine.connect() as connection:
        assert inspect(connection).get_table_names() == [last]


def test_foreign_keys_hold_again_after_an_upgrade_of_sqlite(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/stepup.db")
    migrations.upgrade(database.engine)
    with database.engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.dispose()


def test_the_command_says_where_the_database_is(
    app: Flask, new_database: Callable[..., Any]
) -> None:
    with new_database() as url:
        app.extensions["stepup_database"] = Database(url)
        run = app.test_cli_runner().invoke
        before = run(args=["db", "current"])
        assert (before.exit_code, "at nothing" in before.output) == (1, True)
        assert run(args=["db", "upgrade"]).output == f"The database is at {migrations.newest()}.\n"
        assert run(args=["db", "current"]).exit_code == 0
        app.extensions["stepup_database"].dispose()
