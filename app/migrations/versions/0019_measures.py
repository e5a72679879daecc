"""Measures of indicators, the imports they came in with, and successors of units."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "measure_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("mapping", sa.JSON(), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=True),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "RUNNING",
                "SHOWN",
                "CANCELLED",
                "FAILED",
                "UNDONE",
                name="import_state",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("begun_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("begun_by_id", sa.Integer(), nullable=True),
        sa.Column("token_id", sa.Integer(), nullable=True),
        sa.Column("shown_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by_id", sa.Integer(), nullable=True),
        sa.Column("undone_reason", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["begun_by_id"], ["person.id"], name=op.f("fk_measure_import_begun_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by_id"], ["person.id"], name=op.f("fk_measure_import_undone_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure_import")),
    )
    op.create_table(
        "unit_successor",
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("successor_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("entered_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["entered_by_id"], ["person.id"], name=op.f("fk_unit_successor_entered_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["successor_id"], ["unit.id"], name=op.f("fk_unit_successor_successor_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_unit_successor_unit_id")),
        sa.PrimaryKeyConstraint("unit_id", "successor_id", name=op.f("pk_unit_successor")),
    )
    op.create_table(
        "measure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("indicator", sa.String(length=60), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=True),
        sa.Column("period", sa.Date(), nullable=False),
        sa.Column(
            "variant",
            sa.Enum(
                "ALL", "WITHOUT_DISASTER", name="variant", native_enum=False, create_constraint=True
            ),
            nullable=False,
        ),
        sa.Column("value", sa.Double(), nullable=True),
        sa.Column("numerator", sa.Double(), nullable=True),
        sa.Column("denominator", sa.Double(), nullable=True),
        sa.Column("by_calendar", sa.Integer(), nullable=True),
        sa.Column("is_hidden", sa.Boolean(), nullable=False),
        sa.Column(
            "source",
            sa.Enum(
                "COMPUTED",
                "IMPORTED",
                "ENTERED",
                name="source",
                native_enum=False,
                create_constraint=True,
                length=16,
            ),
            nullable=False,
        ),
        sa.Column("import_id", sa.Integer(), nullable=True),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(source = 'IMPORTED') = (import_id IS NOT NULL)", name=op.f("ck_measure_import_named")
        ),
        sa.CheckConstraint(
            "NOT is_hidden OR value IS NULL", name=op.f("ck_measure_hidden_without_value")
        ),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_measure_by_id")),
        sa.ForeignKeyConstraint(
            ["import_id"], ["measure_import.id"], name=op.f("fk_measure_import_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_measure_unit_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_measure")),
    )
    op.create_index("ix_measure_import_id", "measure", ["import_id"], unique=False)
    op.create_index(
        "ix_measure_key",
        "measure",
        ["indicator", "unit_id", "period", "variant", "published_at"],
        unique=False,
    )
    op.create_index("ix_measure_published_at", "measure", ["published_at"], unique=False)


def downgrade() -> None:
    op.drop_index("ix_measure_published_at", table_name="measure")
    op.drop_index("ix_measure_key", table_name="measure")
    op.drop_index("ix_measure_import_id", table_name="measure")
    op.drop_table("measure")
    op.drop_table("unit_successor")
    op.drop_table("measure_import")
