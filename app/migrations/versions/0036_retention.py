"""How long words of people are kept. Facts are kept for ever, and lose those that they repeat."""

import sqlalchemy as sa
from alembic import op

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

KINDS = (
    "STEP",
    "DAY",
    "QUESTION",
    "ENDORSEMENT",
    "CHEER",
    "NOMINATION",
    "REPORT",
    "VOIDING",
    "MASK",
    "CONCERN",
    "PULSE",
)


def upgrade() -> None:
    op.create_table(
        "retention_period",
        sa.Column(
            "kind",
            sa.Enum(*KINDS, name="kind", native_enum=False, length=16, create_constraint=True),
            nullable=False,
        ),
        sa.Column("years", sa.Integer(), nullable=True),
        sa.Column("edition", sa.Integer(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_retention_period_entered_by_id")
        ),
        sa.PrimaryKeyConstraint("kind", name=op.f("pk_retention_period")),
    )
    without_reason = "(about::jsonb - 'reason')::json"
    if op.get_bind().dialect.name == "sqlite":
        without_reason = "json_remove(about, '$.reason')"
    op.execute(f"UPDATE fact SET about = {without_reason} WHERE kind = 'step_undone'")  # noqa: S608  # ours


def downgrade() -> None:
    op.drop_table("retention_period")
