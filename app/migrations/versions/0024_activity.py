"""What each person did on each day, the people of units by month, and what was closed."""

import sqlalchemy as sa
from alembic import op

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "closing",
        sa.Column("indicator", sa.String(length=60), nullable=False),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("indicator", "period", name=op.f("pk_closing")),
    )
    op.create_table(
        "fold_progress",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("folded_until", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fold_progress")),
    )
    # What was done before these tables is folded person by person, from the first on.
    op.execute("INSERT INTO fold_progress (id, folded_until) VALUES (1, 0)")
    op.create_table(
        "month_count",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("counted_until", sa.Integer(), nullable=True),
        sa.Column("counted_on", sa.Date(), nullable=True),
        sa.Column("is_stale", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("month", name=op.f("pk_month_count")),
    )
    op.create_table(
        "changed_day",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_changed_day_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_changed_day")),
    )
    op.create_table(
        "person_day",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("habits", sa.Integer(), nullable=False),
        sa.Column("spreads", sa.Integer(), nullable=False),
        sa.Column("by_calendar", sa.Integer(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("quiz_passes", sa.Integer(), nullable=False),
        sa.Column("first_word_on", sa.Date(), nullable=True),
        sa.Column("tries_before_habit", sa.Integer(), nullable=False),
        sa.Column("became_habit", sa.Integer(), nullable=False),
        sa.Column("became_habit_by_calendar", sa.Integer(), nullable=False),
        sa.Column("habits_before_spread", sa.Integer(), nullable=False),
        sa.Column("was_spread", sa.Integer(), nullable=False),
        sa.Column("was_spread_by_calendar", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_day_person_id")),
        sa.PrimaryKeyConstraint("person_id", "day", name=op.f("pk_person_day")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "unit_month",
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("managers", sa.Integer(), nullable=False),
        sa.Column("tried", sa.Integer(), nullable=False),
        sa.Column("tried_by_calendar", sa.Integer(), nullable=False),
        sa.Column("managers_tried", sa.Integer(), nullable=False),
        sa.Column("managers_tried_by_calendar", sa.Integer(), nullable=False),
        sa.Column("unnoticed", sa.Integer(), nullable=False),
        sa.Column("learned", sa.Integer(), nullable=False),
        sa.Column("began", sa.Integer(), nullable=False),
        sa.Column("became_habit", sa.Integer(), nullable=False),
        sa.Column("became_habit_by_calendar", sa.Integer(), nullable=False),
        sa.Column("used", sa.Integer(), nullable=False),
        sa.Column("was_spread", sa.Integer(), nullable=False),
        sa.Column("was_spread_by_calendar", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_month_unit_id")),
        sa.PrimaryKeyConstraint("month", "unit_id", name=op.f("pk_unit_month")),
    )
    op.create_table(
        "first_word",
        sa.Column("completion_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("submitted_on", sa.Date(), nullable=False),
        sa.Column("worded_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["completion_id"], ["completion.id"], name=op.f("fk_first_word_completion_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_first_word_person_id")),
        sa.PrimaryKeyConstraint("completion_id", name=op.f("pk_first_word")),
    )
    op.create_index("ix_first_word_person_id", "first_word", ["person_id"], unique=False)
    op.create_index("ix_first_word_submitted_on", "first_word", ["submitted_on"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_first_word_submitted_on", table_name="first_word")
    op.drop_index("ix_first_word_person_id", table_name="first_word")
    op.drop_table("first_word")
    op.drop_table("unit_month")
    op.drop_table("person_day")
    op.drop_table("changed_day")
    op.drop_table("month_count")
    op.drop_table("fold_progress")
    op.drop_table("closing")
