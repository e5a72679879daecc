"""Counts the people of several months at once into ``UnitMonth``, some hundreds at a time.

Counting goes on over many transactions. Each moves ``MonthCount.counted_until`` from where it was,
by compare-and-set, so that two workers never count the same people twice.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    case,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.indicators.activity import HAS_PASSED, MonthCount, PersonDay, UnitMonth
from app.indicators.denominators import is_of, not_before, people_of_months
from app.indicators.folding import Whose, next_person, people_between
from app.indicators.periods import last_day_of, settled_on
from challenges.storage.days import month_of
from challenges.storage.sql import upsert
from challenges.vocabulary import Employment

PEOPLE_AND_MONTHS_AT_ONCE = 12_000
"""People times months between two looks at the time."""
MOST_PEOPLE = 2_000


def begin(session: Session, month: date) -> None:
    """Count the month from the beginning. What was counted of it before is forgotten."""
    fresh = {"counted_until": 0, "is_stale": False}
    row = upsert(session, MonthCount).values(month=month, **fresh)
    session.execute(row.on_conflict_do_update(index_elements=["month"], set_=fresh))
    session.execute(delete(UnitMonth).where(UnitMonth.month == month))


def count_some(
    session: Session,
    months: Sequence[date],
    *,
    kinds: Collection[Employment],
    today: date,
    limit: int | None = None,
) -> int | None:
    """Count the next people of months that have come equally far. Returns how many ids were passed;
    None once everybody is counted, and with it the first of the months is done. Five statements."""
    reached = select(MonthCount.counted_until).where(MonthCount.month == months[0])
    after = session.scalar(reached)
    if after is None:
        return None
    limit = limit or min(MOST_PEOPLE, PEOPLE_AND_MONTHS_AT_ONCE // len(months))
    last = next_person(session, after=after, limit=limit)
    if last is None:
        done = {"counted_until": None, "counted_on": today}
        return None if _move(session, months[:1], after, done) else 0
    moved = _move(session, months, after, {"counted_until": last})
    if not moved:
        return 0  # another worker has counted them
    _add(session, sorted(moved), kinds=kinds, whose=people_between(after, last))
    return last - after


def count_all(session: Session, month: date, *, kinds: Collection[Employment], today: date) -> None:
    """Count the month in this transaction."""
    begin(session, month)
    while count_some(session, [month], kinds=kinds, today=today, limit=100_000) is not None:
        pass


def mark_stale(session: Session, *, first: date, last: date = date.max) -> None:
    """Let the months between two days be counted again, if they were counted."""
    session.execute(
        update(MonthCount)
        .where(MonthCount.month.between(first.replace(day=1), last))
        .values(is_stale=True)
        .execution_options(synchronize_session=False)
    )


def _move(
    session: Session, months: Sequence[date], after: int, values: Mapping[str, Any]
) -> Sequence[date]:
    """Write down how far these months have come, and return those that nobody else has moved."""
    moved = (
        update(MonthCount)
        .where(MonthCount.month.in_(months), MonthCount.counted_until == after)
        .values(values)
        .returning(MonthCount.month)
        .execution_options(synchronize_session=False)
    )
    return session.scalars(moved).all()


def _add(
    session: Session, months: Sequence[date], *, kinds: Collection[Employment], whose: Whose
) -> None:
    """Add these people to the numbers of their units: how many they are, and what they did."""
    first, last = months[0], last_day_of(months[-1])
    counted = select(MonthCount.month).where(MonthCount.month.in_(months)).cte("months")
    people = people_of_months(counted, first=first, last=last, kinds=kinds, whose=whose)
    learned = _learned(first, last, whose)
    did = _what_they_did(counted, first=first, last=last, whose=whose)
    settled = case({month: settled_on(month) for month in months}, value=did.c.month)
    for sums in (_sizes(counted, people, learned), _deeds(people, did, settled)):
        _add_sums(session, sums)


def _add_sums(session: Session, sums: Select[*tuple[Any, ...]]) -> None:
    """Add columns of ``UnitMonth`` to the rows that are there. The others are 0 in new rows."""
    table: Any = UnitMonth.__table__
    named = list(sums.selected_columns.keys())
    others = [column.name for column in table.c if column.name not in named]
    zeros: list[Any] = [literal_column("0").label(name) for name in others]
    added = upsert(session, table).from_select([*named, *others], sums.add_columns(*zeros))
    total = {name: table.c[name] + added.excluded[name] for name in named[2:]}
    session.execute(added.on_conflict_do_update(index_elements=["month", "unit_id"], set_=total))


def _sizes(months: CTE, people: CTE, learned: CTE) -> Select[*tuple[Any, ...]]:
    """By month and unit: people, managers, and people who had passed a quiz by its end."""
    alike = (
        people.c.unit_id,
        people.c.is_manager,
        people.c.first_month,
        people.c.last_month,
        learned.c.since,
    )
    # People of whom all this is the same are counted before they are spread over the months.
    groups = (
        select(*alike, func.count().label("people"))
        .select_from(people)
        .outerjoin(learned, learned.c.person_id == people.c.person_id)
        .group_by(*alike)
        .cte("groups")
    )
    has_learned = groups.c.since <= months.c.month
    return (
        select(
            months.c.month,
            groups.c.unit_id,
            func.sum(groups.c.people).label("people"),
            func.sum(groups.c.people * groups.c.is_manager).label("managers"),
            func.sum(case((has_learned, groups.c.people), else_=0)).label("learned"),
        )
        .select_from(groups)
        .join(months, is_of(groups, months.c.month))
        .group_by(months.c.month, groups.c.unit_id)
    )


def _learned(first: date, last: date, whose: Whose) -> CTE:
    """Who of these people had passed a quiz by the last of these days, and the month from which on
    that counts: the first one or later."""
    first_day = func.min(PersonDay.day)
    return (
        select(PersonDay.person_id, month_of(not_before(first, first_day)).label("since"))
        .where(whose(PersonDay.person_id), HAS_PASSED, PersonDay.day <= last)
        .group_by(PersonDay.person_id)
        .cte("learned")
    )


def _deeds(people: CTE, did: CTE, settled: ColumnElement[date]) -> Select[*tuple[Any, ...]]:
    """By month and unit: what these people did, the rest of the columns of ``UnitMonth``."""
    manages = people.c.is_manager == 1

    def count(*conditions: ColumnElement[bool]) -> ColumnElement[int]:
        """People for whom all of them hold."""
        return func.count().filter(*conditions)

    def add(what: Any, *conditions: ColumnElement[bool]) -> ColumnElement[int]:
        """Completions of these people."""
        return func.coalesce(func.sum(case((conditions[0], what)) if conditions else what), 0)

    is_unnoticed = did.c.first_word_on.is_(None) | (did.c.first_word_on >= settled)
    return (
        select(
            did.c.month,
            people.c.unit_id,
            count(did.c.steps > 0).label("tried"),
            add(did.c.by_calendar).label("tried_by_calendar"),
            count(manages, did.c.steps > 0).label("managers_tried"),
            add(did.c.by_calendar, manages).label("managers_tried_by_calendar"),
            count(did.c.steps > 0, is_unnoticed).label("unnoticed"),
            count(did.c.tries_before_habit > 0).label("began"),
            count(did.c.became_habit > 0).label("became_habit"),
            add(did.c.became_habit_by_calendar).label("became_habit_by_calendar"),
            count(did.c.habits_before_spread > 0).label("used"),
            count(did.c.was_spread > 0).label("was_spread"),
            add(did.c.was_spread_by_calendar).label("was_spread_by_calendar"),
        )
        .select_from(did)
        .join(people, (people.c.person_id == did.c.person_id) & is_of(people, did.c.month))
        .group_by(did.c.month, people.c.unit_id)
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


def _what_they_did(months: CTE, *, first: date, last: date, whose: Whose) -> CTE:
    """What each of these people did in each of the months in which they did something."""
    steps = PersonDay.tries + PersonDay.habits + PersonDay.spreads
    return (
        select(
            PersonDay.person_id,
            PersonDay.month,
            func.sum(steps).label("steps"),
            func.min(PersonDay.first_word_on).label("first_word_on"),
            *(func.sum(getattr(PersonDay, name)).label(name) for name in _SUMMED),
        )
        .where(whose(PersonDay.person_id), PersonDay.month.between(first, last))
        .where(PersonDay.month.in_(select(months.c.month)))
        .group_by(PersonDay.person_id, PersonDay.month)
        .cte("did")
    )
