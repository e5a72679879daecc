"""Sessions that can only read, sessions that write, and the one commit of a web request."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, cast

from flask import Flask, Response, current_app, g, request
from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from app.db import waiting
from app.db.engines import engine_for, for_requests, private_copy, read_only
from app.db.write_lock import NoWriteLock, WriteLock

if TYPE_CHECKING:
    import psycopg


class Database:
    """One database with its two kinds of session."""

    def __init__(self, url: str, *, pool_size: int = 4) -> None:
        self.engine = engine_for(url, pool_size=pool_size)
        self._read_engine = read_only(self.engine)
        self._write_lock = (
            WriteLock(self.engine.url.database or "") if self.is_sqlite else NoWriteLock()
        )

    @property
    def is_sqlite(self) -> bool:
        return self.engine.dialect.name == "sqlite"

    def read_session(self, *, for_request: bool = False) -> Session:
        """A session that cannot write: the database refuses. The caller closes it.

        One for a request does not wait long for others (app/db/waiting.py).
        """
        engine = for_requests(self._read_engine) if for_request else self._read_engine
        return ReadSession(engine, autoflush=False, expire_on_commit=False)

    @contextmanager
    def reading(self, *, for_request: bool = False) -> Iterator[Session]:
        """A read session for a block."""
        with self.read_session(for_request=for_request) as session:
            yield session

    @contextmanager
    def snapshot_session(self) -> Iterator[Session]:
        """A read session whose statements all see the same state of the database.

        For comparing rows with rows that somebody may be changing.
        """
        with self.read_session() as session:
            # A read transaction on SQLite is a snapshot anyway.
            if not self.is_sqlite:
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

    def write_if_free(self, act: Callable[[Session], None]) -> bool:
        """Run ``act`` in a write session, unless another thread or process writes to SQLite now.

        For what may be left undone, so that nobody waits for it. False if it was: somebody else was
        writing, or the database is away.
        """
        if not self._write_lock.acquire_if_free():
            return False
        try:
            engine = for_requests(self.engine)
            with Session(engine, expire_on_commit=False) as session, session.begin():
                act(session)
        except Exception as error:
            # A transaction that fails to begin raises the driver's own error.
            if isinstance(error, SQLAlchemyError) or waiting.is_unavailable(error):
                return False
            raise
        finally:
            self._write_lock.release()
        return True

    @contextmanager
    def write_turn(self) -> Iterator[None]:
        """The write lock alone, for what replaces a SQLite file without a session."""
        with self._write_lock:
            yield

    @contextmanager
    def trying(self) -> Iterator[Session]:
        """A session for a dry run: nothing of it is kept, and on SQLite nobody waits for it.

        There it works on a copy of its own, on the disk and gone with the session.
        """
        engine = private_copy(self.engine) if self.is_sqlite else self.engine
        try:
            # Closing a session rolls back.
            with Session(engine, expire_on_commit=False) as session:
                yield session
        finally:
            if self.is_sqlite:
                engine.dispose()

    def writing_for_request(self) -> "RequestWriting":
        """Like ``writing``, for a request, which begins and ends in different functions.

        Waits for the write lock, but not for long. Raises WriterBusy.
        """
        self._write_lock.acquire(within=waiting.FOR_WRITER)
        return RequestWriting(for_requests(self.engine), self._write_lock)

    @property
    def address(self) -> str:
        """The URL of a PostgreSQL database as its own drivers read it, with the password."""
        return self.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)

    def listen(self, channel: str) -> "psycopg.Connection[Any]":
        """A new connection to PostgreSQL that receives every NOTIFY on ``channel``."""
        # Imported here, because an installation on SQLite needs no driver of PostgreSQL.
        import psycopg

        connection = psycopg.connect(self.address, autocommit=True)
        connection.execute(psycopg.sql.SQL("LISTEN {}").format(psycopg.sql.Identifier(channel)))
        return connection

    def dispose(self) -> None:
        """Close every connection and the files of the write lock."""
        self.engine.dispose()
        self._write_lock.close()


def remember_more(session: Session) -> None:
    """Let this connection keep 32 MB of a SQLite file in memory instead of 2, as long as it lasts.

    For work on everybody that comes back to pages it has read a moment ago.
    """
    if session.get_bind().dialect.name == "sqlite":
        session.execute(text("PRAGMA cache_size = -32000"))


class ReadSession(Session):
    """A session that ends with COMMIT instead of ROLLBACK.

    After reading alone the two are the same to the database. But psycopg forgets its prepared
    statements at a ROLLBACK, and PostgreSQL would plan every one of them again.
    """

    def close(self) -> None:
        # Nothing was written, so nothing is lost if the connection or the transaction has failed.
        with suppress(SQLAlchemyError):
            if self.in_transaction() and self.is_active:
                self.commit()
        super().close()


class RequestWriting:
    """A write session, which lasts until ``close`` and has the write lock until then."""

    def __init__(self, engine: Engine, write_lock: WriteLock | NoWriteLock) -> None:
        self._write_lock = write_lock
        self.session = Session(engine, expire_on_commit=False)

    def close(self, *, commit: bool) -> None:
        """Commit or roll back, and release the write lock whatever happens."""
        try:
            if commit:
                self.session.commit()
        finally:
            try:
                self.session.close()
            finally:
                self._write_lock.release()


# One session and one commit for each web request.

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
    """The session of this request: read-only for a GET, writing otherwise.

    Nobody commits it by hand; ``_finish`` does, depending on the answer.
    """
    if "db" not in g:
        if request.method in SAFE_METHODS:
            g.db = database().read_session(for_request=True)
        else:
            g.db_writing = database().writing_for_request()
            g.db = g.db_writing.session
    return cast(Session, g.db)


@contextmanager
def read_first() -> Iterator[Session]:
    """A read session for what a request does before it needs the write lock.

    Looking up who is asking and checking a password take a while. Nobody else should wait for that.
    """
    if request.method in SAFE_METHODS:
        yield request_session()
    else:
        with database().reading(for_request=True) as session:
            yield session


def _finish(response: Response) -> Response:
    """Commit what the request wrote if its answer is below 400, else roll back."""
    writing: RequestWriting | None = g.pop("db_writing", None)
    if writing is not None:
        # Whoever asks for a session after this gets a new one, which is never committed.
        g.pop("db", None)
        writing.close(commit=response.status_code < 400)
    return response


def undo() -> None:
    """Undo what this request has written so far, although its answer is below 400."""
    request_session().rollback()


def discard() -> None:
    """End the session of this request, whatever its state. An error page then opens a new one."""
    with suppress(SQLAlchemyError):
        _close(None)


def _close(_error: BaseException | None) -> None:
    writing: RequestWriting | None = g.pop("db_writing", None)
    session: Session | None = g.pop("db", None)
    if writing is not None:
        writing.close(commit=False)
    elif session is not None:
        session.close()
