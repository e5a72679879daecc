"""What the job of every night does, one small step after the other: fold what changed, count the
months that need it, publish what is settled.

Each step asks the database what is due. So a night without a relay is made up for, and a step that
was lost with its worker is done again.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.orm import Session

from app.indicators import counting
from app.indicators.activity import ChangedDay, FoldProgress, MonthCount
from app.indicators.chosen_people import lock, next_person, people_between, these_people
from app.indicators.closing import Computed, computed_indicators, is_due, publish
from app.indicators.folding import IN_TIME, fold
from app.indicators.formulas import MONTHS_OF_QUARTER, Figures
from app.indicators.periods import months_between, quarter_of, settled_on
from challenges.calendar import day_of
from challenges.storage.days import tokyo_day
from challenges.storage.sql import padded_ids
from challenges.submissions.models import Completion, StepTotal
from challenges.vocabulary import DecidedHow, Employment

PEOPLE_AT_ONCE = 200
"""People folded between two looks at the time."""
MONTHS_AT_ONCE = 24
"""Months that are counted together at most. What was counted of them is forgotten in one chunk."""


def step(session: Session, *, kinds: Collection[Employment], at: datetime) -> bool:
    """Do the next small piece of work. Returns whether there was any."""
    today = day_of(at)
    return (
        fold_changed(session, today=today)
        or fold_the_rest(session)
        or count_next(session, kinds=kinds, at=at)
    )


def fold_changed(session: Session, *, today: date, limit: int = PEOPLE_AT_ONCE) -> bool:
    """Fold some of the people again of whom a day changed. False if there are none."""
    people = select(ChangedDay.person_id).distinct().order_by(ChangedDay.person_id).limit(limit)
    ids = list(session.scalars(people))
    if not ids:
        return False
    whose = these_people(ids)
    lock(session, whose)
    gone = delete(ChangedDay).where(ChangedDay.person_id.in_(padded_ids(ids)))
    days = set(session.scalars(gone.returning(ChangedDay.day)))
    fold(session, whose)
    _mark_stale(session, ids, days, today=today)
    return True


def fold_everybody_again(session: Session) -> None:
    """Let the next nights fold and count everything anew, for a change that bears on all."""
    session.execute(update(FoldProgress).values(folded_until=0))
    counting.mark_stale(session, MonthCount.month >= date.min)


def fold_the_rest(session: Session, *, limit: int = PEOPLE_AT_ONCE) -> bool:
    """Fold the next people who were there before the fold was. False once all are done."""
    after = session.scalar(select(FoldProgress.folded_until))
    if after is None:
        return False
    last = next_person(session, after=after, limit=limit)
    moved = (
        update(FoldProgress)
        .where(FoldProgress.folded_until == after)
        .values(folded_until=last)
        .returning(FoldProgress.id)
        .execution_options(synchronize_session=False)
    )
    if session.scalar(moved) is not None and last is not None:
        whose = people_between(after, last)
        lock(session, whose)
        fold(session, whose)
    return True


def count_next(session: Session, *, kinds: Collection[Employment], at: datetime) -> bool:
    """Count some people of the months that need it. With the last of them a month is done, and what
    is settled of it is published. False if no month needs it."""
    today = day_of(at)
    months = months_to_count(session, today=today)
    if not months:
        return False
    if counting.count_some(session, months, kinds=kinds, today=today) is None:
        publish_month(session, months[0], at=at)
    return True


def months_to_count(session: Session, *, today: date) -> list[date]:
    """The months whose counting is under way and has come least far, or else the first ones that
    have to be counted, begun. They are counted together."""
    table = MonthCount.__table__
    known = {one.month: one for one in session.execute(select(*table.c))}
    places = {
        one.month: one.counted_until for one in known.values() if one.counted_until is not None
    }
    if places:
        return sorted(month for month, place in places.items() if place == min(places.values()))
    due = [
        month
        for month in settled_months(session, today=today)
        if _has_to_be_counted(known.get(month), month, today=today)
    ][:MONTHS_AT_ONCE]
    for month in due:
        counting.begin(session, month)
    return due


def settled_months(session: Session, *, today: date) -> Iterator[date]:
    """The months since the first completion that are settled, the oldest first."""
    first = session.scalar(select(func.min(StepTotal.month)))
    if first is not None:
        yield from (month for month in months_between(first, today) if settled_on(month) <= today)


def publish_month(session: Session, month: date, *, at: datetime) -> int:
    """Publish or correct what is settled of a month that was just counted, and of its quarter.
    Returns how many indicators were published or corrected."""
    by_months = {1: Figures(session, month), MONTHS_OF_QUARTER: Figures(session, quarter_of(month))}
    wrote = 0
    for one in computed_indicators():
        figures = by_months[one.formula.months]
        if is_due(one, figures.period, today=day_of(at)) and one.formula.is_known(figures):
            wrote += publish(session, one, figures, at=at)
    return wrote


def _has_to_be_counted(known: Any, month: date, *, today: date) -> bool:
    if known is None or known.counted_on is None or known.is_stale:
        return True
    # It is counted on the first night on which something of it may be published. After that, all
    # that bears on it makes it stale.
    dues = [one.formula.settled_on(month) for one in _monthly()]
    return any(known.counted_on < due <= today for due in dues)


def _monthly() -> list[Computed]:
    return [one for one in computed_indicators() if one.formula.months == 1]


def _mark_stale(
    session: Session, person_ids: Collection[int], days: Collection[date], *, today: date
) -> None:
    """Let the months be counted again on which changed days of these people may bear: their own,
    those of the tries that they may have made a habit of, once these are published, and all later
    ones if a quiz was passed on them, because who has passed one counts from then on."""
    is_one: ColumnElement[bool] = MonthCount.month.in_({day.replace(day=1) for day in days})
    for day in days:
        ahead = months_between(day - timedelta(days=IN_TIME), day)
        is_one |= MonthCount.month.in_([one for one in ahead if _is_told_ahead(one, today=today)])
    passed_on = tokyo_day(Completion.happened_at)
    passed = select(func.min(passed_on)).where(
        Completion.person_id.in_(padded_ids(person_ids)),
        Completion.decided_how == DecidedHow.QUIZ,
        passed_on.in_(days),
    )
    if first := session.scalar(passed):
        is_one |= MonthCount.month >= first.replace(day=1)
    counting.mark_stale(session, is_one)


def _is_told_ahead(month: date, *, today: date) -> bool:
    """Whether it is published what the tries of the month led to."""
    return any(
        one.formula.looks_ahead and one.formula.settled_on(month) <= today for one in _monthly()
    )
