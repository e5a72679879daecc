"""Charts of indicators, drawn ahead."""

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "stored_chart",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("indicator", sa.String(length=60), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("wide", sa.Text(), nullable=False),
        sa.Column("narrow", sa.Text(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_stored_chart")),
    )
    op.create_index("ix_stored_chart_indicator", "stored_chart", ["indicator"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_stored_chart_indicator", table_name="stored_chart")
    op.drop_table("stored_chart")
