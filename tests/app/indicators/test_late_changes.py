"""Whatever is recorded late, the nights after it make of it what a fold from scratch would."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.catalogue import Contents, bring_in, read
from app.config import Config
from app.indicators import counting
from app.indicators.activity import MonthCount, UnitMonth
from app.indicators.changed_days import on_appointments_changed
from app.indicators.folding import IN_TIME, fold_all
from app.indicators.nightly import step
from app.indicators.periods import last_day_of, settled_after
from app.indicators.verifying import differences
from challenges.calendar import noon_of
from challenges.catalogue.models import Challenge, Step
from challenges.outbox import Fact
from challenges.submissions import completing, submitting
from challenges.vocabulary import DecidedHow, MembershipKind
from tests.app.indicators.test_folding import PEOPLE, START, Play, acts, any_time

KINDS = Config.counted_employments
EARLY = datetime.fromisoformat("2027-03-15T10:00+09:00")
"""When the first acts are recorded. Everything of START is settled by then."""
LATE = datetime.fromisoformat("2027-09-15T10:00+09:00")

moves = st.lists(
    st.tuples(
        st.integers(0, len(PEOPLE) - 1),
        st.integers(0, 400),
        st.sampled_from([MembershipKind.STAFF, MembershipKind.MANAGER]),
    ),
    max_size=3,
    unique_by=lambda one: one[:2],
)


def counted(session: Session, today: date) -> dict[Any, Any]:
    """The numbers of every counted month, without those that are not settled."""
    found = {}
    for row in session.execute(select(*UnitMonth.__table__.c)).mappings():
        ahead = last_day_of(row["month"]) + timedelta(days=IN_TIME)
        names = set(row) - {"month", "unit_id"}
        if settled_after(ahead) > today:
            names -= LOOKING_AHEAD
        if numbers := {name: row[name] for name in names if row[name]}:
            found[row["month"], row["unit_id"]] = numbers
    return found


LOOKING_AHEAD = {
    *("became_habit", "became_habit_by_calendar", "was_spread", "was_spread_by_calendar"),
}


def from_scratch(session: Session, today: date) -> dict[Any, Any]:
    months = list(session.scalars(select(MonthCount.month)))
    fold_all(session)
    session.execute(delete(UnitMonth))
    for month in months:
        counting.count_all(session, month, kinds=KINDS, today=today)
    return counted(session, today)


@contextmanager
def undone(session: Session) -> Iterator[None]:
    """Nothing of it is kept, so that hypothesis can go on after a failure."""
    whole = session.begin_nested()
    try:
        yield
    finally:
        whole.rollback()
        session.expire_all()


def nights(session: Session, day: date) -> None:
    while step(session, kinds=KINDS, at=noon_of(day)):
        pass


@any_time
@given(before=acts, moves=moves, late=acts)
def test_late_acts_and_moves_leave_what_a_fold_from_scratch_gives(
    session: Session,
    cast: SimpleNamespace,
    step_of: Any,
    move: Any,
    before: list[Any],
    moves: list[Any],
    late: list[Any],
) -> None:
    with undone(session):
        fold_all(session)
        play = Play(session, cast, step_of)
        play.now = EARLY
        for act in [("climb", 0, 0, 0), *before]:
            play.act(*act)
        play.hear_all()
        nights(session, play.now.date())

        play.now = LATE
        for act in late:
            play.act(*act)
        play.hear_all()
        units = (cast.section, cast.other_section)
        for place, (who, day, kind) in enumerate(sorted(moves, key=lambda one: one[1])):
            on = START + timedelta(days=day)
            move(getattr(cast, PEOPLE[who]), units[place % 2], on=on, kind=kind)
        if moves:
            since = START + timedelta(days=min(day for _, day, _ in moves))
            about = {"since": since.isoformat()}
            on_appointments_changed(session, Fact(about=about), play.now)
        today = play.now.date()
        nights(session, today)

        live = counted(session, today)
        assert live == from_scratch(session, today)


def test_a_step_that_is_added_is_folded_into_what_led_to_it(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    whole = read()
    like = whole.challenges.challenges[0]

    def with_steps(count: int) -> Contents:
        new = like.model_copy(
            update={"slug": "a-new-way", "number": 999, "steps": like.steps[:count]}
        )
        challenges = [*whole.challenges.challenges, new]
        return replace(
            whole, challenges=whole.challenges.model_copy(update={"challenges": challenges})
        )

    list(bring_in(session, with_steps(1), at=at))
    step = session.scalars(select(Step).join(Challenge).where(Challenge.slug == "a-new-way")).one()
    submission = submitting.open_submission(
        session, person_id=cast.staff.id, step_id=step.id, version=1, at=at
    )
    completing.complete(session, submission, happened_at=at, how=DecidedHow.SELF, at=at)
    fold_all(session)
    nights(session, EARLY.date())
    before = counted(session, EARLY.date())

    list(bring_in(session, with_steps(3), at=EARLY))
    nights(session, EARLY.date())
    assert list(differences(session)) == []
    assert counted(session, EARLY.date()) != before
