"""What the promise on personnel review rests on, a row a version."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "promise_basis",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("document_ja", sa.String(length=200), nullable=False),
        sa.Column("document_en", sa.String(length=200), nullable=False),
        sa.Column("article_ja", sa.String(length=200), nullable=False),
        sa.Column("article_en", sa.String(length=200), nullable=False),
        sa.Column("contact_ja", sa.String(length=200), nullable=False),
        sa.Column("contact_en", sa.String(length=200), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_promise_basis_entered_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_promise_basis")),
    )


def downgrade() -> None:
    op.drop_table("promise_basis")
