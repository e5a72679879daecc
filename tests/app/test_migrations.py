"""The migrations give exactly the tables that the models describe, on whichever database the tests run."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from flask import Flask
from sqlalchemy import Connection, Engine, inspect, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from app import migrations
from app.db import Database
from app.tables import metadata


def everything(connection: Connection) -> dict[str, Any]:
    """All that the database says of its tables: columns, keys, checks and indexes with their conditions."""
    seen = inspect(connection)
    return {
        table: {
            "columns": [{**column, "type": str(column["type"])} for column in seen.get_columns(table)],
            "primary": seen.get_pk_constraint(table),
            "foreign": sorted(seen.get_foreign_keys(table), key=lambda key: str(key["name"])),
            "unique": sorted(seen.get_unique_constraints(table), key=lambda key: str(key["name"])),
            "checks": sorted(seen.get_check_constraints(table), key=lambda check: str(check["name"])),
            "indexes": [
                {**index, "dialect_options": {name: str(value) for name, value in index["dialect_options"].items()}}
                for index in sorted(seen.get_indexes(table), key=lambda index: str(index["name"]))
            ],
        }
        for table in sorted(seen.get_table_names())
        if table != "alembic_version"
    }


def test_an_upgraded_database_needs_no_further_change(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine)
    with fresh_engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True, "target_metadata": metadata})
        assert compare_metadata(context, metadata) == []


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


def test_a_second_upgrade_changes_nothing(fresh_engine: Engine) -> None:
    migrations.upgrade(fresh_engine)
    with fresh_engine.connect() as connection:
        before = everything(connection)
    migrations.upgrade(fresh_engine)
    with fresh_engine.connect() as connection:
        assert everything(connection) == before


def test_four_starts_at_once_do_not_collide(new_database: Callable[..., Any]) -> None:
    with new_database() as url:
        databases = [Database(url) for _ in range(4)]
        gate, problems = threading.Barrier(4), []

        def start(database: Database) -> None:
            gate.wait()
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


def test_a_database_of_a_newer_release_is_left_alone_and_said_to_be_so(app: Flask, database: Database) -> None:
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(migrations.MigrationFailed, match=r"newer than this release \(it is at 9999"):
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


def test_the_command_says_where_the_database_is(app: Flask, new_database: Callable[..., Any]) -> None:
    with new_database() as url:
        app.extensions["stepup_database"] = Database(url)
        run = app.test_cli_runner().invoke
        before = run(args=["db", "current"])
        assert (before.exit_code, "at nothing" in before.output) == (1, True)
        assert run(args=["db", "upgrade"]).output == f"The database is at {migrations.newest()}.\n"
        assert run(args=["db", "current"]).exit_code == 0
        app.extensions["stepup_database"].dispose()
