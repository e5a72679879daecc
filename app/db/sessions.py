"""Database glue: sessions that can only read, sessions that write, and the one commit of a web
request.

SQLite needs care, because pysqlite's default loses updates and a deferred BEGIN answers "database
is locked": here the driver opens no transaction by itself, writers say BEGIN IMMEDIATE when it is
their turn, and readers are held to reading by ``query_only``. PostgreSQL readers are READ ONLY
transactions.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Response, current_app, g, request
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import Connection, make_url
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from app.db.write_lock import NoWriteLock, WriteLock

if TYPE_CHECKING:
    import psycopg


BUSY_TIMEOUT_MS = 15_000


class Database:
    """One database with its two kinds of session."""

    def __init__(self, url: str, *, pool_size: int = 4) -> None:
        self.engine = _engine(url, pool_size=pool_size)
        self._reader = self.engine.execution_options(**self._read_only())
        self._write_lock = (
            WriteLock(self.engine.url.database or "") if self.is_sqlite else NoWriteLock()
        )

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def _read_only(self) -> dict[str, bool]:
        return {"stepup_read_only": True} if self.is_sqlite else {"postgresql_readonly": True}

    def read_session(self) -> Session:
        """A session that cannot write; the database refuses. Close it when done."""
        return ReadSession(self._reader, autoflush=False, expire_on_commit=False)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A read session for a block."""
        with self.read_session() as session:
            yield session

    @contextmanager
    def snapshot_session(self) -> Iterator[Session]:
        """A read session whose statements all see the database of the first one, for comparing rows
        with rows."""
        with self.read_session() as session:
            if not self.is_sqlite:  # whose read transactions are like that anyway
                session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A write session for a block: returning commits, raising rolls back."""
        with (
            self._write_lock,
            Session(self.engine, expire_on_commit=False) as session,
            session.begin(),
        ):
            yield session

    def writing_for_request(self) -> "WritingForRequest":
        """The same as ``writing`` for a request, whose beginning and end lie in different
        functions."""
        return WritingForRequest(self.engine, self._write_lock)

    @property
    def address(self) -> str:
        """Of a PostgreSQL, as its own drivers read it. It holds the password."""
        return self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def listen(self, channel: str) -> "psycopg.Connection[Any]":
        """A connection of its own that PostgreSQL tells of every NOTIFY on ``channel``."""
        import psycopg

        connection = psycopg.connect(self.address, autocommit=True)
        connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
        return connection

    def dispose(self) -> None:
        """Close every connection, and the files at which writers queue."""
        self.engine.dispose()
        self._write_lock.close()


class ReadSession(Session):
    """A session that ends with COMMIT. After reading that is the same as ROLLBACK, at which psycopg
    however forgets the statements it has prepared, and PostgreSQL plans every one of them anew."""

    def close(self) -> None:
        with suppress(
            SQLAlchemyError
        ):  # a connection that is lost, a transaction that failed: nothing was to be kept
            if self.in_transaction() and self.is_active:
                self.commit()
        super().close()


class WritingForRequest:
    """A write session that is opened once and closed once, committed or not. It is one's turn in
    between."""

    def __init__(self, engine: Engine, turns: WriteLock | NoWriteLock) -> None:
        self._write_lock = turns
        self._session = Session(engine, expire_on_commit=False)

    def open(self) -> Session:
        """Wait for one's turn; the session, to be given back by ``close``."""
        self._write_lock.acquire()
        return self._session

    def close(self, *, commit: bool) -> None:
        """Commit or roll back, and let the next one write, whatever happens."""
        try:
            if commit:
                self._session.commit()
        finally:
            self._session.close()
            self._write_lock.release()


def _engine(url: str, *, pool_size: int) -> Engine:
    if make_url(url).get_backend_name() != "sqlite":
        engine = create_engine(url, pool_size=pool_size, max_overflow=pool_size)
        event.listen(engine, "connect", _prepare_postgresql)
        return engine
    # The driver's isolation_level=None hands BEGIN and COMMIT to us; the pool gives a connection to
    # one thread.
    engine = create_engine(
        url,
        poolclass=QueuePool,
        pool_size=pool_size,
        connect_args={
            "isolation_level": None,
            "check_same_thread": False,
            "timeout": BUSY_TIMEOUT_MS / 1000,
        },
    )
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _prepare_postgresql(connection: Any, _record: ConnectionPoolEntry) -> None:
    """Tell it that an index is nearly as cheap to read as a table: ours are in memory, not on a
    turning disk. Otherwise it reads 100,000 people to find the 2,000 of a department."""
    connection.autocommit = True
    connection.execute("SET random_page_cost = 1.1")
    connection.autocommit = False


def _prepare_sqlite(connection: Any, _record: ConnectionPoolEntry) -> None:
    for pragma in (
        "journal_mode=WAL",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "foreign_keys=ON",
        "synchronous=FULL",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    driver: Any = connection.connection.driver_connection
    info = connection.connection.info
    read_only = bool(connection.get_execution_options().get("stepup_read_only"))
    if info.get("query_only") is not read_only:
        driver.execute(f"PRAGMA query_only={int(read_only)}")
        info["query_only"] = read_only
    driver.execute("BEGIN" if read_only else "BEGIN IMMEDIATE")


# One session and one commit per web request.

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


def init_app(app: Flask, url: str) -> None:
    """Give the app its database, and every request its one commit."""
    app.extensions["stepup_database"] = Database(url)
    app.after_request(_finish)
    app.teardown_appcontext(_close)


def database() -> Database:
    """The database of the current app."""
    return cast(Database, current_app.extensions["stepup_database"])


def request_session() -> Session:
    """The session of this request: read-only for a GET, writing otherwise. It never needs a commit
    by hand."""
    if "db" not in g:
        if request.method in SAFE_METHODS:
            g.db = database().read_session()
        else:
            g.db_writing = database().writing_for_request()
            g.db = g.db_writing.open()
    return cast(Session, g.db)


@contextmanager
def read_first() -> Iterator[Session]:
    """To read before it is this request's turn to write: who asks, or a password whose check takes
    long."""
    if request.method in SAFE_METHODS:
        yield request_session()
    else:
        with database().reading() as session:
            yield session


def _finish(response: Response) -> Response:
    """Commit what a request wrote if its answer is below 400, else roll back."""
    writing: WritingForRequest | None = g.pop("db_writing", None)
    if writing is not None:
        g.pop("db", None)
        writing.close(commit=response.status_code < 400)
    return response


def undo() -> None:
    """Undo what this request has written so far, for an answer that is no failure and must leave
    nothing."""
    request_session().rollback()


def discard() -> None:
    """End the session of this request, whatever state it is in, for the page that says what went
    wrong."""
    with suppress(SQLAlchemyError):
        _close(None)


def _close(_error: BaseException | None) -> None:
    writing: WritingForRequest | None = g.pop("db_writing", None)
    session: Session | None = g.pop("db", None)
    if writing is not None:
        writing.close(commit=False)
    elif session is not None:
        session.close()
