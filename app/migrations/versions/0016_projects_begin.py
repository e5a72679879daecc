"""A project has a first day, and remembers what the DX office edited of it.

A campaign remembers what last night's lint found.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("project", sa.Column("starts_on", sa.Date(), nullable=True))
    op.add_column("project", sa.Column("edited", sa.JSON(), nullable=True))
    op.add_column("campaign", sa.Column("error_codes", sa.JSON(), nullable=True))


def downgrade() -> None:
    op.drop_column("campaign", "error_codes")
    op.drop_column("project", "edited")
    op.drop_column("project", "starts_on")
