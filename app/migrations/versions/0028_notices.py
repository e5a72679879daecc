"""Notices, the kinds that people switched off, and their own hours."""

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

KINDS = (
    "QUESTION",
    "ACCEPTED",
    "WORDS",
    "BADGE",
    "WAITING",
    "CAMPAIGN_OPENS",
    "CAMPAIGN_ENDS",
    "TAKEN_BACK",
)


def _kind() -> sa.Enum:
    return sa.Enum(*KINDS, name="kind", native_enum=False, length=16, create_constraint=True)


def upgrade() -> None:
    op.create_table(
        "notice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("step_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("happened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("listed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("rises_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_notice_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_person_id")),
        sa.ForeignKeyConstraint(["step_id"], ["step.id"], name=op.f("fk_notice_step_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notice")),
        sa.UniqueConstraint("key", "person_id", name=op.f("uq_notice_key_person_id")),
    )
    is_listed = sa.text("withdrawn_at IS NULL")
    is_unread = sa.text("read_at IS NULL AND withdrawn_at IS NULL")
    op.create_index(
        "ix_notice_listed",
        "notice",
        ["person_id", "happened_at", "id"],
        sqlite_where=is_listed,
        postgresql_where=is_listed,
    )
    op.create_index(
        "ix_notice_unread",
        "notice",
        ["person_id", "rises_at"],
        sqlite_where=is_unread,
        postgresql_where=is_unread,
    )
    op.create_index("ix_notice_happened_at", "notice", ["happened_at"])
    op.create_table(
        "notice_off",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", _kind(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notice_off_person_id")),
        sa.PrimaryKeyConstraint("person_id", "kind", name=op.f("pk_notice_off")),
    )
    op.create_table(
        "notice_hours",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("begins", sa.Time(), nullable=False),
        sa.Column("ends", sa.Time(), nullable=False),
        sa.Column("every_day", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_notice_hours_person_id")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_notice_hours")),
    )


def downgrade() -> None:
    op.drop_table("notice_hours")
    op.drop_table("notice_off")
    op.drop_table("notice")
