"""The people of units by month are what the history says, with moves, voids and late decisions."""

from collections import Counter, defaultdict
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Config
from app.indicators import counting
from app.indicators.activity import MonthCount, UnitMonth
from app.indicators.folding import fold_all
from app.indicators.nightly import month_to_count
from app.indicators.periods import settled_on
from challenges.people.models import Membership, Person
from challenges.submissions.models import Completion
from challenges.vocabulary import MembershipKind
from tests.app.indicators import slow_fold
from tests.app.indicators.test_folding import PEOPLE, Play, acts, any_time

Climb = Callable[..., Completion]
MAY, LAST = date(2026, 5, 1), date(2026, 5, 31)
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


def stored(session: Session) -> dict[int, dict[str, int]]:
    """By unit; numbers that are 0 are left out."""
    rows = session.execute(select(*UnitMonth.__table__.c).where(UnitMonth.month == MAY)).mappings()
    return {
        row["unit_id"]: {
            name: value for name, value in row.items() if value and name not in ("month", "unit_id")
        }
        for row in rows
    }


def reckoned(session: Session) -> dict[int, dict[str, int]]:
    """The same, person by person and day by day."""
    days, units = slow_fold.person_days(session), defaultdict[int, Counter[str]](Counter)
    for person in session.scalars(select(Person)).all():
        held = _main_on_the_last_day(session, person)
        if held is None:
            continue
        until = [one for (who, day), one in days.items() if who == person.id and day <= LAST]
        month = [one for (who, day), one in days.items() if who == person.id and MAY <= day <= LAST]
        units[held.unit_id].update(_numbers(month, until, manages=held.kind == "MANAGER"))
    return {unit_id: dict(+found) for unit_id, found in units.items()}


def _main_on_the_last_day(session: Session, person: Person) -> Membership | None:
    rows = select(Membership).where(Membership.person_id == person.id, Membership.is_primary)
    for one in session.scalars(rows.execution_options(populate_existing=True)):
        if one.valid_from <= LAST and (one.valid_to is None or one.valid_to >= LAST):
            return one
    return None


def _numbers(month: list[Any], until: list[Any], *, manages: bool) -> Counter[str]:
    def add(name: str) -> int:
        return sum(one.get(name, 0) for one in month)

    tried = bool(month)
    words = [one["first_word_on"] for one in month if "first_word_on" in one]
    noticed = any(day < settled_on(MAY) for day in words)
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
@given(acts=acts, moves=moves)
def test_a_month_by_units_is_what_the_history_says(
    session: Session,
    cast: SimpleNamespace,
    step_of: Any,
    move: Any,
    acts: list[Any],
    moves: list[Any],
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
    play.hear_all()
    play.fold()
    counting.begin(session, MAY)
    while counting.count_some(session, MAY, kinds=KINDS, today=TODAY, limit=2) is not None:
        pass

    assert stored(session) == reckoned(session)
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
    assert month_to_count(session, today=date(2026, 10, 20)) is None
    assert stale() == set()

    # A habit of 15 July may settle what was tried since 16 April, where that is published.
    climb(cast.staff, "good-failure", 2, at=at)
    play.hear_all()
    play.fold()
    assert stale() >= {date(2026, 7, 1), date(2026, 8, 1)}
    assert date(2026, 3, 1) not in stale()
