"""Compares what is folded with the history. Nothing is mended here; a difference is a sentence."""

from collections.abc import Collection, Iterator
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.indicators.activity import FirstWord, FoldProgress, PersonDay
from app.indicators.chosen_people import everybody
from app.indicators.folding import first_words, person_days


def differences(session: Session, *, pending: Collection[int] = ()) -> Iterator[str]:
    """One sentence for each day of a person, and each first word, that is not what the history
    says. People in ``pending`` and those who are still to be folded are left out."""
    until = session.scalar(select(FoldProgress.folded_until))
    for table, true_rows in (
        (PersonDay, person_days(everybody().choice)),
        (FirstWord, first_words(everybody().choice)),
    ):
        stored = select(*table.__table__.c)
        for says, rows in (
            ("is not what the history says", stored.except_(true_rows)),
            ("is missing or wrong", true_rows.except_(stored)),
        ):
            for row in session.execute(rows):
                named = dict(zip(table.__table__.c.keys(), row, strict=True))
                person_id = named["person_id"]
                if person_id not in pending and (until is None or person_id <= until):
                    yield f"{_name(table, named)} {says}"


def rows_checked(session: Session) -> dict[str, int]:
    """How many rows there were to look at."""
    days = session.scalars(select(func.count()).select_from(PersonDay)).one()
    return {"days of people": days}


def _name(table: Any, row: dict[str, Any]) -> str:
    if table is PersonDay:
        return f"person {row['person_id']}, {row['day']}: what is folded of the day"
    return f"completion {row['completion_id']}: its first word"
