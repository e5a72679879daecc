"""Fills a database with hundreds of thousands of people and millions of completions in minutes.

The demo loader walks every person's way in Python: faithful, but hours for a large prefecture. So
it makes one block of at most `BLOCK` people, and SQL copies the block, a statement per table and
copy, until there are enough. A copy's ids are the block's ids plus a multiple of the block's
largest, in every table, so each copy is as consistent as the block: the same steps, awards and
endorsements, among the copy's own people and units. Nothing here knows the rules of a badge.

Only for databases that a benchmark throws away: nothing is journalled while it runs.
"""

from collections import Counter, deque
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    Connection,
    Integer,
    String,
    Table,
    bindparam,
    case,
    cast,
    event,
    func,
    insert,
    literal,
    select,
    text,
    true,
    type_coerce,
    update,
)
from sqlalchemy import column as lightweight_column
from sqlalchemy import table as lightweight_table

from app import migrations
from app.db.sessions import Database
from app.demo import loading
from app.demo.accounts import PASSWORD
from app.demo.loading import DemoPlan
from app.demo.models import DemoLoad
from app.identity.passwords import hash_password
from app.indicators.activity import (
    ChangedDay,
    Closing,
    FirstWord,
    FoldProgress,
    MonthCount,
    PersonDay,
    UnitMonth,
)
from app.indicators.models import Measure, MeasureImport, UnitSuccessor
from app.jobs.models import Job, ScheduleSlot
from app.migrations.tables import metadata
from app.promise import PromiseBasis
from app.slack.posts.models import SlackPace
from app.studio.models import AuditEntry, DraftRevision
from app.subscriptions import SUBSCRIPTIONS
from badges.models import Badge, BadgeVersion
from challenges.campaigns.disasters import DayGivenBack, DisasterPause, PausedUnit
from challenges.campaigns.events import CampaignClosed, CampaignOpened, CampaignPublished
from challenges.campaigns.models import (
    Campaign,
    CampaignLogEntry,
    CampaignSnapshot,
    CampaignStep,
    CampaignTotal,
    CampaignUnit,
    CampaignVersion,
)
from challenges.campaigns.reports import CampaignReport
from challenges.catalogue.models import CatalogueLoad, Challenge, ChallengeVersion, Project, Step
from challenges.moderation.events import MaskLifted, WordsMasked
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.people.models import FormerNumber, Person, RoleGrant
from challenges.recognition.pulse_models import PulseCount, PulseSkip, PulseTicket, PulseWords
from challenges.submissions.models import StepTotal
from challenges.words.models import Mask, SealedWords, WordsReport
from tests.benchmarks.campaigns import add_second, grow
from tests.benchmarks.guards import drop_guards, make_guards

BLOCK = 2_500
SMALLEST_BLOCK = 60
"""People: below this the demo loader has no organisation to make."""

_KEPT_ONCE = {
    model.__tablename__
    for model in (
        *(Project, Challenge, ChallengeVersion, Step, CatalogueLoad),
        *(Badge, BadgeVersion, DemoLoad, SlackPace, RoleGrant, StepTotal),
        *(Job, ScheduleSlot, FormerNumber, PromiseBasis),
        *(DraftRevision, AuditEntry, DisasterPause, PausedUnit, DayGivenBack),
        *(Campaign, CampaignVersion, CampaignStep, CampaignUnit, CampaignTotal),
        *(CampaignSnapshot, CampaignLogEntry, CampaignReport),
        *(Measure, MeasureImport, UnitSuccessor, PersonDay, FirstWord, ChangedDay, FoldProgress),
        *(UnitMonth, MonthCount, Closing),
        *(PulseCount, PulseTicket, PulseWords, PulseSkip),
        *(Mask, SealedWords, WordsReport),
    )
}
"""Tables that all copies share. Every other table holds rows of people or units, and is copied.
Nothing is folded for indicators yet, and there are no measures."""

_TOLD_ONCE = [
    one.kind for one in (CampaignPublished, CampaignOpened, CampaignClosed, WordsMasked, MaskLifted)
]
_IS_KEPT_ONCE: dict[str, ColumnElement[bool]] = {
    "fact": Fact.kind.in_(_TOLD_ONCE),
    "delivery": Delivery.fact_id.in_(select(Fact.id).where(Fact.kind.in_(_TOLD_ONCE))),
}
"""Rows of copied tables that all copies share, by the name of the table."""

