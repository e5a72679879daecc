"""Who gets the weekly letter, and when."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.notices import letter_wishes
from app.notices.letter_models import Letter
from app.notices.letter_planning import goes_out_at, plan_weekly, went_out_before
from challenges.calendar import TOKYO
from challenges.people import consents
from tests.app.notices.conftest import MONDAY

BEFORE = MONDAY - timedelta(days=3)


def planned(session: Session, *, at: datetime = MONDAY) -> set[int]:
    plan_weekly(session, after=0, limit=100, at=at)
    return {one.person_id for one in session.query(Letter)}


@pytest.mark.parametrize(
    ("week", "day"),
    [
        (date(2026, 7, 13), date(2026, 7, 13)),
        (date(2026, 7, 20), date(2026, 7, 21)),  # 海の日
        (date(2026, 9, 21), date(2026, 9, 24)),  # three holidays in a row
        (date(2026, 12, 28), date(2026, 12, 28)),
        (date(2025, 12, 29), None),  # the office is closed all week but for 2 January's holiday
    ],
)
def test_it_goes_out_at_half_past_eight_on_the_first_working_day(
    week: date, day: date | None
) -> None:
    found = goes_out_at(week)
    assert (found.date() if found else None) == day
    if found:
        assert (found.hour, found.minute, found.tzinfo) == (8, 30, TOKYO)


def test_letters_follow_each_other_without_a_gap() -> None:
    week = date(2026, 1, 5)
    before = went_out_before(week)
    assert before == goes_out_at(date(2025, 12, 22))


def test_only_who_wanted_it_in_time_gets_it(session: Session, cast: Any) -> None:
    letter_wishes.want_letter(session, cast.staff.id, at=BEFORE)
    letter_wishes.want_letter(session, cast.colleague.id, at=MONDAY + timedelta(hours=1))
    assert planned(session, at=MONDAY + timedelta(hours=2)) == {cast.staff.id}


@pytest.mark.parametrize("change", ["pauses", "leaves", "loses the address", "stops"])
def test_who_takes_no_part_gets_none(session: Session, cast: Any, change: str) -> None:
    letter_wishes.want_letter(session, cast.staff.id, at=BEFORE)
    if change == "pauses":
        consents.pause(session, cast.staff, at=BEFORE)
    elif change == "leaves":
        cast.staff.deactivated_at = BEFORE
    elif change == "loses the address":
        cast.staff.email = None
    else:
        letter_wishes.stop_letter(session, cast.staff.id, at=BEFORE)
    session.flush()
    assert planned(session) == set()


def test_nothing_is_planned_early_or_on_a_day_off(session: Session, cast: Any) -> None:
    letter_wishes.want_letter(session, cast.staff.id, at=BEFORE)
    assert planned(session, at=MONDAY - timedelta(minutes=1)) == set()
    assert planned(session, at=MONDAY + timedelta(days=5)) == set()
    assert planned(session, at=MONDAY + timedelta(days=1)) == {cast.staff.id}


def test_wanting_it_in_two_tabs_is_one_wish(race: Any, session: Session, cast: Any) -> None:
    person_id = cast.staff.id
    session.commit()
    race(lambda own: letter_wishes.want_letter(own, person_id, at=BEFORE))
    assert letter_wishes.stop_letter(session, person_id, at=BEFORE)
    assert not letter_wishes.stop_letter(session, person_id, at=BEFORE)
