"""Who counts on a day: in every denominator, every reminder and every suggestion.

A person counts who is active, whose kind of employment counts, and for whom that day is not in an
``UncountedPeriod``. Every number of people that something is divided by comes from ``counts_on``;
whatever asks a person for something first asks ``is_asked_on``.
"""

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, delete, exists, insert, or_, select, update
from sqlalchemy.orm import InstrumentedAttribute, Session

from challenges.people.models import Membership, Person, UncountedPeriod
from challenges.storage.sql import padded_ids
from challenges.vocabulary import Employment

Day = date | ColumnElement[date]

EMPLOYMENTS = {
    "正規": Employment.REGULAR,
    "会計年度任用": Employment.FISCAL_YEAR,
    "派遣受入": Employment.DISPATCHED,
    "出向": Employment.SECONDED,
    "委託": Employment.OUTSOURCED,
}
"""The kinds of employment by the words of the personnel list and of the setting."""


class Period(NamedTuple):
    """Days from–to, both included. Without a last day it goes on."""

    first_day: date
    last_day: date | None

    def meets(self, other: "Period") -> bool:
        """Whether the two have a day in common."""
        return self.first_day <= (other.last_day or date.max) and other.first_day <= (
            self.last_day or date.max
        )


def counts_on(on: Day, *, kinds: Collection[Employment]) -> ColumnElement[bool]:
    """Whether a ``Person`` of the statement is in the denominators of that day.

    They have a primary appointment on it. One without a kind of employment counts.
    """
    has_appointment = exists().where(
        Membership.person_id == Person.id,
        Membership.is_primary,
        Membership.valid_from <= on,
        or_(Membership.valid_to.is_(None), Membership.valid_to >= on),
        or_(Membership.employment.is_(None), Membership.employment.in_(kinds)),
    )
    # The person is always that of the statement around, however deep this stands in it.
    has_appointment = has_appointment.correlate_except(Membership)
    return Person.deactivated_at.is_(None) & has_appointment & is_asked_on(on)


def is_asked_on(
    on: Day, *, person_id: ColumnElement[int] | InstrumentedAttribute[int] = Person.id
) -> ColumnElement[bool]:
    """Whether something may be asked of, or suggested to, the person on that day."""
    does_not_count = exists().where(
        UncountedPeriod.person_id == person_id,
        UncountedPeriod.first_day <= on,
        or_(UncountedPeriod.last_day.is_(None), UncountedPeriod.last_day >= on),
    )
    return ~does_not_count.correlate_except(UncountedPeriod)


def known_periods(
    session: Session, *, only: Collection[int] | None = None
) -> dict[int, set[Period]]:
    """The days that do not count, by the id of the person: of everybody, or of those with an id in
    ``only``."""
    statement = select(
        UncountedPeriod.person_id, UncountedPeriod.first_day, UncountedPeriod.last_day
    )
    if only is not None:
        statement = statement.where(UncountedPeriod.person_id.in_(padded_ids(only)))
    found: dict[int, set[Period]] = {}
    for row in session.execute(statement):
        found.setdefault(row.person_id, set()).add(Period(row.first_day, row.last_day))
    return found


def are_told(known: set[Period], wanted: set[Period], *, today: date) -> bool:
    """Whether nothing has to change for the days to be those of ``wanted``. What is over stays."""
    return wanted <= known and all(_is_over(one, today) for one in known - wanted)


def set_periods(session: Session, wanted: Mapping[int, Iterable[Period]], *, today: date) -> None:
    """Make the days that do not count those of ``wanted``, by the id of the person.

    What is over stays. A known period that the wanted ones correct is replaced by them; one that is
    wanted no longer ends yesterday.
    """
    known = known_periods(session, only=wanted) if wanted else {}
    for person_id, periods in wanted.items():
        for period in known.get(person_id, set()).difference(periods):
            if not _is_over(period, today):
                _take_away(session, person_id, period, periods, today=today)
    added = [
        {"person_id": person_id, **period._asdict()}
        for person_id, periods in wanted.items()
        for period in set(periods) - known.get(person_id, set())
    ]
    if added:
        session.execute(insert(UncountedPeriod), added)


def _is_over(period: Period, today: date) -> bool:
    return period.last_day is not None and period.last_day < today


def _take_away(
    session: Session, person_id: int, period: Period, wanted: Iterable[Period], *, today: date
) -> None:
    is_it: tuple[Any, ...] = (
        UncountedPeriod.person_id == person_id,
        UncountedPeriod.first_day == period.first_day,
        UncountedPeriod.last_day.is_not_distinct_from(period.last_day),
    )
    if period.first_day >= today or any(period.meets(one) for one in wanted):
        session.execute(delete(UncountedPeriod).where(*is_it))
    else:
        yesterday = today - timedelta(days=1)
        session.execute(update(UncountedPeriod).where(*is_it).values(last_day=yesterday))
