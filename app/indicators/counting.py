"""Counts the people of several months at once into ``UnitMonth``, some hundreds at a time.

Counting goes on over many transactions. Each moves ``MonthCount.counted_until`` from where it was,
by compare-and-set, so that two workers never count the same people twice.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Select,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.orm import Session

from app.indicators.activity import HAS_PASSED, MonthCount, PersonDay, UnitMonth
from app.indicators.chosen_people import Choice, Whose, next_person, people_between
from app.indicators.denominators import Day, is_of, not_before, people_of_months
from app.indicators.periods import last_day_of, settled_on
from challenges.people.models import Person
from challenges.storage.days import month_of
from challenges.storage.sql import dialect_of, insert_in, upsert
from challenges.vocabulary import Employment

PEOPLE_AND_MONTHS_AT_ONCE = 12_000
"""People times months between two looks at the time."""
MOST_PEOPLE = 2_000


def begin(session: Session, month: date) -> None:
    """Count the month from the beginning. What was counted of it before is forgotten."""
    fresh = {"counted_until": 0, "is_stale": False, "settled_on": settled_on(month)}
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


def mark_stale(session: Session, is_one: ColumnElement[bool]) -> None:
    """Let the months of which that is true be counted again, if they were counted."""
    session.execute(
        update(MonthCount)
        .where(is_one)
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
    first, last_day = months[0], last_day_of(months[-1])
    asked = {**whose.asked, "months": months, "first": first, "last_day": last_day}
    for statement in _statements(dialect_of(session), whose.choice, tuple(sorted(kinds))):
        session.execute(statement, asked)


@cache
def _statements(dialect: str, choice: Choice, kinds: tuple[Employment, ...]) -> list[Any]:
    """To build them takes as long as SQLite needs for some hundred people."""
    wanted = MonthCount.month.in_(bindparam("months", expanding=True))
    months = select(MonthCount.month).where(wanted).cte("months")
    first, last = (bindparam(name, type_=Date) for name in ("first", "last_day"))
    people = people_of_months(months, first=first, last=last, kinds=kinds, choice=choice)
    learned = _learned(first, last, choice)
    did = _what_they_did(months, first=first, last=last, choice=choice)
    # Only SQLite can add to a row of the same statement, which is faster than to sort and group.
    deeds = _deeds(people, did, is_grouped=dialect != "sqlite")
    return [_add_sums(dialect, sums) for sums in (_sizes(months, people, learned), deeds)]


def _add_sums(dialect: str, sums: Select[*tuple[Any, ...]]) -> Any:
    """Add columns of ``UnitMonth`` to the rows that are there. The others are 0 in new rows."""
    table: Any = UnitMonth.__table__
    named = list(sums.selected_columns.keys())
    others = [column.name for column in table.c if column.name not in named]
    zeros: list[Any] = [literal_column("0").label(name) for name in others]
    added = insert_in(dialect, table).from_select([*named, *others], sums.add_columns(*zeros))
    total = {name: table.c[name] + added.excluded[name] for name in named[2:]}
    return added.on_conflict_do_update(index_elements=["month", "unit_id"], set_=total)


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


def _learned(first: Day, last: Day, choice: Choice) -> CTE:
    """Who of these people had passed a quiz by the last of these days, and the month from which on
    that counts: the first one or later."""
    first_day = func.min(PersonDay.day)
    return (
        select(PersonDay.person_id, month_of(not_before(first, first_day)).label("since"))
        .where(choice(PersonDay.person_id), HAS_PASSED, PersonDay.day <= last)
        .group_by(PersonDay.person_id)
        .cte("learned")
    )


def _deeds(people: CTE, did: CTE, *, is_grouped: bool) -> Select[*tuple[Any, ...]]:
    """By month and unit: what these people did, the rest of the columns of ``UnitMonth``. Not
    grouped: the same of each person."""
    manages = people.c.is_manager == 1
    has_acted = did.c.steps > 0
    is_unnoticed = did.c.first_word_on.is_(None) | (did.c.first_word_on >= MonthCount.settled_on)
    numbers = {
        "tried": _one_if(has_acted),
        "tried_by_calendar": did.c.by_calendar,
        "managers_tried": _one_if(manages & has_acted),
        "managers_tried_by_calendar": did.c.by_calendar * people.c.is_manager,
        "unnoticed": _one_if(has_acted & is_unnoticed),
        "began": _one_if(did.c.tries_before_habit > 0),
        "became_habit": _one_if(did.c.became_habit > 0),
        "became_habit_by_calendar": did.c.became_habit_by_calendar,
        "used": _one_if(did.c.habits_before_spread > 0),
        "was_spread": _one_if(did.c.was_spread > 0),
        "was_spread_by_calendar": did.c.was_spread_by_calendar,
    }
    key = (did.c.month, people.c.unit_id)
    sums = {name: func.sum(one) if is_grouped else one for name, one in numbers.items()}
    each = (
        select(*key, *(one.label(name) for name, one in sums.items()))
        .select_from(did)
        .outerjoin(people, (people.c.person_id == did.c.person_id) & is_of(people, did.c.month))
        .outerjoin(MonthCount, MonthCount.month == did.c.month)
        # As an inner join, but SQLite would turn a plain one round, and index what they did.
        .where(func.coalesce(people.c.unit_id, 0) > 0)
    )
    return each.group_by(*key) if is_grouped else each


def _one_if(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return case((condition, 1), else_=0)


_SUMMED = (
    "by_calendar",
    "tries_before_habit",
    "became_habit",
    "became_habit_by_calendar",
    "habits_before_spread",
    "was_spread",
    "was_spread_by_calendar",
)


def _what_they_did(months: CTE, *, first: Day, last: Day, choice: Choice) -> CTE:
    """What each of these people did in each of the months in which they did something."""
    steps = PersonDay.tries + PersonDay.habits + PersonDay.spreads
    # Person by person: SQLite finds the days of a few months without reading all of them, and in
    # the order in which they are grouped.
    in_time = PersonDay.month.between(first, last) & (PersonDay.person_id == Person.id)
    return (
        select(
            Person.id.label("person_id"),
            PersonDay.month,
            func.sum(steps).label("steps"),
            func.min(PersonDay.first_word_on).label("first_word_on"),
            *(func.sum(getattr(PersonDay, name)).label(name) for name in _SUMMED),
        )
        .join(PersonDay, in_time)
        .where(choice(Person.id), PersonDay.month.in_(select(months.c.month)))
        .group_by(Person.id, PersonDay.month)
        .cte("did")
    )
