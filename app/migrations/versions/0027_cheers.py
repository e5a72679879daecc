"""Cheers, and how many of them somebody has given in a week."""

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_STANDS = sa.text("taken_back_at IS NULL")


def upgrade() -> None:
    op.create_table(
        "cheer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("completion_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column(
            "stamp",
            sa.Enum(
                "HELPED",
                "IMITATE",
                "QUESTION",
                "CAREFUL",
                "FIRST_STEP",
                "KEEPS_ON",
                "CONNECTED",
                "WELL_DONE",
                name="stamp",
                native_enum=False,
                length=16,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("taken_back_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("refunded", sa.Boolean(), nullable=False),
        sa.Column("shown_to_others", sa.Boolean(), nullable=False),
        sa.Column("thanked_at", sa.DateTime(timezone=True), nullable=True),
        sa.CheckConstraint("giver_id <> receiver_id", name=op.f("ck_cheer_not_to_oneself")),
        sa.ForeignKeyConstraint(
            ["completion_id"], ["completion.id"], name=op.f("fk_cheer_completion_id")
        ),
        sa.ForeignKeyConstraint(["giver_id"], ["person.id"], name=op.f("fk_cheer_giver_id")),
        sa.ForeignKeyConstraint(["receiver_id"], ["person.id"], name=op.f("fk_cheer_receiver_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cheer")),
    )
    op.create_index(
        "uq_cheer_stands",
        "cheer",
        ["completion_id", "giver_id", "stamp"],
        unique=True,
        sqlite_where=_STANDS,
        postgresql_where=_STANDS,
    )
    op.create_index("ix_cheer_receiver_id_given_at", "cheer", ["receiver_id", "given_at"])
    op.create_index("ix_cheer_giver_id_week", "cheer", ["giver_id", "week"])
    op.create_table(
        "cheer_budget",
        sa.Column("giver_id", sa.Integer(), nullable=False),
        sa.Column("week", sa.Date(), nullable=False),
        sa.Column("spent", sa.Integer(), nullable=False),
        sa.CheckConstraint("spent >= 0", name=op.f("ck_cheer_budget_not_negative")),
        sa.ForeignKeyConstraint(["giver_id"], ["person.id"], name=op.f("fk_cheer_budget_giver_id")),
        sa.PrimaryKeyConstraint("giver_id", "week", name=op.f("pk_cheer_budget")),
    )


def downgrade() -> None:
    op.drop_table("cheer_budget")
    op.drop_index("ix_cheer_giver_id_week", table_name="cheer")
    op.drop_index("ix_cheer_receiver_id_given_at", table_name="cheer")
    op.drop_index("uq_cheer_stands", table_name="cheer")
    op.drop_table("cheer")
