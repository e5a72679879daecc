"""How many completions of a step stand, by month. Each change of a completion changes the stored
total in its transaction; ``differences`` compares the totals with the completions themselves."""

from collections import Counter
from collections.abc import Iterable
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from challenges.calendar import month_of
from challenges.storage.sql import dialect_of, insert_in
from challenges.submissions.models import Completion, StepTotal, Submission

Cell = tuple[int, date]
"""A step's id and the first day of a month."""

Moving = TypeVar("Moving", Submission, Completion)


def move(session: Session, *, step_id: int, happened_at: datetime, by: int) -> None:
    """Add ``by`` (1 or -1) standing completions of a step in the month it happened."""
    moved = {
        "step_id": step_id,
        "month": month_of(happened_at),
        "completions": max(by, 0),
        "moved_by": by,
    }
    session.execute(_move(dialect_of(session)), moved)


@cache
def _move(dialect: str) -> Any:
    # Built once, because every completion needs it while others wait to write.
    moved = {"completions": StepTotal.completions + bindparam("moved_by")}
    insert = insert_in(dialect, StepTotal.__table__)
    return insert.on_conflict_do_update(index_elements=["step_id", "month"], set_=moved)


def in_lock_order(rows: Iterable[Moving]) -> list[Moving]:
    """Sorted by the total that each row moves. Whoever changes several rows goes in this order.

    Each change locks the row of its total until the transaction ends. Two transactions that lock
    the same totals in different orders would wait for each other forever.
    """

    def cell(row: Moving) -> tuple[int, date, int]:
        if isinstance(row, Completion):
            return row.step_id, month_of(row.happened_at), row.id
        return row.step_id, month_of(row.submitted_at or row.created_at), row.id

    return sorted(rows, key=cell)


def from_scratch(session: Session) -> Counter[Cell]:
    """The totals as the standing completions give them. Slow: reads every completion."""
    rows = session.execute(
        select(Completion.step_id, Completion.happened_at).where(Completion.voided_at.is_(None))
    )
    return Counter((row.step_id, month_of(row.happened_at)) for row in rows.yield_per(10_000))


def stored(session: Session) -> Counter[Cell]:
    """The totals as the database keeps them; zeros left out."""
    rows = session.execute(select(StepTotal.step_id, StepTotal.month, StepTotal.completions))
    return Counter({(row.step_id, row.month): row.completions for row in rows if row.completions})


def differences(session: Session) -> list[str]:
    """One sentence for each total that is not what the history says; empty when all is true."""
    told, true = stored(session), from_scratch(session)
    return [
        f"step {cell[0]}, {cell[1]:%Y-%m}: stored {told[cell]}, history says {true[cell]}"
        for cell in sorted(told.keys() | true.keys())
        if told[cell] != true[cell]
    ]
