"""The org chart: who manages which unit, who reviews, where steps are credited."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from challenges.calendar import day_of
from challenges.people import org_chart
from challenges.people.models import Membership, Person, Unit
from challenges.vocabulary import MembershipKind

TODAY = date(2026, 7, 15)


@pytest.fixture
def add_unit(session):
    def add(name, above=None):
        path = f"{above.path}/{name}" if above else name
        unit = Unit(name=name, path=path, parent_id=above.id if above else None)
        session.add(unit)
        session.flush()
        return unit

    return add


@pytest.fixture
def appoint(session):
    """``appoint(person, unit, kind)``: one more membership."""

    def add(
        person,
        unit,
        kind=MembershipKind.STAFF,
        *,
        since=date(2024, 4, 1),
        until=None,
        primary=False,
    ):
        row = Membership(
            person_id=person.id,
            unit_id=unit.id,
            kind=kind,
            is_primary=primary,
            valid_from=since,
            valid_to=until,
        )
        session.add(row)
        session.flush()
        return row

    return add


@pytest.fixture
def newcomer(session):
    """``newcomer("name")``: a person without a membership."""

    def add(name):
        person = Person(employee_number=name, name=name)
        session.add(person)
        session.flush()
        return person

    return add


def reviewing_unit(session, person, unit, on=TODAY):
    return org_chart.reviewing_unit(session, person_id=person.id, unit_id=unit.id, on=on)


def above(session, unit):
    return session.get_one(Unit, unit.parent_id)


def test_a_submission_goes_to_the_nearest_unit_with_a_manager(session, cast, add_unit):
    group = add_unit("推進班", cast.section)
    assert reviewing_unit(session, cast.staff, group) == cast.section.id


def test_of_two_managers_above_the_nearer_is_reviewing_unit(session, cast, appoint, newcomer):
    appoint(newcomer("director"), above(session, cast.section), MembershipKind.MANAGER)
    assert reviewing_unit(session, cast.staff, cast.section) == cast.section.id


def test_a_managers_own_submission_goes_to_the_unit_above(session, cast, appoint, newcomer):
    department = above(session, cast.section)
    appoint(newcomer("director"), department, MembershipKind.MANAGER)
    assert reviewing_unit(session, cast.manager, cast.section) == department.id


def test_a_second_manager_of_the_same_unit_may_review(session, cast, appoint, newcomer):
    appoint(newcomer("second"), cast.section, MembershipKind.MANAGER)
    assert reviewing_unit(session, cast.manager, cast.section) == cast.section.id


def test_without_a_manager_above_nobody_is_reviewing_unit(session, cast):
    assert reviewing_unit(session, cast.manager, cast.section) is None
    assert (
        org_chart.reviewing_unit(session, person_id=cast.staff.id, unit_id=None, on=TODAY) is None
    )


def test_a_unit_with_only_a_deputy_is_not_reviewing_unit(session, cast, add_unit, appoint):
    group = add_unit("推進班", cast.section)
    appoint(cast.colleague, group, MembershipKind.DEPUTY)
    assert reviewing_unit(session, cast.staff, group) == cast.section.id


def test_a_manager_who_left_is_not_reviewing_unit(session, cast, at):
    cast.manager.deactivated_at = at
    session.flush()
    assert reviewing_unit(session, cast.staff, cast.section) is None


@pytest.mark.parametrize(
    ("days", "is_asked"), [(-1, False), (0, True), (1, True), (9, True), (10, True), (11, False)]
)
def test_a_manager_is_asked_from_the_first_day_to_the_last(
    session, cast, add_unit, appoint, days, is_asked
):
    group = add_unit("推進班", cast.section)
    appoint(
        cast.colleague, group, MembershipKind.MANAGER, since=TODAY, until=TODAY + timedelta(days=10)
    )
    nearest = group if is_asked else cast.section
    assert reviewing_unit(session, cast.staff, group, on=TODAY + timedelta(days=days)) == nearest.id


def test_a_unit_with_the_same_prefix_is_another_unit(session, cast, add_unit):
    alike = add_unit("改革課二", above(session, cast.section))
    assert reviewing_unit(session, cast.staff, alike) is None
    assert not org_chart.manages(session, cast.manager.id, unit_id=alike.id, on=TODAY)


def test_a_percent_sign_in_a_name_is_only_a_name(session, add_unit, appoint, newcomer):
    odd, other = add_unit("100%_班"), add_unit("100点数班")
    chief = newcomer("odd")
    appoint(chief, odd, MembershipKind.MANAGER)
    assert org_chart.manages(session, chief.id, unit_id=add_unit("係", odd).id, on=TODAY)
    assert not org_chart.manages(session, chief.id, unit_id=add_unit("係", other).id, on=TODAY)


@pytest.mark.parametrize(
    ("who", "may"), [("manager", True), ("deputy", True), ("staff", False), ("outsider", False)]
)
def test_managers_and_their_deputies_manage_a_unit(session, cast, who, may):
    assert (
        org_chart.manages(session, getattr(cast, who).id, unit_id=cast.section.id, on=TODAY) is may
    )


def test_a_manager_oversees_units_below_and_not_above(session, cast, add_unit):
    group = add_unit("推進班", cast.section)
    assert org_chart.manages(session, cast.manager.id, unit_id=group.id, on=TODAY)
    assert not org_chart.manages(session, cast.manager.id, unit_id=cast.section.parent_id, on=TODAY)
    assert not org_chart.manages(session, cast.manager.id, unit_id=None, on=TODAY)


@pytest.mark.parametrize(("days", "may"), [(-1, False), (0, True), (5, True), (6, False)])
def test_a_deputy_stands_in_from_the_first_day_to_the_last(session, cast, appoint, days, may):
    appoint(
        cast.colleague,
        cast.section,
        MembershipKind.DEPUTY,
        since=TODAY,
        until=TODAY + timedelta(days=5),
    )
    day = TODAY + timedelta(days=days)
    assert org_chart.manages(session, cast.colleague.id, unit_id=cast.section.id, on=day) is may


def test_steps_are_credited_to_the_primary_appointment(session, cast, appoint, at):
    appoint(cast.staff, cast.other_section)
    assert org_chart.unit_on(session, cast.staff.id, day_of(at)) == cast.section.id
    assert set(org_chart.units_on(session, cast.staff.id, day_of(at))) == {
        cast.section.id,
        cast.other_section.id,
    }


def test_a_deputyship_is_no_appointment(session, cast, at):
    assert org_chart.units_on(session, cast.deputy.id, day_of(at)) == [cast.section.id]


def test_a_transfer_counts_from_its_first_day(session, cast, appoint):
    old = session.scalars(select(Membership).where(Membership.person_id == cast.staff.id)).one()
    old.valid_to = TODAY - timedelta(days=1)
    appoint(cast.staff, cast.other_section, since=TODAY, primary=True)
    assert org_chart.unit_on(session, cast.staff.id, TODAY - timedelta(days=1)) == cast.section.id
    assert org_chart.unit_on(session, cast.staff.id, TODAY) == cast.other_section.id


def test_a_department_is_the_highest_unit_at_or_above(session, add_unit):
    department = add_unit("総務")
    beside = add_unit("総務企画")
    section = add_unit("人事課", department)
    team = add_unit("給与班", section)
    for unit in (department, section, team):
        assert org_chart.department_id(session, unit.id) == department.id
    assert org_chart.department_id(session, beside.id) == beside.id
    assert org_chart.department_id(session, None) is None
