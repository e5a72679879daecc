"""Counts the people of a month into ``UnitMonth``, a few hundred people at a time.

Counting goes on over many transactions. Each moves ``MonthCount.counted_until`` from where it was,
by compare-and-set, so that two workers never count the same people twice.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import CTE, ColumnElement, Select, case, delete, func, literal, select, update
from sqlalchemy.orm import Session

from app.indicators.activity import MonthCount, PersonDay, UnitMonth
from app.indicators.denominators import people_of_month
from app.indicators.folding import Whose, next_person, people_between
from app.indicators.periods import last_day_of, settled_on
from challenges.storage.sql import upsert
from challenges.vocabulary import Employment

PEOPLE_AT_ONCE = 500
"""People between two looks at the time."""


def begin(session: Session, month: date) -> None:
    """Count the month from the beginning. What was counted of it before is forgotten."""
    fresh = {"counted_until": 0, "is_stale": False}
    row = upsert(session, MonthCount).values(month=month, **fresh)
    session.execute(row.on_conflict_do_update(index_elements=["month"], set_=fresh))
    session.execute(delete(UnitMonth).where(UnitMonth.month == month))


def count_some(
    session: Session,
    month: date,
    *,
    kinds: Collection[Employment],
    today: date,
    limit: int = PEOPLE_AT_ONCE,
) -> int | None:
    """Count the next people of a month that was begun. Returns how many ids were passed, None once
    everybody is counted. Four statements."""
    after = session.scalar(select(MonthCount.counted_until).where(MonthCount.month == month))
    if after is None:
        return None
    last = next_person(session, after=after, limit=limit)
    moved = (
        update(MonthCount)
        .where(MonthCount.month == month, MonthCount.counted_until == after)
        .values(counted_until=last, **({} if last else {"counted_on": today}))
        .returning(MonthCount.month)
        .execution_options(synchronize_session=False)
    )
    if session.scalar(moved) is None:
        return 0  # another worker has counted them
    if last is None:
        return None
    _add(session, month, kinds=kinds, whose=people_between(after, last))
    return last - after


def count_all(session: Session, month: date, *, kinds: Collection[Employment], today: date) -> None:
    """Count the month in this transaction."""
    begin(session, month)
    while count_some(session, month, kinds=kinds, today=today, limit=100_000) is not None:
        pass


def mark_stale(session: Session, *, first: date, last: date = date.max) -> None:
    """Let the months between two days be counted again, if they were counted."""
    session.execute(
        update(MonthCount)
        .where(MonthCount.month.between(first.replace(day=1), last))
        .values(is_stale=True)
        .execution_options(synchronize_session=False)
    )


def _add(session: Session, month: date, *, kinds: Collection[Employment], whose: Whose) -> None:
    table: Any = UnitMonth.__table__
    columns = [column.name for column in table.c]
    added = upsert(session, table).from_select(columns, _of_units(month, kinds, whose))
    sums = {name: table.c[name] + added.excluded[name] for name in columns[2:]}
    session.execute(added.on_conflict_do_update(index_elements=["month", "unit_id"], set_=sums))


def _of_units(month: date, kinds: Collection[Employment], whose: Whose) -> Select[*tuple[Any, ...]]:
    """The rows of ``UnitMonth`` that these people make, columns in their order."""
    people = people_of_month(month, last_day_of(month), kinds=kinds, whose=whose)
    did = _what_they_did(month, whose)
    manages, tried = people.c.is_manager == 1, did.c.steps > 0

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        """People for whom all of them hold."""
        return func.count().filter(*conditions)

    def add(what: Any, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
        """Completions of these people."""
        return func.coalesce(func.sum(case((conditions[0], what)) if conditions else what), 0)

    was_noticed = did.c.first_word_on < literal(settled_on(month), PersonDay.day.type)
    columns = {
        "month": literal(month, PersonDay.day.type),
        "unit_id": people.c.unit_id,
        "people": func.count(),
        "managers": func.sum(people.c.is_manager),
        "tried": count(tried),
        "tried_by_calendar": add(did.c.by_calendar),
        "managers_tried": count(manages, tried),
        "managers_tried_by_calendar": add(did.c.by_calendar, manages),
        "unnoticed": count(tried, did.c.first_word_on.is_(None) | ~was_noticed),
        "learned": count(did.c.quiz_passes > 0),
        "began": count(did.c.tries_before_habit > 0),
        "became_habit": count(did.c.became_habit > 0),
        "became_habit_by_calendar": add(did.c.became_habit_by_calendar),
        "used": count(did.c.habits_before_spread > 0),
        "was_spread": count(did.c.was_spread > 0),
        "was_spread_by_calendar": add(did.c.was_spread_by_calendar),
    }
    order = [columns[column.name] for column in UnitMonth.__table__.c]
    return (
        select(*order)
        .select_from(people)
        .outerjoin(did, did.c.person_id == people.c.person_id)
        .group_by(people.c.unit_id)
    )


_SUMMED = (
    "by_calendar",
    "tries_before_habit",
    "became_habit",
    "became_habit_by_calendar",
    "habits_before_spread",
    "was_spread",
    "was_spread_by_calendar",
)


def _what_they_did(month: date, whose: Whose) -> CTE:
    """What each of these people did in the month, and the quizzes they passed until its end."""
    is_in_it = PersonDay.day >= month

    def in_the_month(what: Any) -> ColumnElement[int]:
        return func.sum(case((is_in_it, what), else_=0))

    return (
        select(
            PersonDay.person_id,
            in_the_month(PersonDay.tries + PersonDay.habits + PersonDay.spreads).label("steps"),
            func.min(case((is_in_it, PersonDay.first_word_on))).label("first_word_on"),
            func.sum(PersonDay.quiz_passes).label("quiz_passes"),
            *(in_the_month(getattr(PersonDay, name)).label(name) for name in _SUMMED),
        )
        .where(whose(PersonDay.person_id), PersonDay.day <= last_day_of(month))
        .group_by(PersonDay.person_id)
        .cte("did")
    )
