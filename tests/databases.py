"""Databases for tests: empty ones, copies of another, and one that is as new for each test.

Most tests take the last kind. It stays at one address, so that a process of the tests starts the
app and opens its database once, as a server does. A test may commit, race, kill processes and
change tables: ``renew`` undoes all of it before the next one.
"""

import atexit
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Protocol

import psycopg
from psycopg.pq import TransactionStatus
from sqlalchemy import Engine, event, text
from sqlalchemy.engine import make_url

NewDatabase = Callable[..., Any]
"""``with new_database(template=None) as url``."""
NEEDED_MEMORY = 2_000_000_000
"""Bytes that must be free for databases in memory."""
UNTIL_CUT = 10.0
"""Seconds within which a connection that was cut is gone."""
COUNTS_AT_ONCE = 150_000
"""Version of PostgreSQL from which on the statistics of a connection are exact when it is gone."""
MOST_KEPT = 4
"""Connections that stay open from one test to the next. Few tests open more."""
FORGET = "RESET ALL; UNLISTEN *; DISCARD SEQUENCES; SELECT pg_advisory_unlock_all()"
"""What a connection must not bring along from an earlier test. A temporary table never does: it is
written to PostgreSQL's own tables, so the database is made anew."""
_numbers = count(1)


def in_memory(prefix: str) -> Path | None:
    """A new folder in memory, or None if there is little of it.

    There a database need not wait for a disk, and a killed process loses no more than elsewhere.
    """
    memory = Path("/dev/shm")  # noqa: S108  # the folder is made for this user alone
    if not memory.is_dir() or shutil.disk_usage(memory).free < NEEDED_MEMORY:
        return None
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=memory))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@contextmanager
def sqlite_file(folder: Path, template: str | None) -> Iterator[str]:
    """The address of a new file, which is gone afterwards."""
    path = folder / f"{next(_numbers)}.db"
    if template:
        shutil.copyfile(make_url(template).database or "", path)
    yield f"sqlite:///{path}"
    _unlink(path)


@contextmanager
def postgres_database(admin: Engine, template: str | None) -> Iterator[str]:
    """The address of a new database, which is dropped afterwards."""
    name = f"test_{os.getpid()}_{next(_numbers)}"
    _create(admin, name, template)
    yield admin.url.set(database=name).render_as_string(hide_password=False)
    _drop(admin, name)


def _create(admin: Engine, name: str, template: str | None) -> None:
    source = ""
    if template:
        # Copying files takes a fifth of the time of copying through the log.
        source = f" TEMPLATE {make_url(template).database} STRATEGY FILE_COPY"
    with admin.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}{source}"))


def _drop(admin: Engine, name: str) -> None:
    with admin.connect() as connection:
        connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))


def _unlink(path: Path) -> None:
    """Remove the file of a database and those beside it."""
    for leftover in path.parent.glob(f"{path.name}*"):
        leftover.unlink()


class AsNew(Protocol):
    """A copy of a template that stays at one address."""

    url: str

    def renew(self) -> None:
        """Make it equal to its template again."""

    def serve(self, engine: Engine) -> None:
        """Let this engine open its connections in less time, if there is a way."""

    def close(self) -> None:
        """Remove it."""


class RenewedFile:
    """A SQLite file. It is copied anew, which takes less than a millisecond."""

    def __init__(self, folder: Path, template: str) -> None:
        self._path, self._template = folder / "own.db", make_url(template).database or ""
        self.url = f"sqlite:///{self._path}"

    def renew(self) -> None:
        """Copy the template. Whoever still has the old file open keeps that one."""
        self.close()
        shutil.copyfile(self._template, self._path)

    def serve(self, engine: Engine) -> None:
        """A file is opened in no time."""

    def close(self) -> None:
        """Remove the file."""
        _unlink(self._path)


class KeptConnections:
    """Connections to PostgreSQL that an engine has closed. It gets them back as new ones.

    A new one takes the server 15 ms: it starts a process, which first has to learn what tables
    there are. The engine's pool knows nothing of it, so whatever is kept by pool ends with a test.
    """

    def __init__(self) -> None:
        self._idle: list[psycopg.Connection[Any]] = []

    def serve(self, engine: Engine) -> None:
        """Keep what this engine closes."""
        close = engine.dialect.do_close

        def keep_or_close(connection: Any) -> None:
            if not self._keep(connection):
                close(connection)

        engine.dialect.do_close = keep_or_close  # type: ignore[method-assign]
        event.listen(engine, "do_connect", lambda *_: self._give_back())

    def settle(self) -> set[int]:
        """Let them report what they have written. The ids of the processes that serve them."""
        for connection in self._idle[:]:
            try:
                connection.execute("SELECT pg_stat_force_next_flush()")
            except psycopg.OperationalError:
                self._idle.remove(connection)
        return {one.info.backend_pid for one in self._idle}

    def close(self) -> None:
        """Close all of them."""
        while self._idle:
            self._idle.pop().close()

    def _keep(self, connection: psycopg.Connection[Any]) -> bool:
        is_idle = connection.info.transaction_status is TransactionStatus.IDLE
        if not is_idle or len(self._idle) >= MOST_KEPT:
            return False
        connection.autocommit = True
        self._idle.append(connection)
        return True

    def _give_back(self) -> psycopg.Connection[Any] | None:
        """One that still lives, else None: then a new one is opened."""
        while self._idle:
            connection = self._idle.pop()
            try:
                connection.execute(FORGET, prepare=False)
            except psycopg.OperationalError:
                continue  # the test has cut it
            connection.isolation_level = connection.read_only = None
            connection.autocommit = False
            return connection
        return None


