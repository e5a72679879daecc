"""What Alembic runs. app/migrations/__init__.py gives it a connection with lock and transaction."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Enum

from app.migrations import overlaps  # noqa: F401  # gives `op` an operation of our own
from app.migrations.tables import is_ours, metadata
from challenges.storage.orm import UtcDateTime


def render_item(kind: str, item: Any, _context: AutogenContext) -> str | Literal[False]:
    """Write our own column types as plain SQLAlchemy.

    A migration imports nothing of ours, so that it still runs when the code has moved on.
    """
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, Enum):
        words = ", ".join(f'"{word}"' for word in item.enums)
        size = f"native_enum=False, length={item.length}, create_constraint=True"
        return f'sa.Enum({words}, name="{item.name}", {size})'
    return False


connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    render_item=render_item,
    include_object=is_ours,
    compare_type=True,
)
context.run_migrations()