_REFERS_TO = {
    "person_id": "person",
    "unit_id": "unit",
    "by_id": "person",
    "submission_id": "submission",
    "completion_id": "completion",
    "endorsement_id": "endorsement",
    "award_id": "award",
    "cheer_id": "cheer",
    "giver_id": "person",
    "receiver_id": "person",
}
"""The ids in a fact's `about`: key, and table."""

_N = bindparam("n", type_=Integer)
"""Number of the copy; the block is 0."""


class CannotFill(Exception):
    """The size asked for cannot be made. The message says why."""


@dataclass(frozen=True, slots=True)
class Filled:
    """The number of rows by name of each table that was copied, in all copies together."""

    copies: int
    rows: dict[str, int]


def fill(url: str, wanted: DemoPlan, *, block: int = BLOCK) -> Filled:
    """Make the tables in an empty database and fill it with exactly `wanted.staff` people.

    The same `wanted` makes the same rows. Raises CannotFill if the people do not divide into
    equal blocks, and what the demo loader raises if the database is not empty.
    """
    people = block_of(wanted.staff, largest=block)
    copies = wanted.staff // people
    database = in_a_hurry(url)
    try:
        with database.writing() as session:
            loading.load(session, replace(wanted, staff=people, with_measures=False))
            add_second(session, at=wanted.at)
            _complete_block(session.connection(), staff=wanted.staff)
        return _copy(database, copies)
    finally:
        database.dispose()


def block_of(people: int, *, largest: int = BLOCK) -> int:
    """The largest size that divides so many people. Raises CannotFill if none does."""
    for size in range(min(people, largest), SMALLEST_BLOCK - 1, -1):
        if people % size == 0:
            return size
    between = f"from {SMALLEST_BLOCK} to {largest}"
    raise CannotFill(f"{people} people are no multiple of a number {between}.")


def in_a_hurry(url: str) -> Database:
    """Make the tables, and write as fast as only a database can be written that is thrown away."""
    _make_tables(url)
    database = Database(url)
    hurry = _hurry_sqlite if database.is_sqlite else _hurry_postgresql
    event.listen(database.engine, "connect", hurry)
    return database


def _make_tables(url: str) -> None:
    """On a connection of its own: migrations leave SQLite's foreign keys switched on."""
    database = Database(url)
    migrations.upgrade(database.engine)
    database.dispose()


def _hurry_sqlite(connection: Any, _record: object) -> None:
    """Leave out what only matters after a power cut, and foreign keys: a copy's are the block's."""
    for pragma in ("foreign_keys=OFF", "synchronous=OFF", "journal_mode=OFF"):
        connection.execute(f"PRAGMA {pragma}")
    connection.execute("PRAGMA temp_store=MEMORY")
    connection.execute("PRAGMA cache_size=-1000000")  # a gigabyte


def _hurry_postgresql(connection: Any, _record: object) -> None:
    """Speed PostgreSQL up. Its foreign keys' triggers alone would take longer than all the rest."""
    connection.autocommit = True
    connection.execute("SET session_replication_role = replica")  # runs no triggers
    connection.execute("SET synchronous_commit = off")
    connection.autocommit = False


def _complete_block(connection: Connection, *, staff: int) -> None:
    """Add what the demo leaves out: everybody's password, and the deliveries of each fact."""
    connection.execute(update(Person).values(password_hash=hash_password(PASSWORD)))
    connection.execute(update(DemoLoad).values(staff=staff))
    for name in sorted({name for hearers in SUBSCRIPTIONS.values() for name in hearers}):
        heard = [kind for kind, hearers in SUBSCRIPTIONS.items() if name in hearers]
        done = {
            Delivery.fact_id: Fact.id,
            Delivery.subscriber: literal(name),
            Delivery.state: literal(DeliveryState.DONE.value),
            Delivery.attempts: literal(1),
            Delivery.due_at: Fact.occurred_at,
            Delivery.done_at: Fact.occurred_at,
        }
        rows = select(*done.values()).where(Fact.kind.in_(heard)).order_by(Fact.id)
        connection.execute(insert(Delivery).from_select([*done], rows))


