"""The indexes and constraints of PostgreSQL, left out while rows pour in and made again afterwards.

Made in one pass over all rows, an index takes a fraction of the time of growing it row by row, and
an exclusion constraint (memberships, requests) most of all.
"""

from collections import deque
from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import Connection, text

_CONSTRAINTS = text("""
    SELECT format('ALTER TABLE %s DROP CONSTRAINT %I', conrelid::regclass, conname),
           format('ALTER TABLE %s ADD CONSTRAINT %I %s',
                  conrelid::regclass, conname, pg_get_constraintdef(oid))
    FROM pg_constraint
    WHERE contype IN ('u', 'x') AND conrelid::regclass::text = ANY(:tables)
      AND conindid NOT IN (SELECT conindid FROM pg_constraint WHERE contype = 'f')
    ORDER BY conrelid, conname""")
"""Unique and exclusion constraints to which no foreign key refers."""
_INDEXES = text("""
    SELECT format('DROP INDEX %s', indexrelid::regclass), pg_get_indexdef(indexrelid)
    FROM pg_index
    WHERE indrelid::regclass::text = ANY(:tables)
      AND indexrelid NOT IN (SELECT conindid FROM pg_constraint)
    ORDER BY indrelid, indexrelid""")
"""Indexes that belong to no constraint."""


def drop_guards(connection: Connection, tables: Iterable[str]) -> deque[str]:
    """Drop every index and constraint of these tables but primary and foreign keys and checks.

    Returns the statements that make them again, as they were. Commits.
    """
    made = deque[str]()
    for query in (_CONSTRAINTS, _INDEXES):
        for drop, make in connection.execute(query, {"tables": list(tables)}).all():
            connection.execute(text(drop))
            made.append(make)
    connection.commit()
    return made


def make_guards(connection: Connection, waiting: deque[str]) -> None:
    """Take statement after statement until none waits. Commits after each."""
    connection.execute(text("SET maintenance_work_mem = '512MB'"))
    with suppress(IndexError):
        while True:
            # exec_driver_sql: a definition may hold colons, as casts do.
            connection.exec_driver_sql(waiting.popleft().replace("%", "%%"))
            connection.commit()
