"""The people of units by month are what the history says, with moves, voids and late decisions."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Config
from app.indicators import counting
from app.indicators.activity import MonthCount, UnitMonth
from app.indicators.changed_days import on_appointments_changed
from app.indicators.folding import fold_all
from app.indicators.nightly import months_to_count
from app.indicators.periods import last_day_of, settled_on
from challenges.calendar import TOKYO
from challenges.outbox import Fact
from challenges.people.events import AppointmentsChanged
from challenges.people.models import Membership, Person, UncountedPeriod
from challenges.people.roster.applying import import_people
from challenges.people.roster.reading import PersonnelList
from challenges.submissions.models import Completion
from challenges.vocabulary import DecidedHow, MembershipKind
from tests.app.indicators import slow_fold
from tests.app.indicators.test_folding import PEOPLE, Play, acts, any_time

Climb = Callable[..., Completion]
MONTHS = [date(2026, 3, 1), date(2026, 5, 1), date(2026, 6, 1)]
"""Counted together, with a gap between them."""
TODAY = date(2026, 8, 20)
KINDS = Config.counted_employments

moves = st.lists(
    st.tuples(
        st.integers(0, len(PEOPLE) - 1),
        st.integers(0, 120),
        st.sampled_from([MembershipKind.STAFF, MembershipKind.MANAGER]),
    ),
    max_size=4,
    unique_by=lambda one: one[:2],
)
leaves = st.lists(
    st.tuples(st.integers(0, len(PEOPLE) - 1), st.integers(0, 120), st.integers(0, 70)), max_size=2
)


def stored(session: Session, month: date) -> dict[int, dict[str, int]]:
    """By unit; numbers that are 0 are left out."""
    found = select(*UnitMonth.__table__.c).where(UnitMonth.month == month)
    rows = session.execute(found).mappings()
    return {
        row["unit_id"]: {
            name: value for name, value in row.items() if value and name not in ("month", "unit_id")
        }
        for row in rows
    }


def reckoned(session: Session, first: date) -> dict[int, dict[str, int]]:
    """The same, person by person and day by day."""
    last = last_day_of(first)
    days, units = slow_fold.person_days(session), defaultdict[int, Counter[str]](Counter)
    for person in session.scalars(select(Person)).all():
        held = _main_at_the_end(session, person, first, last)
        if held is None:
            continue
        until = [one for (who, day), one in days.items() if who == person.id and day <= last]
        month = [
            one for (who, day), one in days.items() if who == person.id and first <= day <= last
        ]
        numbers = _numbers(month, until, month_of=first, manages=held.kind == "MANAGER")
        units[held.unit_id].update(numbers)
    return {unit_id: dict(+found) for unit_id, found in units.items()}


def _main_at_the_end(
    session: Session, person: Person, first: date, last: date
) -> Membership | None:
    """The main appointment on the last day of the month that does not lie in a leave."""
    mains = session.scalars(
        select(Membership)
        .where(Membership.person_id == person.id, Membership.is_primary)
        .execution_options(populate_existing=True)
    ).all()
    leaves = session.scalars(
        select(UncountedPeriod).where(UncountedPeriod.person_id == person.id)
    ).all()
    day = last
    while day >= first:
        if not any(one.first_day <= day <= (one.last_day or last) for one in leaves):
            for one in mains:
                if one.valid_from <= day <= (one.valid_to or last):
                    return one
        day -= timedelta(days=1)
    return None


def _numbers(month: list[Any], until: list[Any], *, month_of: date, manages: bool) -> Counter[str]:
    def add(name: str) -> int:
        return sum(one.get(name, 0) for one in month)

    tried = bool(month)
    words = [one["first_word_on"] for one in month if "first_word_on" in one]
    noticed = any(day < settled_on(month_of) for day in words)
    return Counter(
        {
            "people": 1,
            "managers": manages,
            "tried": tried,
            "tried_by_calendar": add("by_calendar"),
            "managers_tried": manages and tried,
            "managers_tried_by_calendar": manages * add("by_calendar"),
            "unnoticed": tried and not noticed,
            "learned": any(one.get("quiz_passes") for one in until),
            "began": bool(add("tries_before_habit")),
            "became_habit": bool(add("became_habit")),
            "became_habit_by_calendar": add("became_habit_by_calendar"),
            "used": bool(add("habits_before_spread")),
            "was_spread": bool(add("was_spread")),
            "was_spread_by_calendar": add("was_spread_by_calendar"),
        }
    )


@any_time
@given(acts=acts, moves=moves, leaves=leaves)
def test_months_by_units_are_what_the_history_says(
    session: Session,
    cast: SimpleNamespace,
    step_of: Any,
    move: Any,
    acts: list[Any],
    moves: list[Any],
    leaves: list[Any],
) -> None:
    whole = session.begin_nested()
    fold_all(session)
    play = Play(session, cast, step_of)
    for act in acts:
        play.act(*act)
    units = (cast.section, cast.other_section)
    for place, (who, day, kind) in enumerate(sorted(moves, key=lambda one: one[1])):
        on = date(2026, 3, 1) + timedelta(days=day)
        move(getattr(cast, PEOPLE[who]), units[place % 2], on=on, kind=kind)
    for who, begins, lasts in leaves:
        first, id_ = date(2026, 3, 1) + timedelta(days=begins), getattr(cast, PEOPLE[who]).id
        last = first + timedelta(days=lasts)
        session.add(UncountedPeriod(person_id=id_, first_day=first, last_day=last))
    play.hear_all()
    play.fold()
    for month in MONTHS:
        counting.begin(session, month)
    for place in range(len(MONTHS)):
        left = MONTHS[place:]
        while counting.count_some(session, left, kinds=KINDS, today=TODAY, limit=2) is not None:
            pass

    for month in MONTHS:
        assert stored(session, month) == reckoned(session, month)
    whole.rollback()
    session.expire_all()


def test_a_month_is_counted_again_when_a_day_of_it_changed(
    session: Session, cast: SimpleNamespace, climb: Climb, step_of: Any, at: Any, night: Any
) -> None:
    def stale() -> set[date]:
        session.expire_all()
        found = select(MonthCount.month).where(MonthCount.is_stale)
        return set(session.scalars(found))

    climb(cast.outsider, "good-failure", at=at.replace(month=2))
    play = Play(session, cast, step_of)
    play.hear_all()
    night(date(2026, 10, 20))
    assert months_to_count(session, today=date(2026, 10, 20)) == []
    assert stale() == set()

    # A habit of 15 July may settle what was tried since 16 April, where that is published.
    climb(cast.staff, "good-failure", 2, at=at)
    play.hear_all()
    play.fold()
    assert date(2026, 7, 1) in stale()
    assert stale().isdisjoint({date(2026, 3, 1), date(2026, 8, 1)})

    # Who has passed a quiz counts in all later months too.
    late = climb(cast.outsider, "good-failure", 3, at=at.replace(month=6))
    late.decided_how = DecidedHow.QUIZ
    play.hear_all()
    play.fold()
    assert stale() >= {date(2026, 6, 1), date(2026, 8, 1)}


@pytest.mark.parametrize(
    ("number", "day", "first"),
    [
        ("staff", "2026-05-20", date(2026, 5, 1)),
        ("newcomer", "2026-04-01", date(2026, 4, 1)),
        ("staff", "2026-12-01", date(2026, 10, 1)),
    ],
)
def test_months_are_counted_again_since_appointments_are_otherwise(
    session: Session, cast: SimpleNamespace, number: str, day: str, first: date
) -> None:
    """A list of October says it. What is to come bears on no month of the past."""
    october = datetime(2026, 10, 20, 10, tzinfo=TOKYO)
    for month in (3, 4, 5, 10):
        counting.count_all(session, date(2026, month, 1), kinds=KINDS, today=october.date())
    text = f"職員番号,氏名,所属,職,管理職,発令日\n{number},氏名,農林部/森林課,主事,0,{day}"
    import_people(session, PersonnelList(text.encode()).people, at=october)
    fact = session.scalars(select(Fact).where(Fact.kind == AppointmentsChanged.kind)).one()
    on_appointments_changed(session, fact, october)

    found = select(MonthCount.month).where(MonthCount.is_stale)
    months = {date(2026, month, 1) for month in (3, 4, 5, 10)}
    assert set(session.scalars(found)) == {one for one in months if one >= first}
