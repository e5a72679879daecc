"""安心して試せる comes from the pulse: a value once a quarter is over, and none before."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.indicators.models import Measure
from challenges.calendar import TOKYO
from challenges.people.models import Person
from challenges.recognition import pulse
from challenges.recognition.pulse import Answer

Night = Callable[[date], None]
QUARTER, IS_SETTLED = date(2026, 4, 1), date(2026, 7, 9)
IN_IT = datetime(2026, 5, 12, 10, tzinfo=TOKYO)


@pytest.fixture
def people(session: Session, cast: SimpleNamespace, people_in, climb) -> list[Person]:
    """Twenty people. Somebody has taken a step, without which no month is counted."""
    climb(cast.staff, "first-hello", at=IN_IT)
    return people_in(cast.section, 20)


def answer(session: Session, people: list[Person], value: int) -> None:
    for person in people:
        pulse.answer(session, person.id, Answer(value), secret="tests", at=IN_IT)


def values(session: Session) -> list[Measure]:
    session.flush()
    found = select(Measure).where(Measure.indicator == "safe-to-try").order_by(Measure.id)
    return list(session.scalars(found))


def test_a_quarter_is_published_once_it_is_over(
    session: Session, people: list[Person], night: Night
) -> None:
    answer(session, people[:12], 5)
    answer(session, people[12:16], 4)
    answer(session, people[16:], 2)
    night(IS_SETTLED - timedelta(days=1))
    assert values(session) == []
    night(IS_SETTLED)
    [one] = values(session)
    assert (one.period, one.unit_id, one.value, one.denominator) == (QUARTER, None, 80, 20)
    night(IS_SETTLED + timedelta(days=9))
    assert len(values(session)) == 1


def test_of_fewer_than_ten_answers_nothing_is_told(
    session: Session, people: list[Person], night: Night
) -> None:
    answer(session, people[:9], 5)
    night(IS_SETTLED)
    [one] = values(session)
    assert (one.value, one.denominator, one.is_hidden) == (None, None, True)


def test_a_quarter_without_the_question_has_no_value(
    session: Session, cast: SimpleNamespace, people: list[Person], night: Night
) -> None:
    answer(session, people, 5)
    pulse.skip(session, QUARTER, by_id=cast.dx.id, at=IN_IT)
    night(IS_SETTLED)
    assert values(session) == []
    others = select(func.count()).select_from(Measure)
    assert session.scalar(others.where(Measure.indicator == "failures-shared"))
