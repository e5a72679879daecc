"""How many cheers somebody may give in a week, and that no race gives more.

A week begins on Monday at 00:00 in Tokyo. Everybody has ``BASE``, and a manager or deputy ``EACH``
more for every other person whose primary unit they manage, so that a whole team can be thanked.
That is their own unit and those below it without a manager of their own: with each unit one thanks,
the manager above has no more for it (people/reporting.py).
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Date, ScalarSelect, Select, bindparam, func, select, update
from sqlalchemy.orm import Session

from challenges.calendar import day_of
from challenges.errors import N_, RuleBroken
from challenges.people import org_chart
from challenges.people.models import Membership, Person
from challenges.people.reporting import units_managed_directly
from challenges.recognition.models import CheerBudget
from challenges.storage.sql import fetch_rows, upsert

BASE = 10
EACH = 2
"""More for each person whose primary unit one manages or deputises for."""


class BudgetSpent(RuleBroken):
    """More cheers than are left this week. The sentence says how many are left, and from when there
    are new ones."""

    sentence = N_(
        "今週の応援はあと%(left)s回で、%(wanted)s人には足りません。"
        "%(day)sになると、また%(allowance)s回になります。"
    )


@dataclass(frozen=True, slots=True)
class Budget:
    """What somebody may still give in a week."""

    week: date
    """Its Monday in Tokyo."""
    allowance: int
    spent: int

    @property
    def left(self) -> int:
        # Whoever stops managing a unit during the week may have given more than they now may.
        return max(self.allowance - self.spent, 0)

    @property
    def renews_on(self) -> date:
        """The Monday on which the next week begins."""
        return self.week + timedelta(days=7)


def week_of(at: datetime) -> date:
    """The Monday of the week in Tokyo that an aware time falls in."""
    day = day_of(at)
    return day - timedelta(days=day.weekday())


def budget_of(session: Session, person_id: int, *, at: datetime) -> Budget:
    """The person's budget of the week of that time. One statement."""
    week = week_of(at)
    asked = {"person_id": person_id, "week": week, "on_day": day_of(at)}
    row = fetch_rows(session, _BUDGET, asked).one()
    return Budget(week=week, allowance=BASE + EACH * row.managed, spent=row.spent)


def spend(session: Session, person_id: int, *, heads: int, at: datetime) -> None:
    """Take one of this week's budget for each head, or raise BudgetSpent and take nothing."""
    budget = budget_of(session, person_id, at=at)
    this_week = {"giver_id": person_id, "week": budget.week}
    session.execute(
        upsert(session, CheerBudget).values(**this_week, spent=0).on_conflict_do_nothing()
    )
    # The row is read and written by one statement: of those who ask at the same time, each sees
    # what the one before has taken.
    taken = session.execute(
        update(CheerBudget)
        .filter_by(**this_week)
        .where(CheerBudget.spent + heads <= budget.allowance)
        .values(spent=CheerBudget.spent + heads)
    )
    if taken.rowcount != 1:  # type: ignore[attr-defined]  # an UPDATE's result has it
        left = budget_of(session, person_id, at=at)
        raise BudgetSpent(
            left=left.left, wanted=heads, day=left.renews_on, allowance=left.allowance
        )


def refund(session: Session, person_id: int, *, week: date) -> None:
    """Give one back to that week. The caller has marked a cheer of the week as refunded."""
    session.execute(
        update(CheerBudget)
        .filter_by(giver_id=person_id, week=week)
        .values(spent=CheerBudget.spent - 1)
    )


def _managed() -> ScalarSelect[int]:
    """How many others have their primary appointment in a unit that the person manages."""
    managed = units_managed_directly()
    return (
        select(func.count(Membership.person_id.distinct()))
        .join(managed, managed.c.id == Membership.unit_id)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.is_primary, Membership.person_id != bindparam("person_id"))
        .where(org_chart.holds_on(org_chart.ON_DAY), Person.deactivated_at.is_(None))
        .scalar_subquery()
    )


def _spent() -> ScalarSelect[int]:
    return (
        select(CheerBudget.spent)
        .where(CheerBudget.giver_id == bindparam("person_id"))
        .where(CheerBudget.week == bindparam("week", type_=Date))
        .scalar_subquery()
    )


_BUDGET: Select[*tuple[Any, ...]] = select(
    _managed().label("managed"), func.coalesce(_spent(), 0).label("spent")
)
