"""Words that are reported, masked and sealed; givers that are silenced; the consultation desk."""

import sqlalchemy as sa
from alembic import op

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

TEXTS = ("STEP", "QUESTION", "ENDORSEMENT", "CHEER", "NOMINATION")
BECAUSE = ("MASKED", "REWORDED", "TAKEN_BACK")
NOTICES = (
    "QUESTION",
    "ACCEPTED",
    "WORDS",
    "BADGE",
    "WAITING",
    "CAMPAIGN_OPENS",
    "CAMPAIGN_ENDS",
    "TAKEN_BACK",
)
TOLD = ("notice", "notice_off")


def upgrade() -> None:
    _seals()
    _masks()
    _reports()
    _silences()
    _passed_on()
    _settings()
    _allow_notices((*NOTICES, "MASKED"))


def downgrade() -> None:
    for table in TOLD:
        op.execute(f"DELETE FROM {table} WHERE kind = 'MASKED'")  # noqa: S608  # names of ours
    _allow_notices(NOTICES)
    for table in (
        "sealing_term",
        "consultation_desk",
        "passed_on",
        "silence",
        "words_report",
        "mask",
        "sealed_words",
    ):
        op.drop_table(table)


def _one_of(words: tuple[str, ...], name: str) -> sa.Enum:
    return sa.Enum(*words, name=name, native_enum=False, length=16, create_constraint=True)


def _at(name: str, *, nullable: bool = False) -> sa.Column[sa.DateTime]:
    return sa.Column(name, sa.DateTime(timezone=True), nullable=nullable)


def _person(table: str, *names: str) -> list[sa.ForeignKeyConstraint]:
    return [
        sa.ForeignKeyConstraint([name], ["person.id"], name=op.f(f"fk_{table}_{name}"))
        for name in names
    ]


def _text() -> tuple[sa.Column[str], sa.Column[int]]:
    return (
        sa.Column("kind", _one_of(TEXTS, "kind"), nullable=False),
        sa.Column("text_id", sa.Integer(), nullable=False),
    )


def _seals() -> None:
    op.create_table(
        "sealed_words",
        sa.Column("id", sa.Integer(), nullable=False),
        *_text(),
        sa.Column("writer_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("link", sa.String(length=500), nullable=True),
        sa.Column("because", _one_of(BECAUSE, "because"), nullable=False),
        _at("sealed_at"),
        *_person("sealed_words", "writer_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealed_words")),
    )
    op.create_index("ix_sealed_words_text", "sealed_words", ["kind", "text_id"])
    op.create_index(op.f("ix_sealed_words_writer_id"), "sealed_words", ["writer_id"])
    op.create_index(op.f("ix_sealed_words_sealed_at"), "sealed_words", ["sealed_at"])


def _masks() -> None:
    op.create_table(
        "mask",
        sa.Column("id", sa.Integer(), nullable=False),
        *_text(),
        sa.Column("writer_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        _at("masked_at"),
        sa.Column("masked_by_id", sa.Integer(), nullable=False),
        _at("ended_at", nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        *_person("mask", "writer_id", "masked_by_id", "lifted_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mask")),
    )
    _index_where("uq_mask_stands", "mask", ["kind", "text_id"], "ended_at IS NULL", unique=True)
    op.create_index(op.f("ix_mask_writer_id"), "mask", ["writer_id"])


def _reports() -> None:
    op.create_table(
        "words_report",
        sa.Column("id", sa.Integer(), nullable=False),
        *_text(),
        sa.Column("writer_id", sa.Integer(), nullable=False),
        sa.Column("reporter_id", sa.Integer(), nullable=False),
        sa.Column("concern", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        _at("reported_at"),
        _at("decided_at", nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("is_masked", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("sealed_id", sa.Integer(), nullable=True),
        *_person("words_report", "writer_id", "reporter_id", "decided_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_words_report")),
    )
    _index_where(
        "uq_words_report_once",
        "words_report",
        ["kind", "text_id", "reporter_id"],
        "sealed_id IS NULL",
        unique=True,
    )
    _index_where("ix_words_report_waiting", "words_report", ["reported_at"], "decided_at IS NULL")
    op.create_index(op.f("ix_words_report_reporter_id"), "words_report", ["reporter_id"])
    op.create_index(op.f("ix_words_report_sealed_id"), "words_report", ["sealed_id"])


def _silences() -> None:
    op.create_table(
        "silence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("receiver_id", sa.Integer(), nullable=False),
        sa.Column("giver_id", sa.Integer(), nullable=False),
        _at("since"),
        _at("ended_at", nullable=True),
        *_person("silence", "giver_id", "receiver_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_silence")),
    )
    _index_where(
        "uq_silence_stands", "silence", ["receiver_id", "giver_id"], "ended_at IS NULL", unique=True
    )


def _passed_on() -> None:
    op.create_table(
        "passed_on",
        sa.Column("id", sa.Integer(), nullable=False),
        *_text(),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("writer_id", sa.Integer(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        _at("written_at"),
        _at("passed_at"),
        *_person("passed_on", "person_id", "writer_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_passed_on")),
    )
    op.create_index(op.f("ix_passed_on_person_id"), "passed_on", ["person_id"])


def _settings() -> None:
    op.create_table(
        "consultation_desk",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("mail", sa.String(length=200), nullable=False),
        sa.Column("telephone", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        _at("entered_at"),
        *_person("consultation_desk", "entered_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation_desk")),
    )
    op.create_table(
        "sealing_term",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("entered_by_id", sa.Integer(), nullable=False),
        _at("entered_at"),
        *_person("sealing_term", "entered_by_id"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sealing_term")),
    )


def _index_where(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, columns, unique=unique, sqlite_where=condition, postgresql_where=condition
    )


def _allow_notices(kinds: tuple[str, ...]) -> None:
    words = ", ".join(f"'{one}'" for one in kinds)
    for table in TOLD:
        check = op.f(f"ck_{table}_kind")
        with op.batch_alter_table(table) as batch_op:
            # SQLite copies the table without its checks, which Alembic does not read.
            if op.get_bind().dialect.name != "sqlite":
                batch_op.drop_constraint(check, type_="check")
            batch_op.create_check_constraint(check, sa.text(f"kind IN ({words})"))
