"""A role rests on a post, and ends with it."""

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.add_column(sa.Column("unit_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_role_grant_unit_id"), "unit", ["unit_id"], ["id"]
        )
    # What is held rests on the main appointment that goes on. Whoever has none waits for the next.
    op.execute(
        "UPDATE role_grant SET unit_id = (SELECT membership.unit_id FROM membership"
        " WHERE membership.person_id = role_grant.person_id AND membership.is_primary"
        " AND membership.valid_to IS NULL ORDER BY membership.valid_from LIMIT 1)"
        " WHERE revoked_at IS NULL"
    )


def downgrade() -> None:
    with op.batch_alter_table("role_grant", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_role_grant_unit_id"), type_="foreignkey")
        batch_op.drop_column("unit_id")
