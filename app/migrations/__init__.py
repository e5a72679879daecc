"""The history of the schema, and how a database is brought to its newest page: `flask --app wsgi db
upgrade`.

An upgrade is one transaction behind one lock: two starts at once do not collide, and a failed one
leaves nothing. Alembic is imported where it is used, because web workers start without it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from app.db import schema

HERE = Path(__file__).parent
LOCK = 726_831_205
"""Any number, so long as nothing else in the database takes it."""


class MigrationFailed(Exception):
    """The database could not be brought to the newest schema; nothing was changed."""


def known() -> tuple[str, ...]:
    """The revisions that this code knows, the newest last."""
    from alembic.script import ScriptDirectory

    return tuple(script.revision for script in ScriptDirectory(str(HERE)).walk_revisions())[::-1]


def newest() -> str:
    """The revision that this code works on."""
    return known()[-1]


def current(engine: Engine) -> str | None:
    """The revision of the database, or None while it has no tables."""
    with engine.connect() as connection:
        return _revision_of(connection)


def upgrade(engine: Engine, *, to: str = "head") -> None:
    """Bring the database to the newest revision, or to an older one, as a release of that time
    would have.

    Raises MigrationFailed where a newer release has migrated it, or rows would point nowhere.
    """
    from alembic import command

    with _locked(engine) as connection:
        if (problem := schema.newer(_revision_of(connection), known=known())) is not None:
            raise MigrationFailed(problem)
        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, *, to: str) -> None:
    """For developers: take the newest migrations back, where they can be. Operators restore a
    backup instead."""
    from alembic import command

    with _locked(engine) as connection:
        command.downgrade(_config(connection), to)


def revise(engine: Engine, *, words: str, number: str) -> None:
    """Write the migration that leads from the database, as it is, to the models."""
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
        with (
            _without_foreign_keys(engine) as connection,
            connection.begin(),
        ):  # BEGIN IMMEDIATE: see app/db/sessions.py
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
    """SQLite changes a table by copying it, which foreign keys would forbid; the switch works only
    outside BEGIN."""
    with engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            yield connection
        finally:
            driver.execute("PRAGMA foreign_keys=ON")
