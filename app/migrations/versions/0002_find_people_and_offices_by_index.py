"""Find people and offices by index."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(
            "ix_person_has_left",
            ["id"],
            unique=False,
            sqlite_where=sa.text("deactivated_at IS NOT NULL"),
            postgresql_where=sa.text("deactivated_at IS NOT NULL"),
        )

    with op.batch_alter_table("unit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_unit_parent_id"))
        batch_op.create_index("ix_unit_parent_id_id", ["parent_id", "id"], unique=False)
