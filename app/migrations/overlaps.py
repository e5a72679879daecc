"""Teaches Alembic the rows that must not overlap: two operations, and how models are compared.

A migration writes a declaration out, as it writes columns out, so that it still runs when the
models have moved on. Beware: on SQLite a batch that copies a table loses its triggers. Guard the
table again after it; the comparison with the models tells if that was forgotten.
"""

from collections.abc import Sequence

from alembic.autogenerate import comparators, renderers
from alembic.autogenerate.api import AutogenContext
from alembic.operations import MigrateOperation, Operations
from alembic.operations.ops import UpgradeOps
from alembic.util import PriorityDispatchResult

from app.migrations.tables import metadata
from challenges.storage.overlaps import NoOverlap, missing_in


@Operations.register_operation("create_no_overlap")
class CreateNoOverlap(MigrateOperation):
    """Guard a table."""

    def __init__(self, table: str, declared: NoOverlap) -> None:
        self.table = table
        self.declared = declared

    @classmethod
    def create_no_overlap(
        cls,
        operations: Operations,
        name: str,
        table: str,
        *,
        key: Sequence[str],
        first_day: str,
        last_day: str,
        cut_short: str | None = None,
        where: str = "true",
    ) -> None:
        """Let no two rows of the table with the same ``key`` hold on one day."""
        declared = NoOverlap(
            name=name,
            key=tuple(key),
            first_day=first_day,
            last_day=last_day,
            cut_short=cut_short,
            where=where,
        )
        operations.invoke(cls(table, declared))

    def reverse(self) -> "DropNoOverlap":
        """What undoes it."""
        return DropNoOverlap(self.table, self.declared)

    def to_diff_tuple(self) -> tuple[str, str, NoOverlap]:
        """How a comparison names it."""
        return "add_no_overlap", self.table, self.declared


@Operations.register_operation("drop_no_overlap")
class DropNoOverlap(MigrateOperation):
    """Take the guard of a table away."""

    def __init__(self, table: str, declared: NoOverlap) -> None:
        self.table = table
        self.declared = declared

    @classmethod
    def drop_no_overlap(cls, operations: Operations, name: str, table: str) -> None:
        """Let the rows of the table overlap again."""
        declared = NoOverlap(name=name, key=(), first_day="", last_day="")
        operations.invoke(cls(table, declared))

    def reverse(self) -> CreateNoOverlap:
        """What undoes it."""
        return CreateNoOverlap(self.table, self.declared)


@Operations.implementation_for(CreateNoOverlap)
def _create(operations: Operations, operation: CreateNoOverlap) -> None:
    dialect = operations.get_bind().dialect.name
    for statement in operation.declared.create(operation.table, dialect):
        operations.execute(statement)


@Operations.implementation_for(DropNoOverlap)
def _drop(operations: Operations, operation: DropNoOverlap) -> None:
    dialect = operations.get_bind().dialect.name
    for statement in operation.declared.drop(operation.table, dialect):
        operations.execute(statement)


@comparators.dispatch_for("schema")
def _compare(
    context: AutogenContext, upgrade: UpgradeOps, _schemas: set[str | None]
) -> PriorityDispatchResult:
    """Add what the models declare and the database does not guard."""
    if context.connection is not None:
        for table, declared in missing_in(context.connection, metadata):
            upgrade.ops.append(CreateNoOverlap(table.name, declared))
    return PriorityDispatchResult.CONTINUE


@renderers.dispatch_for(CreateNoOverlap)
def _render_create(_context: AutogenContext, operation: CreateNoOverlap) -> str:
    declared = operation.declared
    more = "".join(
        f", {name}={value!r}"
        for name, value in vars(declared).items()
        if name != "name" and value is not None
    )
    return f"op.create_no_overlap({declared.name!r}, {operation.table!r}{more})"


@renderers.dispatch_for(DropNoOverlap)
def _render_drop(_context: AutogenContext, operation: DropNoOverlap) -> str:
    return f"op.drop_no_overlap({operation.declared.name!r}, {operation.table!r})"
