"""A question each quarter that keeps no answers, and people about whom nobody is reminded."""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pulse_count",
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("answers", sa.Integer(), nullable=False),
        sa.CheckConstraint("value BETWEEN 1 AND 5", name=op.f("ck_pulse_count_five_values")),
        sa.CheckConstraint("answers >= 0", name=op.f("ck_pulse_count_not_below_zero")),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_pulse_count_unit_id")),
        sa.PrimaryKeyConstraint("quarter", "unit_id", "value", name=op.f("pk_pulse_count")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pulse_ticket",
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("quarter", "ticket", name=op.f("pk_pulse_ticket")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pulse_words",
        sa.Column("key", sa.String(length=32), nullable=False),
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("is_read", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_pulse_words")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "pulse_skip",
        sa.Column("quarter", sa.Date(), nullable=False),
        sa.Column("skipped_by_id", sa.Integer(), nullable=False),
        sa.Column("skipped_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["skipped_by_id"], ["person.id"], name=op.f("fk_pulse_skip_skipped_by_id")
        ),
        sa.PrimaryKeyConstraint("quarter", name=op.f("pk_pulse_skip")),
    )
    op.create_table(
        "not_suggested",
        sa.Column("person_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_not_suggested_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_not_suggested")),
    )


def downgrade() -> None:
    op.drop_table("not_suggested")
    op.drop_table("pulse_skip")
    op.drop_table("pulse_words")
    op.drop_table("pulse_ticket")
    op.drop_table("pulse_count")
