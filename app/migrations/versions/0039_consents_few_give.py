"""An index that finds the people who give a consent, for one that few give."""

import sqlalchemy as sa
from alembic import op

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_IS_CURRENT = sa.text("withdrawn_at IS NULL")


def upgrade() -> None:
    op.create_index(
        "ix_consent_given_consent",
        "consent_given",
        ["consent", "person_id"],
        sqlite_where=_IS_CURRENT,
        postgresql_where=_IS_CURRENT,
    )


def downgrade() -> None:
    op.drop_index("ix_consent_given_consent", table_name="consent_given")
