"""How long a request waits for the database, and how to tell that it waited in vain.

A person at a screen gets a sentence instead of a page that never ends. Commands and the relay wait
as long as it takes.
"""

from typing import Any

from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

FOR_WRITER = 8.0
"""Seconds that a request waits for another writer: at the write lock of SQLite, or for a row or
table that somebody else has locked in PostgreSQL."""
FOR_CONNECTION = 5.0
"""Seconds until a connection is free, or open."""
FOR_FILE = 3.0
"""Seconds that a request waits for a file lock of SQLite, which another program holds."""
FOR_STATEMENT = 20.0
"""Seconds that one statement of a request may take in PostgreSQL."""
TRY_AGAIN = 10
"""Seconds after which a client may ask again."""

_FILE_LOCKED_OR_AWAY = frozenset({5, 6, 10, 14})
"""SQLite's BUSY, LOCKED, IOERR and CANTOPEN."""
_TRY_LATER = frozenset({"40001", "40P01", "53300", "55P03", "57014", "57P01", "57P02", "57P03"})
"""PostgreSQL: serialization failure, deadlock, too many connections, lock not available, query
canceled, and four kinds of shutting down or starting up."""


class WriterBusy(Exception):
    """Another writer did not finish within the time that a request may wait."""


def is_unavailable(error: BaseException) -> bool:
    """Whether the database was too busy or away, so that the same request may work later."""
    if isinstance(error, WriterBusy | PoolTimeout):
        return True
    # The transaction itself may fail to begin; that error comes from the driver as it is.
    cause: Any = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in _FILE_LOCKED_OR_AWAY  # the rest of the number tells which lock
    if not hasattr(cause, "sqlstate"):
        return False
    # Where PostgreSQL was not reached at all, there is no code from the server.
    state = cause.sqlstate or ("08000" if type(cause).__name__ == "OperationalError" else "")
    return state.startswith("08") or state in _TRY_LATER
