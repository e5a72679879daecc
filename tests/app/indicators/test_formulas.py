"""Each formula against a small case that was reckoned by hand, beside it.

In every case there are 42 people in July 2026: at the head office 12 staff and 10 managers, in a
branch 20 staff.
"""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.config import Config
from app.indicators.counting import count_all
from app.indicators.folding import fold_all
from app.indicators.formulas import FORMULAS, HIDDEN, Figures, Value, median
from app.indicators.periods import settled_after, settled_on
from challenges.calendar import TOKYO
from challenges.people.models import Membership, Person
from challenges.submissions.models import Completion
from challenges.vocabulary import DecidedHow, MembershipKind, Site

Climb = Callable[..., Completion]
JULY = date(2026, 7, 1)
A_DAY = timedelta(days=1)


def july(day: int) -> datetime:
    return datetime(2026, 7, 1, 10, tzinfo=TOKYO) + timedelta(days=day - 1)


@pytest.fixture
def crowd(
    session: Session, cast: SimpleNamespace, unit_of: Any, people_in: Any
) -> dict[str, list[Person]]:
    """The 42 people. The cast have left long ago."""
    session.execute(update(Membership).values(valid_to=date(2024, 12, 31)))
    head = unit_of("本部", Site.HEAD)
    branch = unit_of("本部/出先", Site.BRANCH)
    return {
        "staff": people_in(head, 12),
        "managers": people_in(head, 10, kind=MembershipKind.MANAGER),
        "branch": people_in(branch, 20),
    }


def value(session: Session, slug: str, period: date = JULY) -> Value:
    fold_all(session)
    count_all(session, period, kinds=Config.counted_employments, today=date(2026, 12, 1))
    return FORMULAS[slug].compute(Figures(session, period), 10)


def try_it(climb: Climb, people: list[Person], at: datetime, step: int = 1) -> list[Completion]:
    return [climb(one, "good-failure", step, at=at) for one in people]


@pytest.fixture
def some_try(climb: Climb, crowd: dict[str, list[Person]]) -> list[Completion]:
    """6 staff and 4 managers of the head office, and 5 people of the branch."""
    chosen = [*crowd["staff"][:6], *crowd["managers"][:4], *crowd["branch"][:5]]
    return try_it(climb, chosen, july(10))


def test_tried_share(session: Session, some_try: list[Completion]) -> None:
    # 15 of 42 people are 35.7 %. A group of 42 is told in steps of 5 points, so 35.
    assert value(session, "tried-share") == Value(35, denominator=42)


def test_tried_share_leaves_out_who_does_not_count_above_and_below(
    session: Session, some_try: list[Completion], crowd: dict[str, list[Person]]
) -> None:
    # The 10 managers are not employed by the prefecture: 11 of 32 people are 34.4 %, told as 30 in
    # steps of 10 points.
    managers = [one.id for one in crowd["managers"]]
    session.execute(
        update(Membership).where(Membership.person_id.in_(managers)).values(employment="OUTSOURCED")
    )
    assert value(session, "tried-share") == Value(30, denominator=32)


def test_what_the_calendar_accepted_is_told_beside_the_share(
    session: Session, some_try: list[Completion]
) -> None:
    for one in some_try[:10]:
        one.decided_how = DecidedHow.OVERDUE
    session.flush()
    assert value(session, "tried-share").by_calendar == 10


def test_managers_trying(session: Session, some_try: list[Completion]) -> None:
    # 4 of 10 managers are 40 %; a group of 10 is told in steps of 20 points.
    assert value(session, "managers-trying") == Value(40, denominator=10)


def test_managers_trying_rests_on_ten_managers(
    session: Session, some_try: list[Completion], crowd: dict[str, list[Person]]
) -> None:
    last = Membership.person_id == crowd["managers"][9].id
    session.execute(update(Membership).where(last).values(valid_to=date(2026, 6, 30)))
    assert value(session, "managers-trying") == HIDDEN


def test_head_office_gap(session: Session, some_try: list[Completion]) -> None:
    # Head office: 10 of 22 are 45.5 %, told as 50 in steps of 10. Branch: 5 of 20 are 25 %, told
    # as 30. The gap is 20 points.
    assert value(session, "head-office-gap") == Value(20, denominator=42)


def test_habit_rate(session: Session, climb: Climb, crowd: dict[str, list[Person]]) -> None:
    # All 20 of the branch try it on 10 July. 10 go on 90 days later, 5 on the 91st day, 5 never:
    # 10 of 20 are 50 %.
    branch = crowd["branch"]
    try_it(climb, branch, july(10))
    try_it(climb, branch[:10], july(10) + 90 * A_DAY, 2)
    try_it(climb, branch[10:15], july(10) + 91 * A_DAY, 2)
    assert value(session, "habit-rate") == Value(50, denominator=20)


