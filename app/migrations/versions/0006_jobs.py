"""Jobs and their schedule. On PostgreSQL also procrastinate's tables, and a call to the relay for
every new fact."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

ENGINE = Path(__file__).parents[1] / "vendor" / "procrastinate-3.10.0" / "schema.sql"
"""A file that never changes, and not the schema of whatever release is installed when this runs."""

NEW_FACT = (
    "CREATE FUNCTION fact_wakes_relay() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN PERFORM pg_notify('fact', ''); RETURN NULL; END $$",
    "CREATE TRIGGER fact_wakes_relay AFTER INSERT ON fact"
    " FOR EACH STATEMENT EXECUTE FUNCTION fact_wakes_relay()",
)

WITHOUT_ENGINE = """
DO $$
DECLARE
    found record;
BEGIN
    DROP TABLE procrastinate_periodic_defers, procrastinate_events, procrastinate_jobs,
        procrastinate_workers CASCADE;
    FOR found IN
        SELECT oid::regprocedure AS name FROM pg_proc
        WHERE proname LIKE 'procrastinate\\_%' AND pronamespace = current_schema()::regnamespace
    LOOP
        EXECUTE 'DROP FUNCTION ' || found.name || ' CASCADE';
    END LOOP;
    DROP TYPE procrastinate_job_to_defer_v1, procrastinate_job_event_type, procrastinate_job_status;
END $$
"""


def upgrade() -> None:
    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "WAITING",
                "PARKED",
                "DONE",
                "CANCELLED",
                name="state",
                native_enum=False,
                length=16,
                create_constraint=True,
            ),
            nullable=False,
        ),
        sa.Column("cursor", sa.JSON(), nullable=True),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=True),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("cancel_wished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.Text(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_job_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    unfinished, waiting = sa.text("state IN ('WAITING', 'PARKED')"), sa.text("state = 'WAITING'")
    op.create_index(
        "ix_job_unfinished_key",
        "job",
        ["key"],
        unique=True,
        sqlite_where=unfinished,
        postgresql_where=unfinished,
    )
    op.create_index("ix_job_due", "job", ["due_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_index("ix_job_created_at", "job", ["created_at"])
    op.create_table(
        "schedule_slot",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("slot_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_schedule_slot")),
    )
    if op.get_bind().dialect.name == "postgresql":
        _run(ENGINE.read_text(encoding="utf-8"), *NEW_FACT)


def downgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        _run(
            "DROP TRIGGER fact_wakes_relay ON fact",
            "DROP FUNCTION fact_wakes_relay()",
            WITHOUT_ENGINE,
        )
    op.drop_table("schedule_slot")
    op.drop_table("job")


def _run(*scripts: str) -> None:
    """Whole scripts, without parameters, so that a percent sign is one."""
    driver: Any = op.get_bind().connection.driver_connection
    for script in scripts:
        driver.execute(script)
