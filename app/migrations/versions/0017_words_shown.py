"""Say since when a person lets others read what they wrote for a step."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

SHOWN = sa.text("words_shown_at IS NOT NULL")


def upgrade() -> None:
    op.add_column("submission", sa.Column("words_shown_at", sa.DateTime(timezone=True)))
    op.create_index(
        "ix_submission_words_shown",
        "submission",
        ["unit_id", "id"],
        sqlite_where=SHOWN,
        postgresql_where=SHOWN,
    )


def downgrade() -> None:
    op.drop_index("ix_submission_words_shown", "submission")
    op.drop_column("submission", "words_shown_at")
