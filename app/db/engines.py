"""Engines: how connections to SQLite and PostgreSQL are prepared, and how their transactions begin.

SQLite needs care. The driver's own transactions lose updates, and a deferred BEGIN that turns into
a write answers "database is locked" at once. So the driver opens no transaction, and we send BEGIN
ourselves.
"""

from sqlite3 import OperationalError
from time import monotonic, sleep
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

BUSY_TIMEOUT_MS = 15_000
"""How long SQLite waits for a file lock. Our own writers wait at the write lock instead, so this is
for other programs, such as a shell or a backup."""


def engine_for(url: str, *, pool_size: int) -> Engine:
    """An engine whose transactions write. ``read_only`` gives one that refuses to."""
    if make_url(url).get_backend_name() == "sqlite":
        return _sqlite(url, pool_size=pool_size)
    engine = create_engine(url, pool_size=pool_size, max_overflow=pool_size)
    event.listen(engine, "connect", _prepare_postgresql)
    return engine


def read_only(engine: Engine) -> Engine:
    """The same engine, with the same pool, whose transactions cannot write."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(stepup_read_only=True)
    return engine.execution_options(postgresql_readonly=True)


def _sqlite(url: str, *, pool_size: int) -> Engine:
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        connect_args={
            # The driver sends no BEGIN and no COMMIT of its own.
            "isolation_level": None,
            # A pooled connection serves several threads, but never two at a time.
            "check_same_thread": False,
            "timeout": BUSY_TIMEOUT_MS / 1000,
        },
    )
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
        except OperationalError:
            if monotonic() >= ends:
                raise
            sleep(0.01)


def _begin_sqlite(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    info = connection.connection.info
    is_reading = bool(connection.get_execution_options().get("stepup_read_only"))
    # Readers and writers share the pool, and ``query_only`` stays with the connection. It is set
    # here, where it differs, to save a statement for each transaction.
    if info.get("query_only") is not is_reading:
        driver.execute(f"PRAGMA query_only={int(is_reading)}")
        info["query_only"] = is_reading
    # A deferred BEGIN takes the file lock at the first write. If somebody else has written since
    # this transaction first read, SQLite cannot give it the lock and fails without waiting.
    # BEGIN IMMEDIATE takes the lock before anything is read.
    driver.execute("BEGIN" if is_reading else "BEGIN IMMEDIATE")


def _prepare_postgresql(connection: Any, _record: ConnectionPoolEntry) -> None:
    # The default cost of 4 is for turning disks. Our indexes are in memory: with the default,
    # PostgreSQL reads all 100,000 people to find the 2,000 of a department.
    connection.autocommit = True
    connection.execute("SET random_page_cost = 1.1")
    connection.autocommit = False
