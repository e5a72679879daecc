"""The people of a month: everybody who counts on at least one of its days, in the unit and the post
of their main appointment on the last such day.

A day counts if a main appointment holds on it whose kind of employment counts, if it is in no
``UncountedPeriod``, and if the person takes no rest: from the day after which a rest began to the
day before it ended. So everybody is in one unit, the units add up to the whole, and a
transfer on the first of a month moves nobody in the months before. Who has left since is in it,
because the appointment held on those days.
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

from app.indicators.folding import Whose
from challenges.people.models import Membership, Rest, UncountedPeriod
from challenges.storage.days import day_after, day_before, tokyo_day
from challenges.vocabulary import Employment, MembershipKind

_NEVER = date(9999, 12, 31)


def people_of_month(first: date, last: date, *, kinds: Collection[Employment], whose: Whose) -> CTE:
    """``person_id``, ``unit_id`` and ``is_manager`` of everybody who counts between two days.

    ``kinds`` are the kinds of employment that count.
    """
    off = _days_off(first, last, whose)
    ends = union_all(
        _last_days(first, last, kinds, whose), _days_before_off(first, last, kinds, off)
    )
    end = ends.subquery()
    covers = aliased(off)
    counted = (
        select(end.c.person_id, end.c.unit_id, end.c.is_manager, _place(end).label("place"))
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
    return (
        select(counted.c.person_id, counted.c.unit_id, counted.c.is_manager)
        .where(counted.c.place == 1)
        .cte("people")
    )


# The last day on which somebody counts is the last of an appointment within the month, or the day
# before days off. No other day has to be looked at.


def _last_days(
    first: date, last: date, kinds: Collection[Employment], whose: Whose
) -> Select[*tuple[Any, ...]]:
    end = case(
        (Membership.valid_to < literal(last, Date), Membership.valid_to),
        else_=literal(last, Date),
    )
    return select(*_columns(end)).where(*_belongs(first, last, kinds), whose(Membership.person_id))


def _days_before_off(
    first: date, last: date, kinds: Collection[Employment], off: CTE
) -> Select[*tuple[Any, ...]]:
    before = day_before(off.c.first_day)
    return (
        select(*_columns(before))
        .join(off, off.c.person_id == Membership.person_id)
        .where(*_belongs(first, last, kinds))
        .where(before.between(literal(first, Date), literal(last, Date)))
        .where(Membership.valid_from <= before)
        .where(or_(Membership.valid_to.is_(None), Membership.valid_to >= before))
    )


def _columns(day: ColumnElement[date]) -> tuple[ColumnElement[Any], ...]:
    is_manager = case((Membership.kind == MembershipKind.MANAGER, 1), else_=0)
    return (
        Membership.person_id.label("person_id"),
        Membership.unit_id.label("unit_id"),
        is_manager.label("is_manager"),
        day.label("day"),
    )


def _belongs(
    first: date, last: date, kinds: Collection[Employment]
) -> tuple[ColumnElement[bool], ...]:
    is_main: ColumnElement[bool] = Membership.is_primary.expression
    return (
        is_main,
        Membership.valid_from <= last,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= first),
        or_(Membership.employment.is_(None), Membership.employment.in_(kinds)),
    )


def _days_off(first: date, last: date, whose: Whose) -> CTE:
    """Days that do not count, from ``first_day`` to the day before ``back_on``."""
    never = literal(_NEVER, Date)
    uncounted = select(
        UncountedPeriod.person_id,
        UncountedPeriod.first_day.label("first_day"),
        func.coalesce(day_after(UncountedPeriod.last_day), never).label("back_on"),
    ).where(
        whose(UncountedPeriod.person_id),
        UncountedPeriod.first_day <= last,
        or_(UncountedPeriod.last_day.is_(None), UncountedPeriod.last_day >= first),
    )
    begun, ended = day_after(tokyo_day(Rest.begun_at)), tokyo_day(Rest.ended_at)
    rests = select(Rest.person_id, begun, func.coalesce(ended, never)).where(
        whose(Rest.person_id),
        begun <= literal(last, Date),
        or_(Rest.ended_at.is_(None), ended > literal(first, Date)),
    )
    return union_all(uncounted, rests).cte("days_off")


def _place(end: Any) -> ColumnElement[int]:
    return func.row_number().over(
        partition_by=end.c.person_id, order_by=(end.c.day.desc(), end.c.unit_id)
    )
