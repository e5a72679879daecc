"""Whatever a test did to the database of its process, the next test has one that is as new."""

from datetime import date, datetime, time
from typing import Any

import pytest
from sqlalchemy import Column, Enum, MetaData, Table, create_engine, inspect, text

from app.db.sessions import Database
from app.migrations.tables import metadata
from tests.conftest import JOINED, THEN
from tests.databases import AsNew

ODD: dict[type, Any] = {
    bool: True,
    bytes: b"x",
    date: JOINED,
    datetime: THEN,
    time: time(8, 30),
    dict: {},
    object: {},
    float: 0.5,
    int: 7_000,
    str: "x",
}
"""By type: a value that no row of the template has."""
ALLOWED = {
    ("catalogue_terms", "id"): 1,
    ("cheer", "receiver_id"): 7_001,
    ("pulse_count", "value"): 1,
}
"""By table and column: the value where a check allows no other."""
NUMBERS = (
    "SELECT sequencename, coalesce(last_value, start_value), last_value IS NULL"
    " FROM pg_sequences ORDER BY sequencename"
)


def everything(url: str) -> dict[str, Any]:
    """The tables with their rows in the order in which they lie, and the sequences."""
    database = Database(url)
    with database.engine.connect() as connection:
        found: dict[str, Any] = {
            name: (
                inspect(connection).get_columns(name).__repr__(),
                connection.execute(text(f'SELECT * FROM "{name}"')).all(),  # noqa: S608  # ours
            )
            for name in inspect(connection).get_table_names()
        }
        if not database.is_sqlite:
            found["sequences"] = connection.execute(text(NUMBERS)).all()
    database.dispose()
    return found


def odd_row(table: Table) -> dict[str, Any]:
    """A value for each column that needs one and has none by itself."""
    return {
        column.name: ALLOWED.get((table.name, column.name)) or odd_value(column)
        for column in table.columns
        if not column.nullable
        and not column.server_default
        and column is not table.autoincrement_column
    }


def odd_value(column: Column[Any]) -> Any:
    kind: Any = getattr(column.type, "impl_instance", column.type)
    return kind.enums[0] if isinstance(kind, Enum) else ODD[kind.python_type]


def replace_every_row(url: str) -> None:
    """Leave one odd row in each table, whatever foreign keys and triggers say."""
    engine, others = create_engine(url, isolation_level="AUTOCOMMIT"), MetaData()
    with engine.connect() as connection:
        is_sqlite = engine.dialect.name == "sqlite"
        connection.exec_driver_sql(
            "PRAGMA foreign_keys = OFF" if is_sqlite else "SET session_replication_role = replica"
        )
        others.reflect(connection, only=lambda name, _all: name not in metadata.tables)
        for table in (*metadata.tables.values(), *others.tables.values()):
            connection.execute(table.delete())
            connection.execute(table.insert().values(odd_row(table)))
    engine.dispose()


def test_every_table_and_sequence_is_as_new(
    as_new: AsNew, prepared: str, database_url: str
) -> None:
    replace_every_row(as_new.url)
    template, now = everything(prepared), everything(as_new.url)
    same = [name for name in template if now[name] == template[name]]
    assert same == []
    as_new.renew()
    assert everything(as_new.url) == template


@pytest.mark.parametrize(
    "change",
    [
        "CREATE TABLE one (id INTEGER)",
        "ALTER TABLE person ADD COLUMN shoe_size INTEGER",
        "DROP TABLE alembic_version",
    ],
)
def test_a_changed_schema_is_as_new(
    as_new: AsNew, prepared: str, database: Database, change: str
) -> None:
    template = everything(prepared)
    with database.writing() as session:
        session.execute(text(change))
    assert everything(as_new.url) != template
    as_new.renew()
    assert everything(as_new.url) == template


def test_a_transaction_that_was_left_open_is_in_nobodys_way(
    as_new: AsNew, prepared: str, database: Database
) -> None:
    left = database.engine.connect()
    left.execute(text("UPDATE person SET name = 'x'"))
    as_new.renew()
    assert everything(as_new.url) == everything(prepared)
    left.invalidate()
    left.close()


def test_a_connection_that_was_kept_brings_nothing_along(as_new: AsNew, database: Database) -> None:
    if database.is_sqlite:
        pytest.skip("opens its file anew")
    asked = (
        "SELECT pg_backend_pid()",
        "SHOW lock_timeout",
        "SHOW search_path",
        "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'",
        "SELECT count(*) FROM pg_listening_channels()",
    )
    found = []
    settings = "SET lock_timeout = '7s'; SET search_path = pg_temp"
    for changes in (f"{settings}; SELECT pg_advisory_lock(7); LISTEN news", "SELECT 1"):
        with database.engine.connect() as connection:
            found.append([connection.execute(text(one)).scalar() for one in asked])
            connection.exec_driver_sql(changes)
            connection.commit()
        database.dispose()
        as_new.renew()
    assert found[0] == found[1], "the same process of the server, with nothing of before"
