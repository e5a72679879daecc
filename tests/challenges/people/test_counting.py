"""Who counts on a day, and that nothing is asked of whoever does not."""

from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.people.counting import (
    Period,
    are_told,
    counts_on,
    is_asked_on,
    known_periods,
    set_periods,
)
from challenges.people.models import Membership, Person, UncountedPeriod
from challenges.people.org_chart import reviewing_unit
from challenges.vocabulary import Employment

TODAY = date(2026, 7, 15)
A_DAY = timedelta(days=1)
MAY = Period(date(2026, 5, 1), date(2026, 5, 31))
SINCE_JULY = Period(date(2026, 7, 1), None)
AUGUST = Period(date(2026, 8, 1), date(2026, 8, 31))
KINDS = {Employment.REGULAR}


def leave(session: Session, person: Person, *periods: Period) -> None:
    set_periods(session, {person.id: periods}, today=TODAY)


def counted(session: Session, on: date = TODAY) -> set[str]:
    return set(session.scalars(select(Person.employee_number).where(counts_on(on, kinds=KINDS))))


@pytest.mark.parametrize(
    ("on", "counts"),
    [
        (MAY.first_day - A_DAY, True),
        (MAY.first_day, False),
        (date(2026, 5, 31), False),
        (date(2026, 6, 1), True),
        (SINCE_JULY.first_day, False),
        (date(2030, 1, 1), False),
    ],
)
def test_a_person_does_not_count_on_listed_days(
    session: Session, cast: SimpleNamespace, on: date, counts: bool
) -> None:
    leave(session, cast.staff, MAY, SINCE_JULY)
    assert ("staff" in counted(session, on)) is counts
    asked = select(Person.id).where(is_asked_on(on))
    assert (cast.staff.id in session.scalars(asked).all()) is counts
    assert "colleague" in counted(session, on)


@pytest.mark.parametrize(
    ("employment", "counts"),
    [(None, True), (Employment.REGULAR, True), (Employment.OUTSOURCED, False)],
)
def test_the_kind_of_employment_decides_who_counts(
    session: Session, cast: SimpleNamespace, employment: Employment | None, counts: bool
) -> None:
    row = session.scalars(select(Membership).where(Membership.person_id == cast.staff.id)).one()
    row.employment = employment
    session.flush()
    assert ("staff" in counted(session)) is counts
    assert session.scalars(select(Person.id).where(is_asked_on(TODAY))).all()


def test_only_active_people_with_an_appointment_count(
    session: Session, cast: SimpleNamespace
) -> None:
    assert counted(session) == {"staff", "colleague", "manager", "deputy", "outsider", "dx"}
    assert counted(session, date(2024, 3, 31)) == set()


def test_a_manager_on_days_that_do_not_count_is_not_asked_to_review(
    session: Session, cast: SimpleNamespace
) -> None:
    asked = {"person_id": cast.staff.id, "unit_id": cast.section.id}
    leave(session, cast.manager, Period(TODAY, TODAY))
    assert reviewing_unit(session, **asked, on=TODAY) is None
    assert reviewing_unit(session, **asked, on=TODAY + A_DAY) == cast.section.id


def test_what_is_over_stays_and_what_is_listed_no_longer_ends_yesterday(
    session: Session, cast: SimpleNamespace
) -> None:
    leave(session, cast.staff, MAY, SINCE_JULY, AUGUST)
    leave(session, cast.staff)
    ended = Period(SINCE_JULY.first_day, TODAY - A_DAY)
    assert known_periods(session) == {cast.staff.id: {MAY, ended}}


def test_a_corrected_period_takes_the_place_of_the_known_one(
    session: Session, cast: SimpleNamespace
) -> None:
    leave(session, cast.staff, SINCE_JULY)
    corrected = Period(date(2026, 7, 10), date(2026, 12, 31))
    leave(session, cast.staff, corrected)
    assert known_periods(session) == {cast.staff.id: {corrected}}


def test_the_same_periods_again_change_nothing(session: Session, cast: SimpleNamespace) -> None:
    leave(session, cast.staff, MAY, SINCE_JULY)
    ids = session.scalars(select(UncountedPeriod.id)).all()
    leave(session, cast.staff, MAY, SINCE_JULY)
    leave(session, cast.staff, SINCE_JULY)
    assert session.scalars(select(UncountedPeriod.id)).all() == ids
    assert are_told({MAY, SINCE_JULY}, {SINCE_JULY}, today=TODAY)
    assert not are_told({MAY, SINCE_JULY}, {AUGUST}, today=TODAY)
