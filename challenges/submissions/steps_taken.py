"""Every standing step of one person, in the order in which they took them."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.storage.sql import fetch_rows
from challenges.submissions.models import Completion
from challenges.submissions.queries import STANDS


@dataclass(frozen=True, slots=True)
class StepTaken:
    """One step, and when its person took it."""

    step_id: int
    happened_at: datetime

    @property
    def day(self) -> date:
        """In Tokyo."""
        return day_of(self.happened_at)


def steps_taken(session: Session, person_id: int) -> list[StepTaken]:
    """The person's standing steps, the first one first. One statement."""
    rows = fetch_rows(session, _STEPS_TAKEN, {"person_id": person_id})
    return [StepTaken(**row._mapping) for row in rows]


_STEPS_TAKEN = (
    select(Completion.step_id, Completion.happened_at)
    .where(Completion.person_id == bindparam("person_id"), STANDS)
    .order_by(Completion.happened_at, Completion.id)
)
