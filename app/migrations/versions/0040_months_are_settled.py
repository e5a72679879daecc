"""The day on which a month is settled beside its counting, and an index with all that is asked of
the first words of a month.

What was folded is folded again by the next night, because a later spread that the calendar accepted
was taken for the first one. Every month is counted again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("month_count", sa.Column("settled_on", sa.Date(), nullable=True))
    op.execute("UPDATE month_count SET is_stale = TRUE, counted_until = NULL")
    op.execute("UPDATE fold_progress SET folded_until = 0")
    op.drop_index("ix_first_word_submitted_on", table_name="first_word")
    op.create_index(
        "ix_first_word_submitted_on", "first_word", ["submitted_on", "worded_on", "person_id"]
    )


def downgrade() -> None:
    op.drop_index("ix_first_word_submitted_on", table_name="first_word")
    op.create_index("ix_first_word_submitted_on", "first_word", ["submitted_on"])
    op.drop_column("month_count", "settled_on")
