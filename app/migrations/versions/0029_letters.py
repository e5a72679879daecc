"""Letters by e-mail, who wants the weekly one, and forgotten passwords."""

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

IS_OPEN = sa.text("ended_at IS NULL")
IS_WANTED = sa.text("state = 'WANTED'")
IS_SENDING = sa.text("state = 'SENDING'")
IS_TROUBLE = sa.text("state IN ('REFUSED', 'UNKNOWN')")
KINDS = ("WEEKLY", "PASSWORD", "INVITATION")
STATES = ("WANTED", "SENDING", "SENT", "REFUSED", "UNKNOWN", "CANCELLED")


def upgrade() -> None:
    op.create_table(
        "letter_wish",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("wanted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_letter_wish_person_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_wish")),
    )
    op.create_index(
        "uq_letter_wish_open",
        "letter_wish",
        ["person_id"],
        unique=True,
        sqlite_where=IS_OPEN,
        postgresql_where=IS_OPEN,
    )
    op.create_table(
        "letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", _one_of(KINDS, "kind"), nullable=False),
        sa.Column("key", sa.String(length=40), nullable=False),
        sa.Column("state", _one_of(STATES, "state"), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("sending_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_letter_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter")),
        sa.UniqueConstraint("person_id", "kind", "key", name=op.f("uq_letter_person_id_kind_key")),
    )
    for name, column, condition in (
        ("ix_letter_due", "due_at", IS_WANTED),
        ("ix_letter_sending", "sending_at", IS_SENDING),
        ("ix_letter_trouble", "id", IS_TROUBLE),
    ):
        op.create_index(
            name, "letter", [column], sqlite_where=condition, postgresql_where=condition
        )
    op.create_table(
        "password_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=254), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_password_request")),
    )


def downgrade() -> None:
    op.drop_table("password_request")
    op.drop_table("letter")
    op.drop_table("letter_wish")


def _one_of(words: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=16, create_constraint=True)
