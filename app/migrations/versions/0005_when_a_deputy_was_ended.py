"""When a deputy's time was ended, so that the day on which it was stays in the books."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("membership", sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True))