def test_spread_rate(session: Session, climb: Climb, crowd: dict[str, list[Person]]) -> None:
    # 20 people have the habit in July, and 6 of them spread it in August: 30 %.
    try_it(climb, crowd["branch"], july(3), 1)
    try_it(climb, crowd["branch"], july(10), 2)
    try_it(climb, crowd["branch"][:6], july(40), 3)
    assert value(session, "spread-rate") == Value(30, denominator=20)


def test_days_to_first_word(
    session: Session, some_try: list[Completion], cast: SimpleNamespace, praise: Any
) -> None:
    # Submitted on Friday, 10 July. 4 hear on the same day (0 working days), 3 on Monday (1), 3 on
    # Friday, 17 July (5), and 5 never: the middle of 0 0 0 0 1 1 1 5 5 5 is 1.
    for one in some_try[:10]:
        place = some_try.index(one)
        day = july(10) if place < 4 else july(13) if place < 7 else july(17)
        praise(one, by=cast.manager, at=day)
        praise(one, by=cast.outsider, at=day + A_DAY)
    assert value(session, "days-to-first-word") == Value(1, denominator=10)


def test_days_to_first_word_rests_on_ten_people(
    session: Session, some_try: list[Completion], cast: SimpleNamespace, praise: Any
) -> None:
    for one in some_try[:9]:
        praise(one, by=cast.manager, at=july(11))
    assert value(session, "days-to-first-word") == HIDDEN


def test_unnoticed_share(
    session: Session, some_try: list[Completion], cast: SimpleNamespace, praise: Any
) -> None:
    # 15 people tried. 6 hear of it in time; for one more the word comes on the day on which July
    # is settled, which is too late. 9 of 15 are 60 %; the base is told in tens.
    assert settled_on(JULY) == date(2026, 8, 12)
    for one in some_try[:6]:
        praise(one, by=cast.manager, at=july(20))
    praise(some_try[6], by=cast.manager, at=datetime(2026, 8, 12, 0, 1, tzinfo=TOKYO))
    assert value(session, "unnoticed-share") == Value(60, denominator=20)


def test_learning_reached(session: Session, climb: Climb, crowd: dict[str, list[Person]]) -> None:
    # 9 people passed a quiz in June and 8 in July, one of them in both; one in August does not
    # count yet: 16 of 42 are 38.1 %, told as 40.
    def passed(people: list[Person], slug: str, at: datetime) -> None:
        for one in people:
            climb(one, slug, at=at).decided_how = DecidedHow.QUIZ
        session.flush()

    passed(crowd["branch"][:9], "dx-words", july(1) - 10 * A_DAY)
    passed(crowd["branch"][8:16], "safety-ten", july(31))
    passed(crowd["branch"][16:17], "dx-words", july(32))
    assert value(session, "learning-reached") == Value(40, denominator=42)


def test_failures_shared(session: Session, climb: Climb, crowd: dict[str, list[Person]]) -> None:
    # In the quarter from July to September, 10 people tell of a failure and 2 of them of another.
    try_it(climb, crowd["staff"][:10], july(1))
    try_it(climb, crowd["staff"][:2], july(92), 2)
    try_it(climb, crowd["staff"][10:], july(93))
    assert value(session, "failures-shared") == Value(12)


def test_failures_of_nine_people_are_hidden(
    session: Session, climb: Climb, crowd: dict[str, list[Person]]
) -> None:
    try_it(climb, crowd["staff"][:9], july(1))
    try_it(climb, crowd["staff"][:9], july(20), 2)
    assert value(session, "failures-shared") == HIDDEN


@pytest.mark.parametrize(
    ("numbers", "middle"),
    [([3], 3), ([1, 2], 1.5), ([0, 0, 5], 0), ([0, 1, 2, 9], 1.5), ([1, 1, 4, 4], 2.5)],
)
def test_the_median_is_the_middle(numbers: list[int], middle: float) -> None:
    assert median(Counter(numbers)) == middle


def test_no_numbers_have_no_median() -> None:
    with pytest.raises(ValueError, match="no numbers"):
        median(Counter())


def test_a_month_is_settled_after_the_patience_of_its_last_day() -> None:
    # What is submitted on Tuesday, 30 June, is accepted on the sixth working day, Wednesday, 8
    # July. The next day all is counted.
    assert settled_on(date(2026, 6, 1)) == date(2026, 7, 9)
    # A year's end: 29 December to 3 January is closed, and 11 January is a holiday.
    assert settled_after(date(2026, 12, 31)) == date(2027, 1, 13)
