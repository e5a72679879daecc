"""Statements that both databases need: rows without objects, upserts, lists of a padded_ids
length."""

from collections.abc import Collection, Mapping
from functools import cache
from typing import Any

from sqlalchemy import CursorResult, Select, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def fetch_rows(
    session: Session, statement: Select[*tuple[Any, ...]], asked: Mapping[str, Any]
) -> CursorResult[*tuple[Any, ...]]:
    """The rows of a statement that asks for columns, by the session's connection and past its
    objects.

    The ORM's own part in such a statement takes as long as the database's, and a page has five of
    them.
    """
    if session.autoflush:
        session.flush()  # as ``session.execute`` does
    return session.connection().execute(statement, asked)


def upsert(session: Session, table: Any) -> sqlite.Insert | postgresql.Insert:
    """An INSERT into ``table`` that knows ``on_conflict_do_nothing`` and
    ``on_conflict_do_update``."""
    return insert_in(dialect_of(session), table)


def insert_once(session: Session, model: Any, **values: Any) -> int | None:
    """Insert one row; its id, or None where a unique key says that it is there already.

    For what everybody waits for: the statement is put together once, and no ORM object is made.
    """
    inserted: int | None = session.scalar(
        _insert_once(dialect_of(session), model.__table__), values
    )
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


def padded_ids(ids: Collection[int]) -> list[int]:
    """The ids in one of few lengths, the last one said again: a database prepares a statement for
    each length."""
    found = list(ids)
    length = 1 << (len(found) - 1).bit_length() if found else 0
    return found + found[-1:] * (length - len(found))
