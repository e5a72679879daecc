"""Notices of cheers and of the thanks for them, and which cheers went to another unit."""

from datetime import UTC, date, timedelta
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

KINDS = (
    "QUESTION",
    "ACCEPTED",
    "WORDS",
    "BADGE",
    "WAITING",
    "CAMPAIGN_OPENS",
    "CAMPAIGN_ENDS",
    "TAKEN_BACK",
    "MASKED",
)
NEW = ("CHEER", "THANKS")
TABLES = ("notice", "notice_off")
TOKYO = timedelta(hours=9)

CHEER = sa.table(
    "cheer",
    sa.column("id", sa.Integer),
    sa.column("giver_id", sa.Integer),
    sa.column("receiver_id", sa.Integer),
    sa.column("given_at", sa.DateTime(timezone=True)),
    sa.column("other_unit", sa.Boolean),
)
MEMBERSHIP = sa.table(
    "membership",
    sa.column("person_id", sa.Integer),
    sa.column("unit_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("is_primary", sa.Boolean),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
)


def upgrade() -> None:
    op.add_column(
        "cheer", sa.Column("other_unit", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    connection = op.get_bind()
    for cheer in connection.execute(sa.select(CHEER)).all():
        connection.execute(_mark_if_of_another_unit(cheer))
    for table in TABLES:
        _allow(table, (*KINDS, *NEW))


def _mark_if_of_another_unit(cheer: sa.Row[Any]) -> sa.Update:
    at = cheer.given_at.astimezone(UTC) if cheer.given_at.tzinfo else cheer.given_at
    day = (at + TOKYO).date()
    theirs, own = MEMBERSHIP.alias("theirs"), MEMBERSHIP.alias("own")
    is_own = sa.exists().where(
        own.c.person_id == cheer.giver_id,
        own.c.unit_id == theirs.c.unit_id,
        own.c.kind != "DEPUTY",
        _holds(own, day),
    )
    is_another = sa.exists().where(
        theirs.c.person_id == cheer.receiver_id, theirs.c.is_primary, _holds(theirs, day), ~is_own
    )
    return sa.update(CHEER).where(CHEER.c.id == cheer.id, is_another).values(other_unit=sa.true())


def _holds(membership: sa.FromClause, day: date) -> sa.ColumnElement[bool]:
    ends = membership.c.valid_to
    return (membership.c.valid_from <= day) & sa.or_(ends.is_(None), ends >= day)


def downgrade() -> None:
    op.drop_column("cheer", "other_unit")
    for table in TABLES:
        op.execute(f"DELETE FROM {table} WHERE kind IN ('CHEER', 'THANKS')")  # noqa: S608  # ours
        _allow(table, KINDS)


def _allow(table: str, kinds: tuple[str, ...]) -> None:
    check = op.f(f"ck_{table}_kind")
    words = ", ".join(f"'{one}'" for one in kinds)
    with op.batch_alter_table(table) as batch_op:
        # SQLite copies the table without its checks, which Alembic does not read.
        if op.get_bind().dialect.name != "sqlite":
            batch_op.drop_constraint(check, type_="check")
        batch_op.create_check_constraint(check, sa.text(f"kind IN ({words})"))
