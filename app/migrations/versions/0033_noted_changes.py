"""Changes of what is measured, noted by the office: one more kind of statement."""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0028"
branch_labels = None
depends_on = None

KINDS = ("HEADLINE", "READING", "SIX_LINES", "PROBLEM", "KPI", "KPI_VALUE", "CORRECTION")
CHECK = "ck_statement_statement_kind"


def upgrade() -> None:
    _allow((*KINDS, "CHANGE"))


def downgrade() -> None:
    op.execute("DELETE FROM statement WHERE kind = 'CHANGE'")
    _allow(KINDS)


def _allow(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{one}'" for one in kinds)
    with op.batch_alter_table("statement") as batch_op:
        # SQLite copies the table without its checks, which Alembic does not read.
        if op.get_bind().dialect.name != "sqlite":
            batch_op.drop_constraint(op.f(CHECK), type_="check")
        batch_op.create_check_constraint(op.f(CHECK), sa.text(f"kind IN ({words})"))
