"""Find what was begun or submitted on a step by its day, as campaigns do."""

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_submission_step_id_created_at", "submission", ["step_id", "created_at"])
    op.create_index("ix_submission_step_id_submitted_at", "submission", ["step_id", "submitted_at"])


def downgrade() -> None:
    op.drop_index("ix_submission_step_id_submitted_at", "submission")
    op.drop_index("ix_submission_step_id_created_at", "submission")
