"""Lights of teams in campaigns."""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "team_light",
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("unit_id", sa.Integer(), nullable=False),
        sa.Column("lit_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_team_light_campaign_id")
        ),
        sa.ForeignKeyConstraint(["unit_id"], ["unit.id"], name=op.f("fk_team_light_unit_id")),
        sa.PrimaryKeyConstraint("campaign_id", "unit_id", name=op.f("pk_team_light")),
    )
    op.create_index(
        "ix_campaign_count_campaign_id_unit_id",
        "campaign_count",
        ["campaign_id", "unit_id", "person_id"],
        unique=False,
    )


def downgrade() -> None:
    op.drop_index("ix_campaign_count_campaign_id_unit_id", table_name="campaign_count")
    op.drop_table("team_light")
