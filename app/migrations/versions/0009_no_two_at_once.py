"""No day has two main appointments of a person, two appointments in one unit, or two deputyships in
it. A post says which endorser it names.

Rows that overlap are mended first. A day stays with the row that pages have shown for it; what is
left of the other row stays in the history, and a row with no day left goes:

- Main appointments: a day belongs to the one that began last, as after a transfer.
- Appointments in one unit: to the main one, else to the one that began first.
- Deputyships: those named twice on one day become one. If a manager ended one of them, all have
  ended then. Otherwise the first to begin keeps its days.
"""

from collections.abc import Callable, Iterable, Iterator
from datetime import date, timedelta
from itertools import groupby
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

A_DAY = timedelta(days=1)
Span = tuple[date, date]
"""The first day, and the first day after the last."""

MEMBERSHIP = sa.table(
    "membership",
    sa.column("id", sa.Integer),
    sa.column("person_id", sa.Integer),
    sa.column("unit_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("post", sa.String),
    sa.column("is_primary", sa.Boolean),
    sa.column("valid_from", sa.Date),
    sa.column("valid_to", sa.Date),
    sa.column("ended_at", sa.DateTime(timezone=True)),
)
SLACK_POST = sa.table(
    "slack_post",
    sa.column("id", sa.Integer),
    sa.column("key", sa.String),
    sa.column("message", sa.JSON),
    sa.column("endorser_id", sa.Integer),
)
ENDORSEMENT = sa.table(
    "endorsement", sa.column("id", sa.Integer), sa.column("endorser_id", sa.Integer)
)

DAYS = {"first_day": "valid_from", "last_day": "valid_to", "cut_short": "ended_at"}
GUARDS = {
    "ex_membership_primary": {"key": ["person_id"], "where": "is_primary"},
    "ex_membership_appointment": {"key": ["person_id", "unit_id"], "where": "kind <> 'DEPUTY'"},
    "ex_membership_deputyship": {"key": ["person_id", "unit_id"], "where": "kind = 'DEPUTY'"},
}


def upgrade() -> None:
    _mend("person_id", is_one=lambda row: row.is_primary, first=_began_last)
    _mend("person_id", "unit_id", is_one=lambda row: row.kind != "DEPUTY", first=_main_first)
    _end_doubles_of_what_was_ended()
    _mend("person_id", "unit_id", is_one=lambda row: row.kind == "DEPUTY", first=_began_first)
    for name, guard in GUARDS.items():
        op.create_no_overlap(name, "membership", **guard, **DAYS)  # type: ignore[attr-defined]  # app/migrations/overlaps.py
    with op.batch_alter_table("slack_post", schema=None) as batch_op:
        batch_op.add_column(sa.Column("endorser_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_slack_post_endorser_id"), "person", ["endorser_id"], ["id"]
        )
        batch_op.create_index(batch_op.f("ix_slack_post_endorser_id"), ["endorser_id"])
    _fill_endorsers()


def downgrade() -> None:
    with op.batch_alter_table("slack_post", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slack_post_endorser_id"))
        batch_op.drop_constraint(batch_op.f("fk_slack_post_endorser_id"), type_="foreignkey")
        batch_op.drop_column("endorser_id")
    for name in GUARDS:
        op.drop_no_overlap(name, "membership")  # type: ignore[attr-defined]  # app/migrations/overlaps.py


def _began_last(row: Any) -> Any:
    return -row.valid_from.toordinal(), -row.id


def _main_first(row: Any) -> Any:
    return not row.is_primary, row.valid_from, row.id


def _began_first(row: Any) -> Any:
    return row.valid_from, row.id


def _mend(*key: str, is_one: Callable[[Any], bool], first: Callable[[Any], Any]) -> None:
    """Let no two of the rows with one ``key`` overlap: each keeps the days that none before it in
    the order ``first`` has taken."""
    for rows in _groups(key, is_one):
        taken: list[Span] = []
        for row in sorted(rows, key=first):
            free = list(_without(_span(row), taken))
            if free != [_span(row)]:
                _write(row, free)
            taken += free


def _groups(key: Iterable[str], is_one: Callable[[Any], bool]) -> Iterator[list[Any]]:
    """The rows that hold on at least one day, those with one key together."""

    def of(row: Any) -> tuple[int, ...]:
        return tuple(row._mapping[name] for name in key)

    rows = op.get_bind().execute(sa.select(MEMBERSHIP)).all()
    holding = [row for row in rows if is_one(row) and _span(row)[0] < _span(row)[1]]
    for _key, found in groupby(sorted(holding, key=of), key=of):
        yield list(found)


def _end_doubles_of_what_was_ended() -> None:
    """Take away the doubles of a deputyship that was ended: who ended it, meant all of them."""
    key = ("person_id", "unit_id", "valid_from")
    for rows in _groups(key, lambda row: row.kind == "DEPUTY"):
        ended = [row for row in rows if row.ended_at is not None]
        kept = min(ended, key=_span, default=None)
        for row in rows if kept is not None else []:
            if row is not kept:
                _write(row, [])


def _span(row: Any) -> Span:
    if row.valid_to is None or row.valid_to == date.max:
        return row.valid_from, date.max
    # What was ended early does not count on its last day any more.
    return row.valid_from, row.valid_to if row.ended_at is not None else row.valid_to + A_DAY


def _without(span: Span, taken: list[Span]) -> Iterator[Span]:
    """What is left of the span, earliest first."""
    begin, end = span
    for first, after in sorted(taken):
        if first < end and after > begin:
            if begin < first:
                yield begin, first
            begin = max(begin, after)
    if begin < end:
        yield begin, end


def _write(row: Any, free: list[Span]) -> None:
    """Let the row have these days. It is there once for each span, and goes if there is none."""
    values = [_values(row, span) for span in free]
    its_own = MEMBERSHIP.c.id == row.id
    if values:
        op.execute(MEMBERSHIP.update().where(its_own).values(values[0]))
    else:
        op.execute(MEMBERSHIP.delete().where(its_own))
    for more in values[1:]:
        copied = {name: value for name, value in row._mapping.items() if name != "id"}
        op.execute(MEMBERSHIP.insert().values({**copied, **more}))


def _values(row: Any, span: Span) -> dict[str, Any]:
    first, after = span
    if after == _span(row)[1]:
        return {"valid_from": first}
    return {"valid_from": first, "valid_to": after - A_DAY, "ended_at": None}


def _fill_endorsers() -> None:
    """Until now only the message said whom it names, by name."""
    connection = op.get_bind()
    endorsers = dict(
        connection.execute(sa.select(ENDORSEMENT.c.id, ENDORSEMENT.c.endorser_id)).all()
    )
    posts = sa.select(SLACK_POST).where(SLACK_POST.c.key.like("endorsement:%"))
    for post in connection.execute(posts).all():
        endorser_id = endorsers.get(int(post.key.partition(":")[2]))
        if post.message.get("endorser") and endorser_id is not None:
            named = SLACK_POST.update().where(SLACK_POST.c.id == post.id)
            connection.execute(named.values(endorser_id=endorser_id))
