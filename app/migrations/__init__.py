"""Migrations, and how `flask --app wsgi db upgrade` applies them.

An upgrade is one transaction behind one lock, so two starts at once do not collide, and a failed
upgrade leaves nothing. Alembic is imported where it is used, because web workers need none of it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from app.db import schema

HERE = Path(__file__).parent
LOCK = 726_831_205
"""The advisory lock of PostgreSQL. Any number that nothing else in the database uses."""


class MigrationFailed(Exception):
    """The database could not be upgraded. Nothing was changed; the message says why."""


def known() -> tuple[str, ...]:
    """The revisions of this release, the newest last."""
    from alembic.script import ScriptDirectory

    return tuple(script.revision for script in ScriptDirectory(str(HERE)).walk_revisions())[::-1]


def newest() -> str:
    """The revision that this release needs."""
    return known()[-1]


def current(engine: Engine) -> str | None:
    """The revision of the database, or None if it has no tables."""
    with engine.connect() as connection:
        return _revision_of(connection)


def upgrade(engine: Engine, *, to: str = "head") -> None:
    """Upgrade the database to the newest revision, or to the named one.

    Raises MigrationFailed if a newer release has upgraded it, or rows would refer to missing rows.
    """
    from alembic import command

    with _locked(engine) as connection:
        if (problem := schema.newer(_revision_of(connection), known=known())) is not None:
            raise MigrationFailed(problem)
        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, *, to: str) -> None:
    """Undo the newest migrations. For developers; operators restore a backup instead."""
    from alembic import command

    with _locked(engine) as connection:
        command.downgrade(_config(connection), to)


def revise(engine: Engine, *, words: str, number: str) -> None:
    """Write a migration from the database as it is to the models. ``words`` become its title."""
    from alembic import command

    with _locked(engine) as connection:
        command.revision(_config(connection), words, autogenerate=True, rev_id=number)


def _revision_of(connection: Connection) -> str | None:
    from alembic.runtime.migration import MigrationContext

    return MigrationContext.configure(connection).get_current_revision()


def _config(connection: Connection) -> Any:
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _locked(engine: Engine) -> Iterator[Connection]:
    if engine.dialect.name == "sqlite":
        # The transaction begins with BEGIN IMMEDIATE (app/db/engines.py), which is the lock.
        with _without_foreign_keys(engine) as connection, connection.begin():
            yield connection
            if connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                raise MigrationFailed(
                    "After the migration some rows would point to rows that are gone."
                )
    else:
        with engine.begin() as connection:
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": LOCK})
            yield connection


@contextmanager
def _without_foreign_keys(engine: Engine) -> Iterator[Connection]:
    """A connection that does not check foreign keys.

    SQLite changes a table by copying and dropping it, which the check would refuse. The pragma
    works only outside a transaction.
    """
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
