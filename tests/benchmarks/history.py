"""Fills a database with a prefecture of which the fold of indicators is measured: people, and years
of what they did, without facts, awards or letters, which nothing of the fold reads.

Copies share a few parts of the organisation, so that units are as large as those of a large
prefecture, and the people of some copies take no part.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Integer, bindparam, update

from app.db.sessions import Database
from app.demo import loading
from app.demo.loading import DemoPlan
from app.migrations.tables import metadata
from challenges.submissions.models import StepTotal
from tests.benchmarks.filling import BLOCK, Block, block_of, go_on_after, in_a_hurry
from tests.benchmarks.guards import drop_guards, make_guards

DAYS = 1_700
"""Five fiscal years, the last of them begun."""
PARTS = 8
"""Copies of the organisation: 1,600 units for any number of blocks above it."""
QUIET = 4
"""In one copy of so many, nobody takes part."""

_PEOPLE = ("unit", "person", "membership", "rest", "uncounted_period")
_DEEDS = ("submission", "completion", "completion_void", "endorsement", "cheer")
_PART = bindparam("part", type_=Integer)


@dataclass(frozen=True, slots=True)
class History:
    """What was filled in."""

    people: int
    units: int
    completions: int


class _HistoryBlock(Block):
    def id_in_copy(self, id_: ColumnElement[Any], table: str) -> ColumnElement[Any]:
        if table == "unit":
            return id_ + _PART * self.last[table]
        return super().id_in_copy(id_, table)


def fill_history(
    url: str, *, people: int, at: datetime, days: int = DAYS, block: int = BLOCK
) -> History:
    """Make the tables in an empty database and fill it with people and ``days`` of their deeds.

    Raises CannotFill if the people do not divide into equal blocks.
    """
    staff = block_of(people, largest=block)
    database = in_a_hurry(url)
    try:
        with database.writing() as session:
            plan = DemoPlan(at=at, staff=staff, days=days, with_measures=False)
            loading.load(session, plan)
        return _copy(database, people // staff, staff)
    finally:
        database.dispose()


def _copy(database: Database, copies: int, staff: int) -> History:
    with database.engine.connect() as connection:
        block = _HistoryBlock(connection, (*_PEOPLE, *_DEEDS))
        tables = [metadata.tables[name] for name in block.counts]
        guards = deque[str]()
        if not database.is_sqlite:
            guards = drop_guards(connection, [table.name for table in tables])
        for table in tables:
            statement = block.insert_copy_of(table)
            for n in _copies_of(table.name, copies):
                connection.execute(statement, {"n": n, "part": n % PARTS})
                connection.commit()
        if guards:
            make_guards(connection, guards)
        active = 1 + len(_copies_of("completion", copies))
        connection.execute(update(StepTotal).values(completions=StepTotal.completions * active))
        if not database.is_sqlite:
            for name in block.last:
                go_on_after(connection, metadata.tables[name])
        connection.commit()
    parts = min(copies, PARTS)
    return History(
        staff * copies, block.counts["unit"] * parts, block.counts["completion"] * active
    )


def _copies_of(table: str, copies: int) -> Sequence[int]:
    """The numbers of the copies that have rows of their own in that table."""
    if table == "unit":
        return range(1, min(copies, PARTS))
    return [n for n in range(1, copies) if table in _PEOPLE or n % QUIET]
