"""Everything that is stored of one person, for that person: row by row, as it stands in the tables.

``HANDED_OUT`` names each column by which a row is somebody's own, and ``KEPT_BACK`` every other
column that names a person, with the reason. tests/app/queries/test_my_data.py finds a column that
stands in neither.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, Table, or_, select
from sqlalchemy.orm import Session

from challenges.words.withheld import shown

HANDED_OUT = {
    "award": "person_id",
    "board_place": "person_id",
    "campaign_count": "person_id",
    "campaign_part": "person_id",
    "cheer": ("giver_id", "receiver_id"),
    "cheer_budget": "giver_id",
    "completion": "person_id",
    "consent_given": "person_id",
    "endorsement": ("person_id", "endorser_id"),
    "first_word": "person_id",
    "former_number": "person_id",
    "letter": "person_id",
    "letter_wish": "person_id",
    "mask": "writer_id",
    "membership": "person_id",
    "nomination": "person_id",
    "not_suggested": "person_id",
    "notice": "person_id",
    "notice_hours": "person_id",
    "notice_off": "person_id",
    "person": "id",
    "person_day": "person_id",
    "put_aside": "person_id",
    "passed_on": "person_id",
    "rest": "person_id",
    "role_grant": "person_id",
    "sealed_words": "writer_id",
    "sign_in": "person_id",
    "silence": "receiver_id",
    "slack_post": "person_id",
    "submission": "person_id",
    "uncounted_period": "person_id",
    "words_report": "reporter_id",
}
"""By table, the columns of which one has to be the person for a row to be theirs."""

_BY_DUTY = "an act of office, not a fact about the person who did it"
KEPT_BACK = {
    "api_token": _BY_DUTY,
    "audit_entry": _BY_DUTY,
    "campaign": _BY_DUTY,
    "campaign_log_entry": _BY_DUTY,
    "campaign_report": _BY_DUTY,
    "campaign_version": _BY_DUTY,
    "catalogue_terms": _BY_DUTY,
    "consultation_desk": _BY_DUTY,
    "changed_day": "machinery: a day to be counted again, gone by the next morning",
    "completion_void": "told by the completion that it takes back, with its reason",
    "disaster_pause": _BY_DUTY,
    "draft_revision": _BY_DUTY,
    "job": _BY_DUTY,
    "measure": _BY_DUTY,
    "measure_import": _BY_DUTY,
    "measure_preview": _BY_DUTY,
    "promise_basis": _BY_DUTY,
    "pulse_skip": _BY_DUTY,
    "retention_period": _BY_DUTY,
    "sealing_term": _BY_DUTY,
    "statement": _BY_DUTY,
    "unit_successor": _BY_DUTY,
}
"""By table, why its rows are not handed out although a column of it names people."""

NEVER = {
    "person": {"password_hash", "session_epoch", "name_key", "given_key", "kana_key"}
    | {"given_kana_key"},
    "sign_in": {"key", "epoch"},
    # Who reads it, opens it again; and how a post is sent is no fact about a person.
    "slack_post": {"attempts", "is_unsure", "first_tried_at", "last_tried_at", "last_error", "ts"},
    "membership": {"named_to"},
}
"""By table, columns that stay here: keys to this app, and its machinery."""

OF_OTHERS = {"asked_by_id", "by_id", "decided_by_id", "voided_by_id"} | {
    "endorser_id",
    "giver_id",
    "lifted_by_id",
    "masked_by_id",
    "receiver_id",
    "writer_id",
}
"""Columns that name somebody else; told only as "self" or "other"."""


TAKEN_BACK = {
    "cheer": ("giver_id", "taken_back_at"),
    "endorsement": ("endorser_id", "withdrawn_at"),
    "notice": ("by_id", "withdrawn_at"),
}
"""By table, whose words they are and since when they are taken back: then the words are no longer
there for whom they were meant."""

OF_DAYS = {
    "membership": ("valid_from", "valid_to"),
    "uncounted_period": ("first_day", "last_day"),
}
"""By table, first and last day of rows that the list of a transfer to come adds and ends. It is a
secret until its day, to the person too (challenges/people/coming.py)."""


@dataclass(frozen=True, slots=True)
class MyTable:
    """The person's rows of one table."""

    name: str
    columns: tuple[str, ...]
    rows: list[dict[str, Any]]


def my_data(
    session: Session, person_id: int, *, tables: Mapping[str, Table], on: date
) -> Iterator[MyTable]:
    """The person's rows of each table, by the name of the table, as they hold on that day. One
    statement for each table, however long the history."""
    for name in sorted(HANDED_OUT):
        yield _my_table(session, tables[name], person_id, on=on)
    yield _days_of_habits(session, tables, person_id)


def _my_table(session: Session, table: Table, person_id: int, *, on: date) -> MyTable:
    columns = [one for one in table.columns if one.name not in NEVER.get(table.name, ())]
    rows = session.execute(
        select(*columns)
        .where(_is_mine(table, person_id), *_has_begun(table, on))
        .order_by(*table.primary_key.columns)
    )
    told = [_told(table.name, dict(row), person_id, on=on) for row in rows.mappings()]
    return MyTable(table.name, tuple(one.name for one in columns), told)


def _is_mine(table: Table, person_id: int) -> ColumnElement[bool]:
    named = HANDED_OUT[table.name]
    owners = (named,) if isinstance(named, str) else named
    is_mine = or_(*(table.c[owner] == person_id for owner in owners))
    if table.name not in TAKEN_BACK:
        return is_mine
    author, since = (table.c[name] for name in TAKEN_BACK[table.name])
    return is_mine & or_(since.is_(None), author == person_id)


def _has_begun(table: Table, on: date) -> list[ColumnElement[bool]]:
    return [table.c[OF_DAYS[table.name][0]] <= on] if table.name in OF_DAYS else []


def _days_of_habits(session: Session, tables: Mapping[str, Table], person_id: int) -> MyTable:
    practice, submission = tables["practice"], tables["submission"]
    rows = session.execute(
        select(practice)
        .join(submission, submission.c.id == practice.c.submission_id)
        .where(submission.c.person_id == person_id)
        .order_by(*practice.primary_key.columns)
    )
    names = tuple(practice.columns.keys())
    return MyTable("practice", names, [dict(row) for row in rows.mappings()])


def _told(table: str, row: dict[str, Any], person_id: int, *, on: date) -> dict[str, Any]:
    """The row without what tells of others, and without a last day that is still to come."""
    if table in OF_DAYS:
        last = OF_DAYS[table][1]
        row[last] = row[last] if row[last] and row[last] < on else None
    row.update({name: shown(value) for name, value in row.items() if isinstance(value, str)})
    for name in OF_OTHERS & row.keys():
        if row[name] is not None:
            row[name] = "self" if row[name] == person_id else "other"
    return row
