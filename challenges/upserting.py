"""One spelling of INSERT … ON CONFLICT for the two databases we run on; SQLAlchemy keeps it per dialect."""

from functools import cache
from typing import Any

from sqlalchemy import Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def upsert(session: Session, table: Any) -> sqlite.Insert | postgresql.Insert:
    """An INSERT into ``table`` that knows ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return insert_in(dialect_of(session), table)


def insert_once(session: Session, model: Any, **values: Any) -> int | None:
    """Insert one row; its id, or None where a unique key says that it is there already.

    For what everybody waits for: the statement is put together once, and no ORM object is made.
    """
    inserted: int | None = session.scalar(_insert_once(dialect_of(session), model.__table__), values)
    return inserted


def dialect_of(session: Session) -> str:
    """ "sqlite" or "postgresql"."""
    return session.get_bind().dialect.name


def insert_in(dialect: str, table: Any) -> sqlite.Insert | postgresql.Insert:
    """The same as ``upsert``, for statements that are kept."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _insert_once(dialect: str, table: Table) -> Any:
    return insert_in(dialect, table).on_conflict_do_nothing().returning(table.c.id)
