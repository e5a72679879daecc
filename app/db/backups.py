"""Backups: a copy of the database as of one moment, made while people work, and its way back.

SQLite copies itself; PostgreSQL's own programs do it there. A file is written under another name,
checked, and only then given its own. Nothing is replaced before the file has been read to its end.
"""

import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from app.db import postgresql_programs, schema
from app.db.sessions import Database


class BackupFailed(Exception):
    """Nothing was written or replaced. The message is a sentence for the operator."""


def create(database: Database, file: Path) -> None:
    """Write a backup that only its owner may read. Raises BackupFailed."""
    with _new_file(file) as unfinished:
        if database.is_sqlite:
            _copy_sqlite(database, unfinished)
        else:
            postgresql_programs.dump(database.engine.url, unfinished)


def restore(database: Database, file: Path, *, known: tuple[str, ...]) -> None:
    """Replace everything in the database by the backup, in one transaction.

    ``known`` are the revisions of this release. Raises BackupFailed.
    """
    if not file.is_file():
        raise BackupFailed(f"{file} is not there.")
    # Connections that are open know the old tables.
    database.engine.dispose()
    if database.is_sqlite:
        _restore_sqlite(database, file, known)
    else:
        _restore_postgresql(database, file, known)


@contextmanager
def _new_file(file: Path) -> Iterator[Path]:
    """A file beside the wanted one, which gets its name at the end if nothing failed and no other
    file has that name."""
    if file.exists():
        raise BackupFailed(f"{file} is there already. Give another name, or move it away.")
    try:
        descriptor, name = tempfile.mkstemp(prefix=f"{file.name}.", dir=file.parent)  # mode 0600
    except OSError as error:
        raise BackupFailed(f"{file} cannot be written: {error.strerror}.") from error
    unfinished = Path(name)
    try:
        yield unfinished
        os.fsync(descriptor)
        os.link(unfinished, file)
    except FileExistsError as error:
        raise BackupFailed(f"{file} was made by somebody else meanwhile.") from error
    except (postgresql_programs.ProgramFailed, sqlite3.Error, OSError) as error:
        raise BackupFailed(str(error)) from error
    finally:
        os.close(descriptor)
        unfinished.unlink(missing_ok=True)


def _copy_sqlite(database: Database, file: Path) -> None:
    with closing(sqlite3.connect(file)) as copy, closing(database.engine.raw_connection()) as own:
        driver: Any = own.driver_connection
        # All pages in one step, and so of one moment. Writers go on meanwhile: they write to the
        # log beside the file.
        driver.backup(copy)
        # One file, without a log beside it.
        copy.execute("PRAGMA journal_mode=DELETE")
        _must_be_whole(copy, str(file))


def _restore_sqlite(database: Database, file: Path, known: tuple[str, ...]) -> None:
    # "immutable": nothing beside the file is read or made.
    address = f"{file.resolve().as_uri()}?mode=ro&immutable=1"
    try:
        with closing(sqlite3.connect(address, uri=True)) as backup:
            _must_be_whole(backup, str(file))
            _must_be_ours(_revision(backup), file, known)
            with database.write_turn(), closing(database.engine.raw_connection()) as own:
                driver: Any = own.driver_connection
                backup.backup(driver)
                _must_be_whole(driver, "The restored database")
    except sqlite3.Error as error:
        raise BackupFailed(f"{file} cannot be restored: {error}.") from error


def _must_be_whole(connection: sqlite3.Connection, name: str) -> None:
    found = connection.execute("PRAGMA integrity_check").fetchone()[0]
    if found != "ok" or connection.execute("PRAGMA foreign_key_check").fetchone():
        raise BackupFailed(f"{name} is damaged: {found}.")


def _revision(connection: sqlite3.Connection) -> str | None:
    with suppress(sqlite3.OperationalError):
        row = connection.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None
    return None


def _restore_postgresql(database: Database, file: Path, known: tuple[str, ...]) -> None:
    with tempfile.NamedTemporaryFile(prefix="stepup-", suffix=".sql") as script:
        path = Path(script.name)
        try:
            postgresql_programs.read_dump(file, path)
            _must_be_ours(postgresql_programs.revision_in(path), file, known)
            postgresql_programs.replace(database.engine.url, path)
        except postgresql_programs.ProgramFailed as error:
            raise BackupFailed(str(error)) from error


def _must_be_ours(revision: str | None, file: Path, known: tuple[str, ...]) -> None:
    if revision is None:
        raise BackupFailed(f"{file} is no backup of this app.")
    if (problem := schema.newer(revision, known=known)) is not None:
        raise BackupFailed(problem)
