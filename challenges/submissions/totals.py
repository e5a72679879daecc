"""The stored totals: moved in the transaction that moves them, and held against the fold from
scratch."""

from collections import Counter
from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from challenges.calendar import month_of
from challenges.storage.sql import dialect_of, insert_in
from challenges.submissions.models import Completion, StepTotal

Cell = tuple[int, date]
"""A step's id and the first day of a month."""


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
    """Put together once: every completion waits for it."""
    moved = {"completions": StepTotal.completions + bindparam("moved_by")}
    insert = insert_in(dialect, StepTotal.__table__)
    return insert.on_conflict_do_update(index_elements=["step_id", "month"], set_=moved)


def from_scratch(session: Session) -> Counter[Cell]:
    """The slow, obvious fold over every standing completion."""
    rows = session.execute(
        select(Completion.step_id, Completion.happened_at).where(Completion.voided_at.is_(None))
    )
    return Counter(
        (step_id, month_of(happened_at)) for step_id, happened_at in rows.yield_per(10_000)
    )


def stored(session: Session) -> Counter[Cell]:
    """The totals as the database keeps them; zeros left out."""
    rows = session.execute(select(StepTotal.step_id, StepTotal.month, StepTotal.completions))
    return Counter(
        {(step_id, month): completions for step_id, month, completions in rows if completions}
    )


def differences(session: Session) -> list[str]:
    """One sentence for each total that is not what the history says; empty when all is true."""
    told, true = stored(session), from_scratch(session)
    return [
        f"step {cell[0]}, {cell[1]:%Y-%m}: stored {told[cell]}, history says {true[cell]}"
        for cell in sorted(told.keys() | true.keys())
        if told[cell] != true[cell]
    ]
