"""Finds rows that a key or a guard of the database forbids, for databases that had none before.

Nothing is mended here. Each finding is a sentence for the operator.
"""

from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Index, MetaData, Table, UniqueConstraint, func, select, text
from sqlalchemy.orm import Session

from challenges.storage.overlaps import declared_in, missing_in


def doubled_rows(session: Session, metadata: MetaData) -> Iterator[str]:
    """Rows that are there twice, or overlap, although a key or a guard of the models says no."""
    for table in metadata.sorted_tables:
        for name, columns, condition in _keys(table):
            yield from _doubled(session, table, name, columns, condition)
    for table, declared in declared_in(metadata):
        for pair in session.execute(text(declared.pairs(table.name))):
            yield f"{table.name} {pair.one} and {pair.other}: overlap, against {declared.name}"


def missing_guards(session: Session, metadata: MetaData) -> Iterator[str]:
    """Guards that the database does not have, as after a restore without its triggers."""
    for table, declared in missing_in(session.connection(), metadata):
        yield f"{table.name}: the guard {declared.name} is missing"


def _keys(table: Table) -> Iterator[tuple[str, list[ColumnElement[Any]], Any]]:
    """The unique keys of a table: name, columns, and which rows count (None: all)."""
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield str(constraint.name), list(constraint.columns), None
    for index in table.indexes:
        if index.unique:
            yield str(index.name), list(index.columns), _condition(index)


def _condition(index: Index) -> Any:
    return index.dialect_options["postgresql"]["where"]


def _doubled(
    session: Session, table: Table, name: str, columns: list[ColumnElement[Any]], condition: Any
) -> Iterator[str]:
    first = next(iter(table.primary_key.columns))
    # A row without a value in one of the columns is never the same as another.
    counted = [column.is_not(None) for column in columns]
    doubled = (
        select(func.min(first).label("one"), func.max(first).label("other"))
        .where(*counted, *([] if condition is None else [condition]))
        .group_by(*columns)
        .having(func.count() > 1)
        .order_by("one")
    )
    for pair in session.execute(doubled):
        yield f"{table.name} {pair.one} and {pair.other}: are the same, against {name}"
