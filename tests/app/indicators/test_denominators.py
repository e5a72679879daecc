"""Who is counted in a month, and in which unit: as of the last day on which they count."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import zip_longest
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Date, delete, literal, select
from sqlalchemy.orm import Session

from app.config import Config
from app.indicators.chosen_people import everybody
from app.indicators.denominators import is_of, people_of_months
from challenges.calendar import TOKYO, day_of
from challenges.people import consents, leaving
from challenges.people.models import Membership, Person, Rest, UncountedPeriod, Unit
from challenges.vocabulary import Employment, MembershipKind

JULY, LAST = date(2026, 7, 1), date(2026, 7, 31)
KINDS = Config.counted_employments
Move = Callable[..., Membership]
A_DAY = timedelta(days=1)


def people(session: Session) -> dict[int, tuple[int, bool]]:
    """Unit, and whether they manage, by person."""
    first, last = literal(JULY, Date), literal(LAST, Date)
    july = select(literal(JULY, Date).label("month")).cte("months")
    found = people_of_months(july, first=first, last=last, kinds=KINDS, choice=everybody().choice)
    rows = session.execute(select(found).where(is_of(found, literal(JULY, Date)))).all()
    assert len({row.person_id for row in rows}) == len(rows)
    return {row.person_id: (row.unit_id, bool(row.is_manager)) for row in rows}


def noon(month: int, day: int) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=TOKYO)


def test_everybody_with_a_main_appointment_counts(session: Session, cast: SimpleNamespace) -> None:
    counted = people(session)
    assert counted[cast.staff.id] == (cast.section.id, False)
    assert counted[cast.manager.id] == (cast.section.id, True)
    assert counted[cast.deputy.id] == (cast.section.id, False)
    assert len(counted) == 6


def test_a_transfer_in_the_month_counts_in_the_new_unit(
    session: Session, cast: SimpleNamespace, move: Move
) -> None:
    move(cast.staff, cast.other_section, on=date(2026, 7, 31))
    move(cast.colleague, cast.other_section, on=date(2026, 8, 1))

    counted = people(session)
    assert counted[cast.staff.id] == (cast.other_section.id, False)
    assert counted[cast.colleague.id] == (cast.section.id, False)


def test_who_leaves_in_the_month_still_counts(session: Session, cast: SimpleNamespace) -> None:
    leaving.deactivate(session, cast.staff, at=noon(7, 3))
    leaving.deactivate(session, cast.colleague, at=noon(6, 30))

    assert cast.staff.id in people(session)
    assert cast.colleague.id not in people(session)


def test_a_leave_of_the_whole_month_is_out(session: Session, cast: SimpleNamespace) -> None:
    def leave(person: Person, first: date, last: date | None) -> None:
        session.add(UncountedPeriod(person_id=person.id, first_day=first, last_day=last))
        session.flush()

    leave(cast.staff, date(2026, 7, 1), date(2026, 7, 31))
    leave(cast.colleague, date(2026, 7, 2), None)
    leave(cast.manager, date(2026, 4, 1), date(2026, 7, 30))
    leave(cast.deputy, date(2026, 6, 1), None)

    assert {cast.colleague.id, cast.manager.id} < people(session).keys()
    assert not {cast.staff.id, cast.deputy.id} & people(session).keys()


def test_a_rest_of_the_whole_month_is_out(session: Session, cast: SimpleNamespace) -> None:
    consents.pause(session, cast.staff, at=noon(6, 30))
    consents.pause(session, cast.colleague, at=noon(7, 1))
    consents.pause(session, cast.deputy, at=noon(6, 1))
    consents.resume(session, cast.deputy, at=noon(7, 31))

    assert cast.staff.id not in people(session)
    assert {cast.colleague.id, cast.deputy.id} < people(session).keys()


def test_a_kind_of_employment_that_does_not_count_is_out(
    session: Session, cast: SimpleNamespace, move: Move
) -> None:
    move(cast.staff, cast.section, on=date(2026, 6, 1), employment=Employment.OUTSOURCED)
    move(cast.colleague, cast.section, on=date(2026, 7, 9), employment=Employment.OUTSOURCED)

    assert cast.staff.id not in people(session)
    assert cast.colleague.id in people(session)


spans = st.tuples(st.integers(-5, 36), st.integers(0, 20))
lives = st.fixed_dictionaries(
    {
        "moves": st.lists(
            st.tuples(
                st.integers(-5, 36),
                st.integers(0, 1),
                st.sampled_from(MembershipKind),
                st.sampled_from([None, *Employment]),
            ),
            max_size=3,
            unique_by=lambda one: one[0],
        ),
        "leaves": st.lists(spans, max_size=3),
        "rest": st.none() | spans,
    }
)


@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(life=lives)
def test_a_month_is_what_its_days_one_by_one_say(
    session: Session, cast: SimpleNamespace, life: dict[str, Any]
) -> None:
    whole = session.begin_nested()
    _live(session, cast.staff, (cast.section, cast.other_section), life)

    assert people(session).get(cast.staff.id) == _day_by_day(session, cast.staff)
    whole.rollback()
    session.expire_all()


def _live(session: Session, who: Person, units: tuple[Unit, Unit], life: dict[str, Any]) -> None:
    session.execute(delete(Membership).where(Membership.person_id == who.id))
    moves = sorted(life["moves"], key=lambda one: one[0])
    for (begins, unit, kind, employment), later in zip_longest(moves, moves[1:]):
        session.add(
            Membership(
                person_id=who.id,
                unit_id=units[unit].id,
                kind=kind,
                employment=employment,
                valid_from=JULY + begins * A_DAY,
                valid_to=JULY + (later[0] - 1) * A_DAY if later else None,
            )
        )
    for begins, lasts in life["leaves"]:
        first = JULY + begins * A_DAY
        session.add(
            UncountedPeriod(person_id=who.id, first_day=first, last_day=first + lasts * A_DAY)
        )
    if life["rest"]:
        begins, lasts = life["rest"]
        begun_at = datetime.combine(JULY + begins * A_DAY, time(23, 30), TOKYO)
        session.add(Rest(person_id=who.id, begun_at=begun_at, ended_at=begun_at + lasts * A_DAY))
    session.flush()


def _day_by_day(session: Session, who: Person) -> tuple[int, bool] | None:
    memberships = session.scalars(select(Membership).where(Membership.person_id == who.id)).all()
    leaves = session.scalars(select(UncountedPeriod)).all()
    rests = session.scalars(select(Rest)).all()
    for back in range(31):
        day = LAST - back * A_DAY
        if any(one.first_day <= day and day <= (one.last_day or LAST) for one in leaves):
            continue
        if any(
            day_of(one.begun_at) < day and (one.ended_at is None or day < day_of(one.ended_at))
            for one in rests
        ):
            continue
        for one in memberships:
            holds = one.valid_from <= day <= (one.valid_to or LAST)
            if holds and (one.employment is None or one.employment in KINDS):
                return one.unit_id, one.kind is MembershipKind.MANAGER
    return None
