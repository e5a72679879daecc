"""Say with each endorsement what was good, and when it was edited."""

import sqlalchemy as sa
from alembic import op

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "endorsement", sa.Column("praise", sa.String(80), nullable=False, server_default="")
    )
    op.add_column("endorsement", sa.Column("edited_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_endorsement_endorser_id_given_at", "endorsement", ["endorser_id", "given_at"]
    )


def downgrade() -> None:
    op.drop_index("ix_endorsement_endorser_id_given_at", "endorsement")
    op.drop_column("endorsement", "edited_at")
    op.drop_column("endorsement", "praise")
