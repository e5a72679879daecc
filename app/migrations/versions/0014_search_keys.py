"""Find people by their names however the kanji are written, and appointments by their first day.
A deputyship keeps the last day that was named.
"""

import sqlalchemy as sa
from alembic import op

from challenges.people.names import search_key

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("person", sa.Column("search_key", sa.Text(), server_default="", nullable=False))
    _fill(op.get_bind())
    op.create_index("ix_person_search_key", "person", ["search_key"])
    op.create_index("ix_membership_valid_from", "membership", ["valid_from"])
    op.add_column("membership", sa.Column("named_to", sa.Date(), nullable=True))
    op.execute("UPDATE membership SET named_to = valid_to WHERE kind = 'DEPUTY'")


def _fill(connection: sa.Connection) -> None:
    person = sa.table(
        "person", sa.column("id"), sa.column("name"), sa.column("kana"), sa.column("search_key")
    )
    rows = [
        {"row_id": row.id, "search_key": search_key(row.name, row.kana)}
        for row in connection.execute(sa.select(person.c.id, person.c.name, person.c.kana))
    ]
    if rows:
        connection.execute(sa.update(person).where(person.c.id == sa.bindparam("row_id")), rows)


def downgrade() -> None:
    op.drop_column("membership", "named_to")
    op.drop_index("ix_membership_valid_from", "membership")
    op.drop_index("ix_person_search_key", "person")
    op.drop_column("person", "search_key")
