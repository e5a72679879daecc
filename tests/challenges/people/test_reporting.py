"""Whose direct manager somebody is: of a unit with a manager of its own, of that one alone."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from challenges.calendar import day_of
from challenges.people.models import Membership, Person, UncountedPeriod, Unit
from challenges.people.reporting import reporting_units
from challenges.submissions import submitting
from challenges.submissions.models import Submission
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import MembershipKind

MANAGER, STAFF, DEPUTY = MembershipKind.MANAGER, MembershipKind.STAFF, MembershipKind.DEPUTY


@pytest.fixture
def department(session, cast):
    return session.get_one(Unit, cast.section.parent_id)


@pytest.fixture
def settle(session):
    """``settle("head", unit, MANAGER)``: a new person in that unit."""

    def make(number, unit, kind=STAFF):
        person = Person(employee_number=number, name=f"職員 {number}")
        session.add(person)
        session.flush()
        session.add(
            Membership(person_id=person.id, unit_id=unit.id, kind=kind, valid_from=date(2024, 4, 1))
        )
        session.flush()
        return person

    return make


@pytest.fixture
def team(session, cast):
    """A team below the section, without a manager."""
    one = Unit(name="二班", path="デジタル部/改革課/二班", parent_id=cast.section.id, position=0)
    session.add(one)
    session.flush()
    return one


@pytest.fixture
def reports(session, at):
    def find(person):
        return reporting_units(session, person.id, on=day_of(at))

    return find


def test_a_unit_with_its_own_manager_is_led_and_not_direct(cast, department, settle, reports):
    found = reports(settle("head", department, MANAGER))
    assert found.direct == {department.id}
    assert found.led == {cast.section.id}


def test_a_team_without_a_manager_reports_to_the_one_above(cast, team, reports):
    assert reports(cast.manager).direct == {cast.section.id, team.id}
    assert reports(cast.manager).led == frozenset()


def test_a_team_with_a_manager_reports_to_them(cast, team, settle, reports):
    leader = settle("leader", team, MANAGER)
    assert reports(cast.manager).direct == {cast.section.id}
    assert reports(cast.manager).led == {team.id}
    assert reports(leader).direct == {team.id}


def test_a_deputy_stands_where_the_manager_stands(cast, team, reports):
    assert reports(cast.deputy) == reports(cast.manager)


def test_without_a_manager_who_is_there_the_one_above_is_direct(
    session, cast, department, settle, reports, at
):
    head = settle("head", department, MANAGER)
    cast.manager.deactivated_at = at
    session.flush()
    assert cast.section.id in reports(head).direct


def test_a_manager_on_leave_hands_the_unit_up(session, cast, department, settle, reports, at):
    head = settle("head", department, MANAGER)
    yesterday = day_of(at) - timedelta(days=1)
    session.add(UncountedPeriod(person_id=cast.manager.id, first_day=yesterday))
    session.flush()
    assert cast.section.id in reports(head).direct


def test_staff_have_no_reports(cast, reports):
    assert reports(cast.staff).direct == frozenset()


@pytest.mark.parametrize("who", ["staff", "manager"])
def test_submissions_go_to_the_direct_manager(
    session, cast, department, settle, reports, step_of, at, who
):
    head, step = settle("head", department, MANAGER), step_of("meeting-as-post")
    evidence = Evidence(reflection="会議を投稿に替えました")
    submitting.submit(
        session,
        person_id=getattr(cast, who).id,
        step=step,
        version=step.challenge.version,
        evidence=evidence,
        at=at,
    )
    submission = session.scalars(select(Submission)).one()
    asked = submission.reviewing_unit_id
    assert (asked in reports(cast.manager).direct) == (who == "staff")
    assert (asked in reports(head).direct) == (who == "manager")
