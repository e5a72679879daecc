"""A settled month is published once, units as they may be shown; the whole may be corrected."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app.config import Config
from app.indicators import changed_days, counting, nightly
from app.indicators.closing import RECOUNTED
from app.indicators.folding import fold_all
from app.indicators.models import Measure, Source
from app.indicators.published import Published, published
from challenges.calendar import TOKYO, noon_of
from challenges.outbox import Fact
from challenges.people.models import Membership, Person, UncountedPeriod, Unit
from challenges.submissions import voiding
from challenges.submissions.models import Completion
from challenges.vocabulary import Site

Climb = Callable[..., Completion]
Night = Callable[[date], None]
MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)
JUNE_IS_SETTLED = date(2026, 7, 9)
KINDS = Config.counted_employments


def june(day: int) -> datetime:
    return datetime(2026, 6, 1, 10, tzinfo=TOKYO) + timedelta(days=day - 1)


@pytest.fixture
def units(
    session: Session, cast: SimpleNamespace, unit_of: Any, people_in: Any, climb: Climb
) -> dict[str, list[Person]]:
    """Three sections of 20, 30 and 6 people, and another department of 40. In June a half of each
    take a step. The cast have left long ago."""
    session.execute(update(Membership).values(valid_to=date(2024, 12, 31)))
    department, other = unit_of("北部", Site.HEAD), unit_of("南部", Site.BRANCH)
    assert department.id != other.id
    found = {
        "one": people_in(unit_of("北部/一課"), 20),
        "two": people_in(unit_of("北部/二課"), 30),
        "small": people_in(unit_of("北部/三課"), 6),
        "other": people_in(unit_of("南部/所"), 40),
    }
    for people in found.values():
        for one in people[: len(people) // 2]:
            climb(one, "first-hello", at=june(10))
    return found


def night_of_changes(session: Session, day: date) -> None:
    """The work of a night that folds only what changed."""
    while nightly.step(session, kinds=KINDS, at=noon_of(day)):
        pass


def of_units(session: Session, slug: str, period: date) -> dict[str, Measure]:
    rows = session.execute(
        select(Unit.path, Measure)
        .join(Measure, Measure.unit_id == Unit.id)
        .where(Measure.indicator == slug, Measure.period == period)
    ).all()
    assert len({row.path for row in rows}) == len(rows)
    return {row.path: row.Measure for row in rows}


def of_whole(session: Session, slug: str, until: date, period: date = JUNE) -> list[Published]:
    return published(session, until=noon_of(until), indicators=[slug], first=period, last=period)


def test_a_month_is_shown_nowhere_before_it_is_settled(
    session: Session, units: Any, night: Night
) -> None:
    night(JUNE_IS_SETTLED - timedelta(days=1))
    assert session.scalars(select(Measure)).all() == []

    night(JUNE_IS_SETTLED)
    [one] = of_whole(session, "tried-share", JUNE_IS_SETTLED)
    # 48 of 96 people, in steps of 5 points.
    assert (one.value, one.denominator, one.is_hidden) == (50, 96, False)


def test_nothing_of_a_small_unit_is_kept_or_shown(
    session: Session, units: Any, night: Night
) -> None:
    night(JUNE_IS_SETTLED)
    found = of_units(session, "tried-share", JUNE)

    # Of the three sections the smallest has 6 people.
    assert {path for path, one in found.items() if one.is_hidden} == {"北部/三課"}
    assert all(
        one.value is None and one.denominator is None for one in found.values() if one.is_hidden
    )
    assert found["北部"].value == 50
    assert found["北部"].denominator == 56
    assert found["北部/二課"].value == 50
    assert all(one.numerator is None and one.by_calendar is None for one in found.values())


def test_only_shares_of_people_are_published_for_units(
    session: Session, units: Any, night: Night
) -> None:
    night(JUNE_IS_SETTLED)
    named = select(Measure.indicator).where(Measure.unit_id.is_not(None)).distinct()
    assert set(session.scalars(named)) == {"tried-share"}


def test_what_was_hidden_in_a_month_stays_hidden(
    session: Session, units: Any, night: Night, people_in: Any, climb: Climb
) -> None:
    night(JUNE_IS_SETTLED)
    small = session.scalars(select(Unit).where(Unit.path == "北部/三課")).one()
    people_in(small, 20, since=date(2026, 7, 1))
    climb(units["one"][19], "first-hello", at=june(31))
    night(date(2026, 8, 12))

    found = of_units(session, "tried-share", date(2026, 7, 1))
    assert found["北部/三課"].is_hidden


def test_a_month_is_closed_once_however_many_work_on_it(
    session: Session, units: Any, race: Callable[..., list[Any]]
) -> None:
    fold_all(session)
    session.commit()

    def work(own: Session) -> bool:
        return nightly.step(own, kinds=KINDS, at=noon_of(JUNE_IS_SETTLED))

    for _ in range(4):
        race(work, times=8)
    while nightly.step(session, kinds=KINDS, at=noon_of(JUNE_IS_SETTLED)):
        session.commit()

    rows = select(func.count()).select_from(Measure).where(Measure.reason == "")
    twice = rows.group_by(Measure.indicator, Measure.unit_id, Measure.period)
    assert set(session.scalars(twice)) == {1}
    assert of_whole(session, "tried-share", JUNE_IS_SETTLED)[0].denominator == 96


def test_nights_without_a_relay_are_made_up_for(
    session: Session, units: Any, night: Night, climb: Climb
) -> None:
    climb(units["one"][0], "give-back-15", at=june(-40))
    night(date(2026, 9, 1))

    rows = published(session, until=noon_of(date(2026, 9, 1)), indicators=["tried-share"])
    months = [date(2026, month, 1) for month in (4, 5, 6, 7)]
    assert [one.period for one in rows] == months


def test_the_whole_is_corrected_with_a_reason_and_units_are_not(
    session: Session, cast: SimpleNamespace, units: Any, night: Night
) -> None:
    night(JUNE_IS_SETTLED)
    before = {path: one.value for path, one in of_units(session, "tried-share", JUNE).items()}
    for one in session.scalars(select(Completion)).all()[:20]:
        voiding.void(session, one, by_id=cast.dx.id, reason="取り違えでした。", at=june(40))
        changed_days.mark(session, one.person_id, date(2026, 6, 10))
    night_of_changes(session, JUNE_IS_SETTLED + timedelta(days=1))

    [now] = of_whole(session, "tried-share", JUNE_IS_SETTLED + timedelta(days=1))
    # 28 of 96 people are 29.2 %.
    assert (now.value, now.reason) == (30, RECOUNTED)
    assert of_whole(session, "tried-share", JUNE_IS_SETTLED)[0].value == 50
    assert {
        path: one.value for path, one in of_units(session, "tried-share", JUNE).items()
    } == before


def test_a_quarter_is_corrected_however_late_a_month_of_it_changes(
    session: Session, cast: SimpleNamespace, units: Any, night: Night, climb: Climb
) -> None:
    told = [climb(one, "good-failure", at=june(12)) for one in units["other"]]
    night(JUNE_IS_SETTLED)
    night(date(2027, 1, 20))
    april = date(2026, 4, 1)
    assert of_whole(session, "failures-shared", date(2027, 1, 20), april)[0].value == 40

    for one in told[:15]:
        voiding.void(session, one, by_id=cast.dx.id, reason="取り違えでした。", at=june(240))
        changed_days.mark(session, one.person_id, date(2026, 6, 12))
    night_of_changes(session, date(2027, 1, 27))

    [now] = of_whole(session, "failures-shared", date(2027, 1, 27), april)
    assert (now.value, now.reason) == (25, RECOUNTED)


def test_a_leave_that_is_entered_late_corrects_the_whole(
    session: Session, units: Any, night: Night
) -> None:
    night(JUNE_IS_SETTLED)
    for one in units["other"]:
        session.add(UncountedPeriod(person_id=one.id, first_day=MAY, last_day=None))
    changed_days.on_appointments_changed(session, Fact(about={"since": MAY.isoformat()}), june(40))
    night(JUNE_IS_SETTLED + timedelta(days=2))

    [now] = of_whole(session, "tried-share", JUNE_IS_SETTLED + timedelta(days=2))
    assert now.denominator == 56


def test_a_night_without_news_writes_nothing(session: Session, units: Any, night: Night) -> None:
    night(JUNE_IS_SETTLED)
    before = session.scalar(select(func.count()).select_from(Measure))
    night(JUNE_IS_SETTLED + timedelta(days=1))
    night(JUNE_IS_SETTLED + timedelta(days=90))

    again = select(func.count()).select_from(Measure).where(Measure.reason != "")
    assert session.scalar(again) == 0
    assert before is not None


def test_a_habit_is_published_once_its_ninety_days_are_settled(
    session: Session, units: Any, night: Night, climb: Climb
) -> None:
    for one in units["other"]:
        climb(one, "good-failure", at=june(12))
    night(JUNE_IS_SETTLED)
    assert of_whole(session, "habit-rate", JUNE_IS_SETTLED) == []
    for one in units["other"][:10]:
        climb(one, "good-failure", 2, at=june(12) + timedelta(days=80))

    # 90 days after 30 June is 28 September; the seventh working day after it is 7 October.
    night(date(2026, 10, 6))
    assert of_whole(session, "habit-rate", date(2026, 10, 6)) == []
    night(date(2026, 10, 7))
    [one] = of_whole(session, "habit-rate", date(2026, 10, 7))
    # The challenge of the 28 others has a habit too. 10 of 68 people are 14.7 %.
    assert (one.value, one.denominator) == (15, 68)


def test_history_does_not_bend_with_a_reorganisation(
    session: Session, units: Any, night: Night, move: Any, unit_of: Any
) -> None:
    """Half the staff move and two departments become one on 1 April. The year before stays."""
    night(JUNE_IS_SETTLED)
    night(date(2026, 10, 7))  # the habits of June, too
    merged = unit_of("統合部", Site.HEAD)
    for people in units.values():
        for one in people[::2]:
            move(one, merged, on=date(2027, 4, 1))
    fold_all(session)
    counting.count_all(session, JUNE, kinds=KINDS, today=date(2027, 4, 2))
    assert nightly.publish_month(session, JUNE, at=noon_of(date(2027, 4, 2))) == 0

    [one] = of_whole(session, "tried-share", date(2027, 4, 2))
    assert (one.value, one.denominator, one.reason) == (50, 96, "")
    assert merged.path not in of_units(session, "tried-share", JUNE)


def test_what_the_office_corrected_is_not_counted_over(
    session: Session, units: Any, night: Night
) -> None:
    night(JUNE_IS_SETTLED)
    [before] = of_whole(session, "tried-share", JUNE_IS_SETTLED)
    corrected = {"source": Source.ENTERED, "reason": "一つの課が抜けていました。"}
    session.add(
        Measure(
            indicator="tried-share",
            version=before.version,
            period=JUNE,
            value=55,
            published_at=noon_of(JUNE_IS_SETTLED + timedelta(days=1)),
            **corrected,
        )
    )
    session.flush()
    night(JUNE_IS_SETTLED + timedelta(days=2))
    [now] = of_whole(session, "tried-share", JUNE_IS_SETTLED + timedelta(days=2))
    assert (now.value, now.source) == (55, Source.ENTERED)
