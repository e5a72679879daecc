"""An index that tells when snapshots were made without a look at their long figures."""

from alembic import op

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_campaign_snapshot_made_at", "campaign_snapshot", ["campaign_id", "made_at"])


def downgrade() -> None:
    op.drop_index("ix_campaign_snapshot_made_at", table_name="campaign_snapshot")
