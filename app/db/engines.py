"""Engines: how connections to SQLite and PostgreSQL are prepared, and how their transactions begin.

SQLite needs care. The driver's own transactions lose updates, and a deferred BEGIN that turns into
a write answers "database is locked" at once. So the driver opens no transaction, and we send BEGIN
ourselves.
"""

import sqlite3
from pathlib import Path
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool, StaticPool

from app.db import waiting
from app.private_files import make_database

BUSY_TIMEOUT_MS = 15_000
"""How long SQLite waits for a file lock. Our own writers wait at the write lock instead, so this is
for other programs, such as a shell or a backup. A request waits ``waiting.FOR_FILE``."""
TO_POSTGRESQL = {
    "connect_timeout": int(waiting.FOR_CONNECTION),
    # A machine that is gone sends no answer. Without these the kernel waits for hours.
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}
"""Options of a connection, which libpq names; seconds, except the last one: milliseconds."""


def engine_for(url: str, *, pool_size: int) -> Engine:
    """An engine whose transactions write. ``read_only`` gives one that refuses to."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, pool_size=pool_size)
    engine = create_engine(
        url,
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_timeout=waiting.FOR_CONNECTION,
        connect_args=TO_POSTGRESQL,
    )
    event.listen(engine, "connect", _prepare_postgresql)
    event.listen(engine, "begin", _begin_postgresql)
    return engine


def read_only(engine: Engine) -> Engine:
    """The same engine, with the same pool, whose transactions cannot write."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(stepup_read_only=True)
    return engine.execution_options(postgresql_readonly=True)


def for_requests(engine: Engine) -> Engine:
    """The same engine, with the same pool, whose transactions do not wait long for others."""
    return engine.execution_options(stepup_for_request=True)


def private_copy(engine: Engine) -> Engine:
    """A copy of a SQLite database as it is now. It is a temporary file without a name, which is
    gone when the engine is disposed of."""
    copied = sqlite3.connect("", isolation_level=None, check_same_thread=False)
    source = engine.raw_connection()
    try:
        driver: Any = source.driver_connection
        driver.backup(copied)
    finally:
        source.close()
    copied.execute("PRAGMA foreign_keys=ON")
    copy = create_engine("sqlite://", creator=lambda: copied, poolclass=StaticPool)
    event.listen(copy, "begin", lambda _connection: copied.execute("BEGIN"))
    return copy


def _sqlite(url: str, *, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        pool_timeout=waiting.FOR_CONNECTION,
        connect_args={
            # The driver sends no BEGIN and no COMMIT of its own.
            "isolation_level": None,
            # A pooled connection serves several threads, but never two at a time.
            "check_same_thread": False,
            "timeout": BUSY_TIMEOUT_MS / 1000,
        },
    )
    path = engine.url.database
    if path and path != ":memory:":
        event.listen(engine, "do_connect", lambda *_: make_database(Path(path)))
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    connection.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    _switch_to_wal(connection)
    for pragma in ("foreign_keys=ON", "synchronous=FULL"):
        connection.execute(f"PRAGMA {pragma}")


def _switch_to_wal(connection: Any) -> None:
    # Two processes that open a new file at once may both want to switch it, and then SQLite answers
    # "database is locked" to one of them at once, whatever the time-out. The other one is done in
    # a moment; then there is nothing left to switch.
    ends = monotonic() + BUSY_TIMEOUT_MS / 1000
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError:
            if monotonic() >= ends:
                raise
            sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    info = connection.connection.info
    options = connection.get_execution_options()
    is_reading = bool(options.get("stepup_read_only"))
    is_request = bool(options.get("stepup_for_request"))
    # Readers and writers share the pool, and ``query_only`` stays with the connection. It is set
    # here, where it differs, to save a statement for each transaction.
    if info.get("query_only") is not is_reading:
        driver.execute(f"PRAGMA query_only={int(is_reading)}")
        info["query_only"] = is_reading
    if info.get("for_request", False) is not is_request:
        wait = int(waiting.FOR_FILE * 1000) if is_request else BUSY_TIMEOUT_MS
        driver.execute(f"PRAGMA busy_timeout={wait}")
        info["for_request"] = is_request
    # A deferred BEGIN takes the file lock at the first write. If somebody else has written since
    # this transaction first read, SQLite cannot give it the lock and fails without waiting.
    # BEGIN IMMEDIATE takes the lock before anything is read.
    driver.execute("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _prepare_postgresql(connection: Any, _record: ConnectionPoolEntry) -> None:
    # The default cost of 4 is for turning disks. Our indexes are in memory: with the default,
    # PostgreSQL reads all 100,000 people to find the 2,000 of a department.
    connection.autocommit = True
    connection.execute("SET random_page_cost = 1.1")
    # A command that was stopped (Ctrl-Z) keeps the rows that it has changed no longer than this.
    connection.execute("SET idle_in_transaction_session_timeout = '30min'")
    connection.autocommit = False


def _begin_postgresql(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    info = connection.connection.info
    is_request = bool(connection.get_execution_options().get("stepup_for_request"))
    # As with SQLite: sent only where it differs from what the connection was last used for. Outside
    # a transaction, because a rollback would take it back.
    if info.get("for_request", False) is not is_request:
        lock, statement = (waiting.FOR_WRITER, waiting.FOR_STATEMENT) if is_request else (0.0, 0.0)
        driver.autocommit = True
        driver.execute(
            "SELECT set_config('lock_timeout', %s, false),"
            " set_config('statement_timeout', %s, false)",
            (f"{lock * 1000:.0f}ms", f"{statement * 1000:.0f}ms"),
        )
        driver.autocommit = False
        info["for_request"] = is_request
