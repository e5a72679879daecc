"""The people of a month: everybody who counts on at least one of its days, in the unit and the post
of their main appointment on the last such day.

A day counts if a main appointment holds on it whose kind of employment counts, if it is in no
``UncountedPeriod``, and if the person takes no rest: from the day after which a rest began to the
day before it ended. So everybody is in one unit, the units add up to the whole, and a
transfer on the first of a month moves nobody in the months before. Who has left since is in it,
because the appointment held on those days.

Most people have no days off, so that their appointments alone say it, for many months at once. The
others are looked at month by month.
"""

from collections.abc import Collection
from datetime import date
from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    Date,
    Select,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    union_all,
)
from sqlalchemy.orm import aliased

from app.indicators.chosen_people import Choice
from challenges.people.models import Membership, Rest, UncountedPeriod
from challenges.storage.days import day_after, day_before, month_end, month_of, tokyo_day
from challenges.vocabulary import Employment, MembershipKind

_NEVER = date(9999, 12, 31)
Day = ColumnElement[date]


def people_of_months(
    months: CTE, *, first: Day, last: Day, kinds: Collection[Employment], choice: Choice
) -> CTE:
    """``person_id``, ``unit_id`` and ``is_manager`` of everybody who counts, and the months in
    which they do so there, from ``first_month`` to ``last_month``. See ``is_of``.

    ``months`` has a column ``month``, the first day of each; all lie between two days. ``kinds``
    are the kinds of employment that count.
    """
    off = _days_off(first, last, choice)
    by_appointments = _by_appointments(first, last, kinds, choice, off)
    return union_all(by_appointments, _by_days(months, kinds, choice, off)).cte("people")


def is_of(people: CTE, month: Day) -> ColumnElement[bool]:
    """Whether somebody is counted there in that month."""
    return month.between(people.c.first_month, people.c.last_month)


def not_before(first: Day, day: Day) -> Day:
    """The day, or the first one if it is earlier. People of whom the same is said can be counted
    together."""
    return case((day < first, first), else_=day)


def _by_appointments(
    first: Day, last: Day, kinds: Collection[Employment], choice: Choice, off: CTE
) -> Select[*tuple[Any, ...]]:
    """Those without days off: from the month in which an appointment begins to that in which it
    ends, or to the month before that of the next one."""
    began = month_of(Membership.valid_from)
    held = (
        select(
            *_columns(),
            not_before(first, began).label("first_month"),
            month_of(_until(last)).label("last_month"),
            func.lead(began)
            .over(partition_by=Membership.person_id, order_by=Membership.valid_from)
            .label("next_month"),
        )
        .where(*_belongs(first, last, kinds), choice(Membership.person_id))
        .where(Membership.person_id.not_in(select(off.c.person_id)))
        .subquery("held")
    )
    is_cut = held.c.next_month <= held.c.last_month
    return select(
        held.c.person_id,
        held.c.unit_id,
        held.c.is_manager,
        held.c.first_month,
        case((is_cut, month_of(day_before(held.c.next_month))), else_=held.c.last_month).label(
            "last_month"
        ),
    )


def _by_days(
    months: CTE, kinds: Collection[Employment], choice: Choice, off: CTE
) -> Select[*tuple[Any, ...]]:
    """Those with days off, month by month."""
    ends = union_all(
        _last_days(months, kinds, choice, off), _days_before_off(months, kinds, choice, off)
    )
    end = ends.subquery()
    covers = aliased(off)
    counted = (
        select(end.c.person_id, end.c.unit_id, end.c.is_manager, end.c.month, _place(end))
        .outerjoin(
            covers,
            and_(
                covers.c.person_id == end.c.person_id,
                covers.c.first_day <= end.c.day,
                covers.c.back_on > end.c.day,
            ),
        )
        .where(covers.c.person_id.is_(None))
        .subquery()
    )
    return select(
        counted.c.person_id,
        counted.c.unit_id,
        counted.c.is_manager,
        counted.c.month,
        counted.c.month.label("last_month"),
    ).where(counted.c.place == 1)


# The last day on which somebody counts is the last of an appointment within the month, or the day
# before days off. No other day has to be looked at.


def _last_days(
    months: CTE, kinds: Collection[Employment], choice: Choice, off: CTE
) -> Select[*tuple[Any, ...]]:
    first, last = months.c.month, month_end(months.c.month)
    return (
        select(*_columns(), first.label("month"), _until(last).label("day"))
        .join(months, and_(*_belongs(first, last, kinds)))
        .where(choice(Membership.person_id))
        .where(Membership.person_id.in_(select(off.c.person_id)))
    )


def _days_before_off(
    months: CTE, kinds: Collection[Employment], choice: Choice, off: CTE
) -> Select[*tuple[Any, ...]]:
    before = day_before(off.c.first_day)
    return (
        select(*_columns(), months.c.month, before.label("day"))
        .select_from(off)
        .join(months, months.c.month == month_of(before))
        .join(Membership, Membership.person_id == off.c.person_id)
        .where(*_belongs(before, before, kinds), choice(Membership.person_id))
    )


def _columns() -> tuple[ColumnElement[Any], ...]:
    is_manager = case((Membership.kind == MembershipKind.MANAGER, 1), else_=0)
    return (
        Membership.person_id.label("person_id"),
        Membership.unit_id.label("unit_id"),
        is_manager.label("is_manager"),
    )


def _until(last: ColumnElement[date]) -> ColumnElement[date]:
    """The last day of an appointment, if it is before ``last``, or else that."""
    return case((Membership.valid_to < last, Membership.valid_to), else_=last)


def _belongs(
    first: Day,
    last: Day,
    kinds: Collection[Employment],
) -> tuple[ColumnElement[bool], ...]:
    is_main: ColumnElement[bool] = Membership.is_primary.expression
    return (
        is_main,
        Membership.valid_from <= last,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= first),
        or_(Membership.employment.is_(None), Membership.employment.in_(kinds)),
    )


def _days_off(first: Day, last: Day, choice: Choice) -> CTE:
    """Days that do not count, from ``first_day`` to the day before ``back_on``."""
    never = literal(_NEVER, Date)
    uncounted = select(
        UncountedPeriod.person_id,
        UncountedPeriod.first_day.label("first_day"),
        func.coalesce(day_after(UncountedPeriod.last_day), never).label("back_on"),
    ).where(
        choice(UncountedPeriod.person_id),
        UncountedPeriod.first_day <= last,
        or_(UncountedPeriod.last_day.is_(None), UncountedPeriod.last_day >= first),
    )
    begun, ended = day_after(tokyo_day(Rest.begun_at)), tokyo_day(Rest.ended_at)
    rests = select(Rest.person_id, begun, func.coalesce(ended, never)).where(
        choice(Rest.person_id),
        begun <= last,
        or_(Rest.ended_at.is_(None), ended > first),
    )
    return union_all(uncounted, rests).cte("days_off")


def _place(end: Any) -> ColumnElement[int]:
    key = (end.c.person_id, end.c.month)
    last_first = (end.c.day.desc(), end.c.unit_id)
    return func.row_number().over(partition_by=key, order_by=last_first).label("place")
