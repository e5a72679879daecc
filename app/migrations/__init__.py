"""The history of the schema, and how a database is brought to its newest page: `flask --app wsgi db upgrade`.

An upgrade is one transaction behind one lock: two starts at once do not collide, and a failed one leaves nothing.
Alembic is imported where it is used, because web workers start without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

HERE = Path(__file__).parent
LOCK = 726_831_205
"""Any number, so long as nothing else in the database takes it."""


class MigrationFailed(Exception):
    """The database could not be brought to the newest schema; nothing was changed."""


def newest() -> str:
    """The revision that this code knows."""
    from alembic.script import ScriptDirectory

    head = ScriptDirectory(str(HERE)).get_current_head()
    if head is None:
        raise MigrationFailed("There is no migration in app/migrations/versions.")
    return head


def current(engine: Engine) -> str | None:
    """The revision of the database, or None while it has no tables."""
    from alembic.runtime.migration import MigrationContext

    with engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision()


def upgrade(engine: Engine) -> None:
    """Bring the database to the newest revision. Raises MigrationFailed where rows would point nowhere."""
    from alembic import command

    with _locked(engine) as connection:
        command.upgrade(_config(connection), "head")


def revise(engine: Engine, *, words: str, number: str) -> None:
    """Write the migration that leads from the database, as it is, to the models."""
    from alembic import command

    with _locked(engine) as connection:
        command.revision(_config(connection), words, autogenerate=True, rev_id=number)


def _config(connection: Connection) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _locked(engine: Engine) -> Iterator[Connection]:
    if engine.dialect.name == "sqlite":
        with _without_foreign_keys(engine) as connection, connection.begin():  # BEGIN IMMEDIATE: see app/db.py
            yield connection
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise MigrationFailed("After the migration some rows would point to rows that are gone.")
    else:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield connection


@contextmanager
def _without_foreign_keys(engine: Engine) -> Iterator[Connection]:
    """SQLite changes a table by copying it, which foreign keys would forbid; the switch works only outside BEGIN."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
