"""Rows that must not overlap: one declaration, from which each database gets its own guard.

PostgreSQL gets an exclusion constraint, SQLite two triggers. A model declares it in the ``info`` of
its table and a migration says ``op.create_no_overlap`` (app/migrations/overlaps.py); both end here.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, MetaData, Table, event, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

_KEY = "no_overlaps"

_GUARDS = {
    "postgresql": "SELECT conname FROM pg_constraint WHERE contype = 'x'"
    " AND connamespace = current_schema()::regnamespace",
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
}
"""Names of all guards that the database has, by dialect."""
_REFUSED = {"23P01", "SQLITE_CONSTRAINT_TRIGGER"}
"""What each database calls the refusal of a guard."""


@dataclass(frozen=True, kw_only=True)
class NoOverlap:
    """No two rows with the same ``key`` hold on one day.

    A row holds from its ``first_day`` to its ``last_day``, both included; without a last day it has
    no end. Where ``cut_short`` is set, the last day does not count any more.
    """

    name: str
    """Of the guard. It begins with ``ex_`` and is unique in the database."""
    key: tuple[str, ...]
    """Columns of integers, such as ids. The first has an index."""
    first_day: str
    last_day: str
    cut_short: str | None = None
    where: str = "true"
    """Which rows count, as SQL that both databases read."""

    def create(self, table: str, dialect: str) -> list[str]:
        """The statements that guard the table."""
        if dialect == "postgresql":
            return [self._exclusion(table)]
        return [self._trigger(table, change) for change in ("insert", "update")]

    def drop(self, table: str, dialect: str) -> list[str]:
        """The statements that take the guard away."""
        if dialect == "postgresql":
            return [f"ALTER TABLE {table} DROP CONSTRAINT {self.name}"]
        return [f"DROP TRIGGER {name}" for name in self.guards(dialect)]

    def guards(self, dialect: str) -> set[str]:
        """The names under which the database knows the guard."""
        if dialect == "postgresql":
            return {self.name}
        return {f"{self.name}_{change}" for change in ("insert", "update")}

    def pairs(self, table: str) -> str:
        """A query for the ids of all rows that overlap: ``one`` and the later ``other``."""
        return (
            f"SELECT one.id AS one, other.id AS other {self._overlapping(table)}"
            " AND one.id < other.id ORDER BY one.id, other.id"
        )

    def _exclusion(self, table: str) -> str:
        # An exclusion constraint compares integers only with the extension btree_gist, and not
        # every PostgreSQL has that. Ranges of one number each do the same.
        numbers = [f"int4range({column}, {column}, '[]') WITH =" for column in self.key]
        bounds = f"CASE WHEN {self.cut_short} IS NULL THEN '[]' ELSE '[)' END"
        if self.cut_short is None:
            bounds = "'[]'"
        days = f"daterange({self.first_day}, {self.last_day}, {bounds}) WITH &&"
        return (
            f"ALTER TABLE {table} ADD CONSTRAINT {self.name}"
            f" EXCLUDE USING gist ({', '.join([*numbers, days])}) WHERE ({self.where})"
        )

    def _trigger(self, table: str, change: str) -> str:
        return (
            f"CREATE TRIGGER {self.name}_{change} AFTER {change.upper()} ON {table} BEGIN"
            f" SELECT RAISE(ABORT, '{self.name}') {self._overlapping(table)} AND one.id = NEW.id;"
            " END"
        )

    def _overlapping(self, table: str) -> str:
        counting = f"(SELECT * FROM {table} WHERE {self.where})"  # noqa: S608  # names of ours
        first, *others = self.key
        # Without statistics SQLite might search by another column, such as a unit, which has far
        # more rows than a person. It has no index for a sum.
        conditions = [f"one.{first} = other.{first}"]
        conditions += [f"one.{column} + 0 = other.{column} + 0" for column in others]
        # Two spans overlap if each reaches the first day of the other, and neither is empty.
        conditions += [
            self._reaches(one, other) for one in ("one", "other") for other in ("one", "other")
        ]
        return (
            f"FROM {counting} AS one JOIN {counting} AS other ON one.id <> other.id"
            f" WHERE {' AND '.join(conditions)}"
        )

    def _reaches(self, one: str, other: str) -> str:
        """Whether ``one`` is not over before the first day of ``other``."""
        last, day = f"{one}.{self.last_day}", f"{other}.{self.first_day}"
        on_its_last = f" AND {one}.{self.cut_short} IS NULL" if self.cut_short else ""
        return f"({last} IS NULL OR {last} > {day} OR {last} = {day}{on_its_last})"


def no_overlaps(*declared: NoOverlap) -> dict[str, Any]:
    """The ``info`` of a table whose rows must not overlap."""
    return {_KEY: declared}


def declared_in(metadata: MetaData) -> Iterator[tuple[Table, NoOverlap]]:
    """Every declaration, with its table."""
    for table in metadata.sorted_tables:
        for declared in table.info.get(_KEY, ()):
            yield table, declared


def missing_in(connection: Connection, metadata: MetaData) -> Iterator[tuple[Table, NoOverlap]]:
    """The declarations that the database does not guard."""
    dialect = connection.dialect.name
    there = set(connection.execute(text(_GUARDS[dialect])).scalars())
    for table, declared in declared_in(metadata):
        if not declared.guards(dialect) <= there:
            yield table, declared


@contextmanager
def refusing_overlaps(session: Session, refusal: Exception) -> Iterator[None]:
    """Write what the block adds. Raises ``refusal`` if a guard finds that it overlaps.

    Then the block is undone, and what the transaction wrote before it stays.
    """
    try:
        with session.begin_nested():
            yield
    except IntegrityError as error:
        if not is_overlap(error):
            raise
        raise refusal from error


def is_overlap(error: IntegrityError) -> bool:
    """Whether a guard refused the statement, and no other key or check did."""
    codes = (getattr(error.orig, name, None) for name in ("sqlstate", "sqlite_errorname"))
    return any(code in _REFUSED for code in codes)


@event.listens_for(Table, "after_create")
def _guard(table: Table, connection: Connection, **_more: Any) -> None:
    """Guard a table that the models make, as tests do; migrations say it themselves."""
    for declared in table.info.get(_KEY, ()):
        for statement in declared.create(table.name, connection.dialect.name):
            connection.exec_driver_sql(statement)
