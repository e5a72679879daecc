"""What the office says on the dashboard."""

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "HEADLINE",
                "READING",
                "SIX_LINES",
                "PROBLEM",
                "KPI",
                "KPI_VALUE",
                "CORRECTION",
                name="statement_kind",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "DRAFT",
                "WAITING",
                "APPROVED",
                "WITHDRAWN",
                name="statement_state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("written_by_id", sa.Integer(), nullable=True),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("handed_back", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["person.id"], name=op.f("fk_statement_decided_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["written_by_id"], ["person.id"], name=op.f("fk_statement_written_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
    )
    op.create_index("ix_statement_kind_subject", "statement", ["kind", "subject"], unique=False)
    op.create_index("ix_statement_state", "statement", ["state", "decided_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_statement_state", table_name="statement")
    op.drop_index("ix_statement_kind_subject", table_name="statement")
    op.drop_table("statement")
