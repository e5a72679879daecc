"""Who is counted: employment, days that do not count, the site of a unit, former numbers."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

EMPLOYMENTS = ("REGULAR", "FISCAL_YEAR", "DISPATCHED", "SECONDED", "OUTSOURCED")
SITES = ("HEAD", "BRANCH")


def upgrade() -> None:
    _add_choice("membership", "employment", EMPLOYMENTS)
    _add_choice("unit", "site", SITES)
    op.create_table(
        "uncounted_period",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "last_day IS NULL OR last_day >= first_day",
            name=op.f("ck_uncounted_period_dates_in_order"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_uncounted_period_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_uncounted_period")),
    )
    op.create_index("ix_uncounted_period_person_id", "uncounted_period", ["person_id"])
    op.create_table(
        "former_number",
        sa.Column("employee_number", sa.String(length=32), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_former_number_person_id")
        ),
        sa.PrimaryKeyConstraint("employee_number", name=op.f("pk_former_number")),
    )
    op.create_index("ix_former_number_person_id", "former_number", ["person_id"])


def downgrade() -> None:
    op.drop_table("former_number")
    op.drop_table("uncounted_period")
    op.execute("ALTER TABLE unit DROP COLUMN site")
    op.execute("ALTER TABLE membership DROP COLUMN employment")


def _add_choice(table: str, column: str, words: tuple[str, ...]) -> None:
    """Add an optional column for one of those words."""
    # Written out, because SQLite takes a new constraint only as a part of a new column.
    listed = ", ".join(f"'{word}'" for word in words)
    op.execute(
        f"ALTER TABLE {table} ADD COLUMN {column} VARCHAR(16)"
        f" CONSTRAINT ck_{table}_{column} CHECK ({column} IN ({listed}))"
    )
