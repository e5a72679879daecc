"""A void is a row that restoring closes, and says who took the completion back."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

# Until now a person's and a manager's void were told by these two reasons, and by who gave them.
FILL = """
INSERT INTO completion_void (completion_id, voided_at, voided_by_id, voided_how, reason)
SELECT id, voided_at, voided_by_id,
    CASE
        WHEN voided_by_id = person_id AND void_reason = '本人の取り下げ' THEN 'PERSON'
        WHEN voided_by_id = decided_by_id AND void_reason = '受けとめた人の取り消し' THEN 'MANAGER'
        ELSE 'OFFICE'
    END,
    COALESCE(void_reason, '')
FROM completion WHERE voided_at IS NOT NULL ORDER BY id
"""


def upgrade() -> None:
    op.create_table(
        "completion_void",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("completion_id", sa.Integer(), nullable=False),
        sa.Column("voided_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("voided_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "voided_how",
            sa.Enum(
                "PERSON",
                "MANAGER",
                "OFFICE",
                name="voided_how",
                native_enum=False,
                length=16,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("restored_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("restored_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["completion_id"], ["completion.id"], name=op.f("fk_completion_void_completion_id")
        ),
        sa.ForeignKeyConstraint(
            ["voided_by_id"], ["person.id"], name=op.f("fk_completion_void_voided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["restored_by_id"], ["person.id"], name=op.f("fk_completion_void_restored_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_completion_void")),
    )
    is_open = sa.text("restored_at IS NULL")
    op.create_index(
        "uq_completion_void_open",
        "completion_void",
        ["completion_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.execute(FILL)


def downgrade() -> None:
    op.drop_table("completion_void")
