"""Two employee numbers of one person: everything goes on under the new one, and nothing is lost."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.people import roles, sign_ins
from challenges.people.last_of_office import LastOfTheOffice
from challenges.people.models import (
    FormerNumber,
    Membership,
    Person,
    RoleGrant,
    SignIn,
    UncountedPeriod,
)
from challenges.people.renumbering import NumberOfSomebodyElse, give_new_number
from challenges.people.sign_ins import Device
from challenges.submissions.models import Completion
from challenges.vocabulary import Role

AT = datetime(2026, 7, 15, 1, tzinfo=UTC)
SPRING = date(2026, 4, 1)


@pytest.fixture
def double(session: Session, cast: SimpleNamespace) -> Person:
    """Somebody whom a list brought as a new person."""
    person = Person(employee_number="R8-1", name=cast.staff.name, email="new@pref.example.jp")
    session.add(person)
    session.flush()
    unit_id = cast.other_section.id
    session.add(Membership(person_id=person.id, unit_id=unit_id, valid_from=SPRING))
    session.add(UncountedPeriod(person_id=person.id, first_day=SPRING))
    session.flush()
    return person


def appointments(session: Session, person: Person) -> list[tuple[int, date, date | None]]:
    rows = select(Membership.unit_id, Membership.valid_from, Membership.valid_to)
    rows = rows.where(Membership.person_id == person.id).order_by(Membership.valid_from)
    return [tuple(row) for row in session.execute(rows)]


def test_a_person_goes_on_under_a_new_number(session: Session, cast: SimpleNamespace) -> None:
    give_new_number(session, cast.staff, "R8-1", at=AT)
    assert cast.staff.employee_number == "R8-1"
    assert [row.employee_number for row in session.scalars(select(FormerNumber))] == ["staff"]


def test_appointments_imported_under_the_new_number_become_their_own(
    session: Session,
    cast: SimpleNamespace,
    double: Person,
    climb: Callable[..., Completion],
) -> None:
    completion = climb(cast.staff, "first-hello")
    give_new_number(session, cast.staff, "R8-1", at=AT)
    assert appointments(session, cast.staff) == [
        (cast.section.id, date(2024, 4, 1), date(2026, 3, 31)),
        (cast.other_section.id, SPRING, None),
    ]
    assert session.scalars(select(UncountedPeriod.person_id)).all() == [cast.staff.id]
    assert cast.staff.email == "new@pref.example.jp"
    assert completion.person_id == cast.staff.id
    assert session.scalars(select(Person).where(Person.name == cast.staff.name)).all() == [
        cast.staff
    ]


def test_the_last_of_the_office_keeps_the_post_that_the_role_rests_on(
    session: Session, cast: SimpleNamespace, double: Person
) -> None:
    role = session.scalars(select(RoleGrant).where(RoleGrant.person_id == cast.dx.id)).one()
    role.unit_id = cast.other_section.id
    with pytest.raises(LastOfTheOffice):
        move_by_number(session, cast, double)
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=AT)
    move_by_number(session, cast, double)
    assert appointments(session, cast.dx)[-1] == (cast.section.id, SPRING, None)


def move_by_number(session: Session, cast: SimpleNamespace, double: Person) -> None:
    """Take dx out of the office's unit by an appointment that stands under another number."""
    with session.begin_nested():
        post = session.scalars(select(Membership).where(Membership.person_id == double.id)).one()
        post.unit_id = cast.section.id
        give_new_number(session, cast.dx, "R8-1", at=AT)


def test_somebody_who_had_left_is_back_under_the_new_number(
    session: Session, cast: SimpleNamespace, double: Person, at: datetime
) -> None:
    cast.staff.deactivated_at = at
    give_new_number(session, cast.staff, "R8-1", at=AT)
    assert cast.staff.deactivated_at is None


def test_the_password_chosen_under_the_new_number_goes_on(
    session: Session, cast: SimpleNamespace, double: Person, at: datetime
) -> None:
    double.password_hash, epoch = "chosen", cast.staff.session_epoch
    lasts = timedelta(hours=1)
    sign_ins.begin(session, double.id, epoch=0, device=Device(), at=at, lasts=lasts)
    give_new_number(session, cast.staff, "R8-1", at=AT)
    assert (cast.staff.password_hash, cast.staff.session_epoch) == ("chosen", epoch + 1)
    assert session.scalars(select(SignIn)).all() == []


def test_two_people_who_both_did_something_stay_two(
    session: Session, cast: SimpleNamespace, double: Person, climb: Callable[..., Completion]
) -> None:
    climb(double, "first-hello")
    with pytest.raises(NumberOfSomebodyElse, match="もう記録があります"):
        give_new_number(session, cast.staff, "R8-1", at=AT)


def test_two_people_appointed_at_the_same_time_stay_two(
    session: Session, cast: SimpleNamespace
) -> None:
    with pytest.raises(NumberOfSomebodyElse, match="両方にあります"):
        give_new_number(session, cast.staff, "outsider", at=AT)


def test_the_former_number_of_another_is_refused(session: Session, cast: SimpleNamespace) -> None:
    give_new_number(session, cast.staff, "R8-1", at=AT)
    with pytest.raises(NumberOfSomebodyElse, match="別の人の前の番号"):
        give_new_number(session, cast.outsider, "staff", at=AT)


def test_a_number_can_be_taken_back(session: Session, cast: SimpleNamespace) -> None:
    give_new_number(session, cast.staff, "R8-1", at=AT)
    give_new_number(session, cast.staff, "staff", at=AT)
    assert cast.staff.employee_number == "staff"
    assert [row.employee_number for row in session.scalars(select(FormerNumber))] == ["R8-1"]


def test_saying_it_twice_changes_nothing(session: Session, cast: SimpleNamespace) -> None:
    for _ in range(2):
        give_new_number(session, cast.staff, "R8-1", at=AT)
    assert [row.employee_number for row in session.scalars(select(FormerNumber))] == ["staff"]


def test_having_signed_in_under_the_new_number_is_no_obstacle(
    session: Session, cast: SimpleNamespace, double: Person, at: datetime
) -> None:
    for person in (cast.staff, double):
        sign_ins.begin(
            session, person.id, epoch=0, device=Device(), at=at, lasts=timedelta(days=14)
        )
    give_new_number(session, cast.staff, "R8-1", at=AT)
    assert session.scalars(select(SignIn.person_id)).all() == [cast.staff.id]
