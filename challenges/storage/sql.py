"""Building blocks of statements for both databases: plain rows, upserts, lists of ids."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from sqlalchemy import (
    CursorResult,
    Row,
    Select,
    Table,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

T = TypeVar("T")

PERSONNEL = "personnel"
"""The turn of whoever brings in many people, or gives people other numbers."""


def fetch_rows(
    session: Session, statement: Select[*tuple[Any, ...]], asked: Mapping[str, Any]
) -> CursorResult[*tuple[Any, ...]]:
    """The rows of a statement that selects columns, run on the connection of the session.

    For the busiest pages: the ORM would add as much time again as the database takes. Select no
    mapped objects with it.
    """
    # The connection knows nothing of pending objects; ``session.execute`` would flush them too.
    if session.autoflush:
        session.flush()
    return session.connection().execute(statement, asked)


def united(**statements: Select[*tuple[Any, ...]]) -> Select[*tuple[Any, ...]]:
    """The rows of several statements as those of one: a page waits once instead of several times.

    The column ``part`` has the name of the statement that a row is from. A column that it lacks is
    NULL; columns of one name have one type. The rows come in no order, whatever theirs was.
    """
    types = {one.name: one.type for each in statements.values() for one in each.selected_columns}
    parts = []
    for part, each in statements.items():
        own = each.subquery().c
        # PostgreSQL takes a bare NULL for text, which does not unite with other types.
        columns = (
            own[name] if name in own else cast(null(), of).label(name) for name, of in types.items()
        )
        parts.append(select(literal(part).label("part"), *columns))
    return select(union_all(*parts).subquery())


def fields_of(row: Row[*tuple[Any, ...]], of: type[Any]) -> dict[str, Any]:
    """The columns of the row that the dataclass ``of`` has fields for."""
    told = row._mapping
    return {name: told[name] for name in of.__dataclass_fields__ if name in told}


def upsert(session: Session, table: Any) -> sqlite.Insert | postgresql.Insert:
    """An INSERT that has ``on_conflict_do_nothing`` and ``on_conflict_do_update``."""
    return insert_in(dialect_of(session), table)


def insert_once(session: Session, model: Any, **values: Any) -> int | None:
    """Insert one row. Returns its id, or None if a unique key shows that it exists.

    For the busiest writes: the statement is built once and no ORM object is made.
    """
    inserted: int | None = session.scalar(
        _insert_once(dialect_of(session), model.__table__), values
    )
    return inserted


def update_by_id(session: Session, model: Any, rows: list[dict[str, Any]]) -> None:
    """Set the columns that each of ``rows`` names, on the row with its ``id``."""
    if rows:
        # One statement for those that name the same columns. The sort keeps their order.
        session.execute(update(model), sorted(rows, key=list))


def dialect_of(session: Session) -> str:
    """The session's database: "sqlite" or "postgresql"."""
    return session.get_bind().dialect.name


def take_turn(session: Session, name: str) -> None:
    """Wait until no other transaction has taken the turn of that name. It lasts until this one
    ends.

    For work that reads many rows and then writes what is missing, such as a load of files: no lock
    on a row keeps others from adding one.
    """
    # On SQLite the transaction of a write session is such a turn by itself.
    if dialect_of(session) == "postgresql":
        session.execute(select(func.pg_advisory_xact_lock(func.hashtext(name))))


def insert_in(dialect: str, table: Any) -> sqlite.Insert | postgresql.Insert:
    """The same as ``upsert`` without a session, for statements that are built once and kept."""
    return postgresql.insert(table) if dialect == "postgresql" else sqlite.insert(table)


@cache
def _insert_once(dialect: str, table: Table) -> Any:
    return insert_in(dialect, table).on_conflict_do_nothing().returning(table.c.id)


def in_batches(things: Iterable[T], size: int) -> Iterator[list[T]]:
    """The things, ``size`` at a time. Databases limit how many parameters a statement may have."""
    rest = iter(things)
    while batch := list(islice(rest, size)):
        yield batch


def padded_ids(ids: Collection[int]) -> list[int]:
    """The ids, the last one repeated until their number is a power of two."""
    # Each length of an IN list is another statement to compile and prepare. Padding keeps the
    # number of lengths small.
    found = list(ids)
    length = 1 << (len(found) - 1).bit_length() if found else 0
    return found + found[-1:] * (length - len(found))
