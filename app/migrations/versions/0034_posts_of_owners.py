"""The post in which the owner and the deputy of a campaign were named."""

import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

PLACES = ("owner", "deputy")
CAMPAIGN = sa.table(
    "campaign", *(sa.column(f"{place}{end}") for place in PLACES for end in ("_id", "_unit_id"))
)
POST = sa.table(
    "membership",
    sa.column("person_id"),
    sa.column("unit_id"),
    sa.column("is_primary", sa.Boolean()),
    sa.column("valid_from"),
    sa.column("valid_to"),
)


def upgrade() -> None:
    for place in PLACES:
        with op.batch_alter_table("campaign") as batch_op:
            batch_op.add_column(sa.Column(f"{place}_unit_id", sa.Integer()))
            batch_op.create_foreign_key(
                op.f(f"fk_campaign_{place}_unit_id"), "unit", [f"{place}_unit_id"], ["id"]
            )
        # When they were named is not stored, so it is where they work today.
        post_today = (
            sa.select(POST.c.unit_id)
            .where(POST.c.person_id == CAMPAIGN.c[f"{place}_id"], POST.c.is_primary)
            .where(POST.c.valid_from <= sa.func.current_date())
            .where(POST.c.valid_to.is_(None) | (POST.c.valid_to >= sa.func.current_date()))
            .order_by(POST.c.valid_from.desc())
            .limit(1)
            .scalar_subquery()
        )
        op.execute(sa.update(CAMPAIGN).values({f"{place}_unit_id": post_today}))


def downgrade() -> None:
    for place in PLACES:
        with op.batch_alter_table("campaign") as batch_op:
            batch_op.drop_constraint(op.f(f"fk_campaign_{place}_unit_id"), type_="foreignkey")
            batch_op.drop_column(f"{place}_unit_id")