def _copy(database: Database, copies: int) -> Filled:
    """Copy the block, table by table; on PostgreSQL by two connections at once, without indexes."""
    writers = 1 if database.is_sqlite else 2
    with ExitStack() as stack, ThreadPoolExecutor(writers) as pool:
        connections = [stack.enter_context(database.engine.connect()) for _ in range(writers)]
        blocks = [Block(connection) for connection in connections]
        tables = blocks[0].largest_first
        waiting = deque(tables)
        guards = deque[str]()
        if not database.is_sqlite:
            guards = drop_guards(connections[0], [table.name for table in tables])
        list(pool.map(lambda block: _insert_copies(block, waiting, copies), blocks))
        if guards:
            list(pool.map(lambda connection: make_guards(connection, guards), connections))
        _finish(connections[0], blocks[0], copies)
    rows = {
        name: blocks[0].kept_once[name] + count * copies for name, count in blocks[0].counts.items()
    }
    return Filled(copies, rows)


def _insert_copies(block: "Block", waiting: deque[Table], copies: int) -> None:
    """Take table after table until none waits."""
    with suppress(IndexError):
        while True:
            statement = block.insert_copy_of(waiting.popleft())
            for n in range(1, copies):
                block.connection.execute(statement, {"n": n})
                block.connection.commit()


def _finish(connection: Connection, block: "Block", copies: int) -> None:
    """Set what all copies share: the totals, and the sequences of PostgreSQL."""
    totals = update(StepTotal).values(completions=StepTotal.completions * copies)
    connection.execute(totals)
    grow(connection, copies, last_unit=block.last["unit"])
    if connection.dialect.name == "postgresql":
        for name in block.last:
            go_on_after(connection, metadata.tables[name])
    connection.commit()


def go_on_after(connection: Connection, table: Table) -> None:
    """The ids were given here, and PostgreSQL's sequences do not know. SQLite looks for itself."""
    sequence = func.pg_get_serial_sequence(table.name, "id")
    last = select(func.max(table.c.id)).scalar_subquery()
    connection.execute(select(func.setval(sequence, last)))


