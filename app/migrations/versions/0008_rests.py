"""A rest is a row from-to, and stays when its person comes back."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

FILL = """
INSERT INTO rest (person_id, begun_at)
SELECT id, paused_at FROM person WHERE paused_at IS NOT NULL ORDER BY id
"""


def upgrade() -> None:
    op.create_table(
        "rest",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_rest_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rest")),
    )
    is_open = sa.text("ended_at IS NULL")
    op.create_index(
        "uq_rest_open",
        "rest",
        ["person_id"],
        unique=True,
        sqlite_where=is_open,
        postgresql_where=is_open,
    )
    op.execute(FILL)


def downgrade() -> None:
    op.drop_table("rest")
