"""What the job of every night does, one small step after the other: fold what changed, count the
months that need it, publish what is settled.

Each step asks the database what is due. So a night without a relay is made up for, and a step that
was lost with its worker is done again.
"""

from collections.abc import Collection, Iterator
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, select, update
from sqlalchemy.orm import Session

from app.indicators import counting
from app.indicators.activity import ChangedDay, Closing, FoldProgress, MonthCount
from app.indicators.closing import Computed, computed_indicators, publish
from app.indicators.folding import IN_TIME, fold, lock, next_person, people_between, these_people
from app.indicators.formulas import Figures
from app.indicators.periods import months_between, quarter_of, settled_on
from challenges.calendar import day_of
from challenges.storage.sql import padded_ids
from challenges.submissions.models import StepTotal
from challenges.vocabulary import Employment

PEOPLE_AT_ONCE = 200
"""People folded between two looks at the time."""
MONTHS_AT_ONCE = 12
"""Months that are counted together at most."""
LOOKED_AT_FOR = timedelta(days=31)
"""How long after it was to be published a month is counted again every night, for what is recorded
late and tells nobody, such as a leave."""


def step(session: Session, *, kinds: Collection[Employment], at: datetime) -> bool:
    """Do the next small piece of work. Returns whether there was any."""
    today = day_of(at)
    return (
        fold_changed(session, today=today)
        or fold_the_rest(session)
        or count_next(session, kinds=kinds, at=at)
        or publish_quarters(session, at=at)
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
    days = list(session.scalars(gone.returning(ChangedDay.day)))
    fold(session, whose)
    if days:
        _mark_stale(session, min(days), today=today)
    return True


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
    known = {one.month: one for one in session.scalars(select(MonthCount))}
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
    session.expire_all()
    return due


def settled_months(session: Session, *, today: date) -> Iterator[date]:
    """The months since the first completion that are settled, the oldest first."""
    first = session.scalar(select(func.min(StepTotal.month)))
    if first is not None:
        yield from (month for month in months_between(first, today) if settled_on(month) <= today)


def publish_month(session: Session, month: date, *, at: datetime) -> int:
    """Publish what is settled of a month that was just counted, or correct it. Returns how many
    indicators were published or corrected."""
    monthly = [one for one in computed_indicators() if one.formula.months == 1]
    due = [one for one in monthly if one.formula.settled_on(month) <= day_of(at)]
    figures = Figures(session, month)
    return sum(publish(session, one, figures, at=at) for one in due)


def publish_quarters(session: Session, *, at: datetime) -> bool:
    """Publish the quarters that are settled and not published, and correct the newest. Returns
    whether anything was written."""
    quarterly = [one for one in computed_indicators() if one.formula.months > 1]
    closed = {
        (row.indicator, row.period)
        for row in session.execute(select(Closing.indicator, Closing.period))
    }
    wrote = False
    for one in quarterly:
        for quarter in _quarters(session, one, today=day_of(at)):
            is_new = day_of(at) <= one.formula.settled_on(quarter) + LOOKED_AT_FOR
            figures = Figures(session, quarter)
            if (is_new or (one.slug, quarter) not in closed) and one.formula.is_known(figures):
                wrote |= publish(session, one, figures, at=at)
    return wrote


def _quarters(session: Session, one: Computed, *, today: date) -> Iterator[date]:
    first = session.scalar(select(func.min(StepTotal.month)))
    if first is not None:
        quarters = sorted({quarter_of(month) for month in months_between(first, today)})
        yield from (quarter for quarter in quarters if one.formula.settled_on(quarter) <= today)


def _has_to_be_counted(known: MonthCount | None, month: date, *, today: date) -> bool:
    if known is None or known.counted_on is None or known.is_stale:
        return True
    # It is counted on the first night on which it is due, and every night for a while.
    for due in sorted({one.formula.settled_on(month) for one in _monthly()}):
        if due <= today and known.counted_on < min(today, due + LOOKED_AT_FOR):
            return True
    return False


def _monthly() -> list[Computed]:
    return [one for one in computed_indicators() if one.formula.months == 1]


def _mark_stale(session: Session, day: date, *, today: date) -> None:
    """Let the months be counted again on which a changed day may bear: its own and all later ones,
    and those of the tries that it may have made a habit of, once these are published."""
    counting.mark_stale(session, first=day)
    published = [
        month
        for month in months_between(day - timedelta(days=IN_TIME), day)
        if any(
            one.formula.looks_ahead and one.formula.settled_on(month) <= today for one in _monthly()
        )
    ]
    if published:
        counting.mark_stale(session, first=published[0], last=published[-1])