class RenewedDatabase:
    """A PostgreSQL database whose rows and sequences are put back to those of its template.

    To drop one and make another takes 120 ms, to put one back a tenth of that. If anything but rows
    and sequences has changed, it is made anew: then PostgreSQL has written to a table of its own.

    What has changed is known from PostgreSQL's statistics. It counts each row that is written,
    even if that is rolled back, and has counted all of them when no other connection is left, or
    those that are have reported.
    """

    def __init__(self, admin: Engine, template: str) -> None:
        self._admin, self._template = admin, template
        self._name = f"test_{os.getpid()}_own"
        self.url = admin.url.set(database=self._name).render_as_string(hide_password=False)
        self._connection: psycopg.Connection[Any] | None = None
        self._kept = KeptConnections()
        self._written: dict[str, int] = {}
        self._sequences: dict[str, tuple[int, bool]] = {}
        self._rows: dict[str, bytes] = {}

    def renew(self) -> None:
        """Put back what has changed since it was new."""
        try:
            is_new = self._connection is not None and self._put_back(self._connection)
        except psycopg.OperationalError:
            is_new = False  # a test has cut every connection, this one too
        if not is_new:
            self.close()
            self._make()

    def serve(self, engine: Engine) -> None:
        """Keep its connections open between tests."""
        self._kept.serve(engine)

    def close(self) -> None:
        """Drop the database."""
        self._kept.close()
        if self._connection is not None:
            self._connection.close()
            self._connection = None
        _drop(self._admin, self._name)

    def _make(self) -> None:
        _create(self._admin, self._name, self._template)
        address = make_url(self.url).set(drivername="postgresql")
        connection = psycopg.connect(
            address.render_as_string(hide_password=False), autocommit=True, prepare_threshold=0
        )
        # No trigger runs and no foreign key is checked when rows are put back.
        connection.execute("SET session_replication_role = replica")
        self._connection = connection
        self._sequences = _sequences(connection)
        self._rows = self._rows or _rows(connection)
        self._written = _written(connection)

    def _put_back(self, connection: psycopg.Connection[Any]) -> bool:
        """Whether it could: only rows and sequences were different."""
        if connection.info.server_version < COUNTS_AT_ONCE:
            return False
        _cut_others(connection, but=self._kept.settle())
        written = _written(connection)
        changed = [name for name, count in written.items() if count != self._written.get(name)]
        if not self._rows.keys() >= set(changed):
            return False
        if changed:
            _empty(connection, changed)
            for name in changed:
                _write(connection, name, self._rows[name])
            self._written = _written(connection)
        for name, number in _sequences(connection).items():
            if number != self._sequences[name]:
                connection.execute("SELECT setval(%s, %s, %s)", (name, *self._sequences[name]))
        return True


def _cut_others(connection: psycopg.Connection[Any], *, but: set[int]) -> None:
    """End every other connection to this database ``but`` these, and wait until it is gone."""
    others = (
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid() AND pid <> ALL(%s)"
    )
    ends = monotonic() + UNTIL_CUT
    while connection.execute(others, (list(but),)).fetchall():
        assert monotonic() < ends, "a connection cannot be cut"
        sleep(0.001)


def _written(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """How many rows were ever written to each table, also to PostgreSQL's own: except those of all
    databases, and the one in which it notes what it has found out about the others."""
    connection.execute("SELECT pg_stat_force_next_flush()")
    found = connection.execute(
        "SELECT oid::regclass::text, pg_stat_get_tuples_inserted(oid)"
        " + pg_stat_get_tuples_updated(oid) + pg_stat_get_tuples_deleted(oid)"
        " FROM pg_class WHERE relkind = 'r' AND oid <> 'pg_statistic'::regclass"
        " AND (NOT relisshared OR oid = 'pg_db_role_setting'::regclass)"
    )
    return dict(found.fetchall())


def _sequences(connection: psycopg.Connection[Any]) -> dict[str, tuple[int, bool]]:
    """By name: the next number that a sequence gives, or the last one it gave and True."""
    found = connection.execute(
        "SELECT seqrelid::regclass::text, coalesce(pg_sequence_last_value(seqrelid), seqstart),"
        " pg_sequence_last_value(seqrelid) IS NOT NULL FROM pg_sequence"
    )
    return {name: (number, is_used) for name, number, is_used in found}


def _rows(connection: psycopg.Connection[Any]) -> dict[str, bytes]:
    """By table: its rows, as COPY writes them."""
    tables = connection.execute(
        "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r'"
        " AND relnamespace = current_schema()::regnamespace"
    )
    return {name: _read(connection, name) for (name,) in tables.fetchall()}


def _empty(connection: psycopg.Connection[Any], tables: list[str]) -> None:
    """Remove all rows and their traces, so that the next ones lie in the order of writing."""
    connection.execute("; ".join(f"DELETE FROM {name}" for name in tables), prepare=False)  # noqa: S608  # names of ours
    connection.execute(f"VACUUM (INDEX_CLEANUP ON) {', '.join(tables)}", prepare=False)


def _read(connection: psycopg.Connection[Any], table: str) -> bytes:
    with connection.cursor().copy(f"COPY {table} TO STDOUT (FORMAT binary)") as copy:
        return b"".join(map(bytes, copy))


def _write(connection: psycopg.Connection[Any], table: str, rows: bytes) -> None:
    with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT binary)") as copy:
        copy.write(rows)
