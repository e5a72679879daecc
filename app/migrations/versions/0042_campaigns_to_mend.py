"""Notices of campaigns that have to be mended."""

import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
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
    "CHEER",
    "THANKS",
)
NEW, AT = "CAMPAIGN_MEND", KINDS.index("TAKEN_BACK")
TABLES = ("notice", "notice_off")


def upgrade() -> None:
    for table in TABLES:
        # In the order of the kinds as they are declared.
        _allow(table, (*KINDS[:AT], NEW, *KINDS[AT:]))


def downgrade() -> None:
    for table in TABLES:
        rows = sa.table(table, sa.column("kind", sa.String))
        op.execute(sa.delete(rows).where(rows.c.kind == NEW))
        _allow(table, KINDS)


def _allow(table: str, kinds: tuple[str, ...]) -> None:
    check = op.f(f"ck_{table}_kind")
    words = ", ".join(f"'{one}'" for one in kinds)
    with op.batch_alter_table(table) as batch_op:
        # SQLite copies the table without its checks, which Alembic does not read.
        if op.get_bind().dialect.name != "sqlite":
            batch_op.drop_constraint(check, type_="check")
        batch_op.create_check_constraint(check, sa.text(f"kind IN ({words})"))
