"""When a deputy's time was ended, so that the day on which it was stays in the books."""

import sqlalchemy as sa
from alembic import op

from challenges.models import UtcDateTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("membership", sa.Column("ended_at", UtcDateTime(timezone=True), nullable=True))
