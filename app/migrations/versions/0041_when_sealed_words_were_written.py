"""When sealed words were written: files of a request to disclose list them under that day."""

import sqlalchemy as sa
from alembic import op
from alembic.operations import BatchOperations

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

CHECKS = {
    "kind": ("STEP", "QUESTION", "ENDORSEMENT", "CHEER", "NOMINATION"),
    "because": ("MASKED", "REWORDED", "TAKEN_BACK"),
}
WRITTEN_AT = {
    "STEP": ("submission", "submitted_at"),
    "QUESTION": ("submission", "asked_at"),
    "ENDORSEMENT": ("endorsement", "given_at"),
    "CHEER": ("cheer", "given_at"),
    "NOMINATION": ("nomination", "begun_at"),
}
"""By kind of text: where its row says when it was written."""
SEALED = sa.table(
    "sealed_words",
    sa.column("kind", sa.String),
    sa.column("text_id", sa.Integer),
    sa.column("sealed_at", sa.DateTime(timezone=True)),
    sa.column("written_at", sa.DateTime(timezone=True)),
)


def upgrade() -> None:
    op.add_column(
        "sealed_words", sa.Column("written_at", sa.DateTime(timezone=True), nullable=True)
    )
    op.execute(sa.update(SEALED).values(written_at=SEALED.c.sealed_at))
    for kind, (table, column) in WRITTEN_AT.items():
        op.execute(_as_their_row_says(kind, table, column))
    with op.batch_alter_table("sealed_words") as batch_op:
        batch_op.alter_column("written_at", nullable=False)
        _check_again(batch_op)


def _as_their_row_says(kind: str, table: str, column: str) -> sa.Update:
    row = sa.table(table, sa.column("id", sa.Integer), sa.column(column))
    written_at = row.c[column]
    # Later than the seal: other words stand there by now.
    found = row.c.id == SEALED.c.text_id, written_at <= SEALED.c.sealed_at
    return (
        sa.update(SEALED)
        .where(SEALED.c.kind == kind, sa.exists().where(*found))
        .values(written_at=sa.select(written_at).where(*found).scalar_subquery())
    )


def downgrade() -> None:
    with op.batch_alter_table("sealed_words") as batch_op:
        batch_op.drop_column("written_at")
        _check_again(batch_op)


def _check_again(batch_op: BatchOperations) -> None:
    # SQLite copies the table without its checks, which Alembic does not read.
    if op.get_bind().dialect.name != "sqlite":
        return
    for column, words in CHECKS.items():
        allowed = sa.column(column).in_([sa.literal(one, literal_execute=True) for one in words])
        batch_op.create_check_constraint(op.f(f"ck_sealed_words_{column}"), allowed)
