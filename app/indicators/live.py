"""The one number that is live: the steps of the whole prefecture until now."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from challenges.calendar import fiscal_year_start
from challenges.shares import shown_count
from challenges.submissions.models import StepTotal


@dataclass(frozen=True, slots=True)
class StepsUntilNow:
    """Standing completions of everybody. None below ten."""

    this_month: int | None
    this_year: int | None
    """Since the first of April."""


def steps_until_now(session: Session, *, on: date) -> StepsUntilNow:
    """The steps of this month and this fiscal year. One statement over the stored totals."""
    is_this_month = StepTotal.month == on.replace(day=1)
    row = session.execute(
        select(
            func.coalesce(func.sum(case((is_this_month, StepTotal.completions))), 0).label("month"),
            func.coalesce(func.sum(StepTotal.completions), 0).label("year"),
        ).where(StepTotal.month >= fiscal_year_start(on), StepTotal.month <= on)
    ).one()
    return StepsUntilNow(shown_count(row.month), shown_count(row.year))
