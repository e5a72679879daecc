"""A completion of somebody who does it already is marked, and found by unit."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

CHECK = "ck_completion_decided_how"
BEFORE = "decided_how IN ('SELF', 'QUIZ', 'MANAGER', 'OVERDUE')"
AFTER = "decided_how IN ('SELF', 'QUIZ', 'MANAGER', 'OVERDUE', 'ALREADY_DOING')"

# Until now the submission alone told it. A manager's decision stays a manager's.
FILL = """
UPDATE completion SET decided_how = 'ALREADY_DOING'
WHERE decided_how = 'SELF'
    AND submission_id IN (SELECT id FROM submission WHERE is_already_doing)
"""
EMPTY = "UPDATE completion SET decided_how = 'SELF' WHERE decided_how = 'ALREADY_DOING'"


def upgrade() -> None:
    _allow(AFTER)
    op.execute(FILL)
    is_already_doing = sa.text("decided_how = 'ALREADY_DOING'")
    op.create_index(
        "ix_completion_already_doing",
        "completion",
        ["unit_id", "happened_at"],
        sqlite_where=is_already_doing,
        postgresql_where=is_already_doing,
    )


def downgrade() -> None:
    op.drop_index("ix_completion_already_doing", "completion")
    op.execute(EMPTY)
    _allow(BEFORE)


def _allow(words: str) -> None:
    with op.batch_alter_table("completion") as batch_op:
        # SQLite copies the table without its checks, which Alembic does not read.
        if op.get_bind().dialect.name != "sqlite":
            batch_op.drop_constraint(op.f(CHECK), type_="check")
        batch_op.create_check_constraint(op.f(CHECK), words)