class Block:
    """The rows that are copied, and how far apart the ids of copies lie.

    They are put aside in temporary tables first: a table that is read while it is written to is
    first copied by SQLite each time, and searched by PostgreSQL.
    """

    def __init__(self, connection: Connection, tables: Collection[str] | None = None) -> None:
        """``tables`` names those to copy; None: all of which a copy has rows of its own."""
        self.connection = connection
        self._is_sqlite = connection.dialect.name == "sqlite"
        self.counts: dict[str, int] = {}
        self.kept_once: dict[str, int] = {}
        """Rows of copied tables that are not copied."""
        self.last: dict[str, int] = {}
        """The largest id of each table that has rows and ids."""
        for table in metadata.sorted_tables:
            if table.name not in _KEPT_ONCE and (tables is None or table.name in tables):
                self._put_aside(table)
        self._keys = _keys_by_kind(connection)
        connection.commit()  # or its locks would keep indexes from being dropped
        self._special = {
            "unit": self._unit_columns,
            "person": self._person_columns,
            "fact": self._fact_columns,
            "award": self._award_columns,
        }
        """Tables with columns that are unique words, or hold ids as JSON."""

    @property
    def largest_first(self) -> list[Table]:
        """The tables that have rows. Nothing checks foreign keys, so any order will do."""
        return [metadata.tables[name] for name, _ in Counter(self.counts).most_common()]

    def insert_copy_of(self, table: Table) -> Any:
        """`INSERT … SELECT` of the block's rows of that table, for the copy number `n`."""
        source = lightweight_table(
            f"block_{table.name}",
            *(lightweight_column(column.name, column.type) for column in table.c),
        )
        values = {column.name: self._moved(source.c[column.name], column) for column in table.c}
        if table.name in self._special:
            values |= self._special[table.name](source.c)
        rows = select(*values.values()).select_from(source)
        return insert(table).from_select(list(values), rows, include_defaults=False)

    def _put_aside(self, table: Table) -> None:
        is_copied = ~_IS_KEPT_ONCE[table.name] if table.name in _IS_KEPT_ONCE else true()
        counts = select(func.count(), func.count().filter(is_copied)).select_from(table)
        there, count = self.connection.execute(counts).one()
        if not count:
            return
        self.counts[table.name], self.kept_once[table.name] = count, there - count
        if "id" in table.c:
            self.last[table.name] = self.connection.scalars(select(func.max(table.c.id))).one()
        rows = select(table).where(is_copied).order_by(*table.primary_key)
        words = rows.compile(self.connection, compile_kwargs={"literal_binds": True})
        self.connection.exec_driver_sql(f"CREATE TEMPORARY TABLE block_{table.name} AS {words}")

    def _moved(self, value: ColumnElement[Any], column: Column[Any]) -> ColumnElement[Any]:
        """Ids as the copy has them, everything else as it is."""
        targets = [key.column.table.name for key in column.foreign_keys]
        if column.name == "id":
            targets = [column.table.name]
        return self.id_in_copy(value, targets[0]) if targets and targets[0] in self.last else value

    def id_in_copy(self, id_: ColumnElement[Any], table: str) -> ColumnElement[Any]:
        """The id that a row of that table has in the copy. None stays None."""
        return id_ + _N * self.last[table]

    def _unit_columns(self, unit: Any) -> dict[str, ColumnElement[Any]]:
        """A copy's departments are parts of the block's, so that departments grow with the size."""
        part = literal("第") + _as_text(_N + 1) + "部門"
        slash = (func.instr if self._is_sqlite else func.strpos)(unit.path, "/")
        below = func.substr(unit.path, 1, slash) + part + func.substr(unit.path, slash)
        return {
            "parent_id": func.coalesce(self.id_in_copy(unit.parent_id, "unit"), unit.id),
            "name": case((unit.parent_id.is_(None), part), else_=unit.name),
            "name_key": case((unit.parent_id.is_(None), part), else_=unit.name_key),
            "path": case((slash == 0, unit.path + "/" + part), else_=below),
        }

    def _person_columns(self, person: Any) -> dict[str, ColumnElement[Any]]:
        return {
            "employee_number": person.employee_number + "-" + _as_text(_N),
            "email": _as_text(_N) + "." + person.email,
        }

    def _fact_columns(self, fact: Any) -> dict[str, ColumnElement[Any]]:
        """The JSON put together anew, with the ids of the copy."""
        build = func.json_object if self._is_sqlite else func.json_build_object
        kinds = []
        for kind, keys in self._keys.items():
            pairs = [part for key in keys for part in (literal(key), self._said(fact.about, key))]
            kinds.append((fact.kind == kind, type_coerce(build(*pairs), JSON)))
        return {"about": case(*kinds)}

    def _said(self, about: Any, key: str) -> ColumnElement[Any]:
        if key in _REFERS_TO:
            return self.id_in_copy(about[key].as_integer(), _REFERS_TO[key])
        if key == "campaign_id":
            return about[key].as_integer()
        return cast(about[key].as_string(), String)

    def _award_columns(self, _award: Any) -> dict[str, ColumnElement[Any]]:
        """The ids of completions in a JSON list, in their order."""
        move = (_BECAUSE_ON_SQLITE if self._is_sqlite else _BECAUSE).format(**self.last)
        return {"because": text(move).columns(because=JSON).scalar_subquery()}


_BECAUSE_ON_SQLITE = """
    SELECT json_group_array(value + :n * {completion}) FROM json_each(block_award.because)"""
_BECAUSE = """
    SELECT json_agg(CAST(id AS integer) + :n * {completion} ORDER BY place)
    FROM json_array_elements_text(block_award.because) WITH ORDINALITY AS one (id, place)"""


def _keys_by_kind(connection: Connection) -> dict[str, list[str]]:
    """What a fact of each kind says."""
    firsts = select(func.min(Fact.id)).group_by(Fact.kind)
    rows = connection.execute(select(Fact.kind, Fact.about).where(Fact.id.in_(firsts)))
    return {row.kind: list(row.about) for row in rows}


def _as_text(number: ColumnElement[int]) -> ColumnElement[str]:
    return cast(number, String)
