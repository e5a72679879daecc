"""What a personnel list does to the DX office."""

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from challenges.people import roles
from challenges.people.held_roles import holds_role
from challenges.people.last_of_office import LastOfTheOffice
from challenges.people.models import Membership, Person, RoleGrant
from challenges.people.roster.applying import PersonnelListWrong, import_people
from challenges.vocabulary import Role
from tests.challenges.people.roster.test_applying import listed_person

AUTUMN = date(2026, 10, 1)
OFFICE = "デジタル部/改革課"


@pytest.fixture(autouse=True)
def office(session, cast, at):
    """``dx`` and their role in the unit of the office; ``staff`` works beside them."""
    session.query(RoleGrant).delete()
    for row in session.scalars(select(Membership).where(Membership.person_id == cast.dx.id)):
        row.unit_id = cast.section.id
    session.flush()
    roles.grant_role(session, cast.dx, Role.DX_OFFICE, at=at)


def moves(number, name, unit="農林部/森林課", line=2):
    person = listed_person(number, unit, name=name, valid_from=AUTUMN)
    return type(person)(tuple(replace(row, line=line) for row in person))


def bring_in(session, *people, at, **choices):
    return import_people(session, {one.employee_number: one for one in people}, at=at, **choices)


def in_office(session, on):
    held = holds_role(Role.DX_OFFICE, person_id=Person.id, on=on)
    return set(session.scalars(select(Person.id).where(held)))


def test_a_transfer_ends_the_role_and_the_report_says_so(session, cast, at):
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at)
    found = bring_in(session, moves("dx", cast.dx.name), at=at)
    assert in_office(session, date(2026, 9, 30)) == {cast.dx.id, cast.staff.id}
    assert in_office(session, AUTUMN) == {cast.staff.id}
    assert any(cast.dx.name in one and "異動の前の日まで" in one for one in found.notices)


def test_who_stays_in_the_unit_stays_in_the_office(session, cast, at):
    found = bring_in(session, moves("dx", cast.dx.name, OFFICE), at=at)
    assert in_office(session, AUTUMN) == {cast.dx.id}
    assert found.notices == []


def test_the_transfer_of_somebody_else_is_none_of_it(session, cast, at):
    bring_in(session, moves("staff", cast.staff.name), at=at)
    assert in_office(session, AUTUMN) == {cast.dx.id}


@pytest.mark.parametrize("is_dry_run", [True, False])
def test_the_last_of_the_office_is_refused_with_the_line(session, cast, at, is_dry_run):
    with pytest.raises(PersonnelListWrong) as refused:
        bring_in(session, moves("dx", cast.dx.name, line=7), at=at, is_dry_run=is_dry_run)
    [problem] = refused.value.problems
    assert (problem.line, problem.field) == (7, "unit")
    assert f"{cast.dx.name} さんはDX事務局の最後の一人で" in problem.sentence
    assert in_office(session, AUTUMN) == {cast.dx.id}


def test_all_who_go_at_once_are_named(session, cast, at):
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at)
    with pytest.raises(PersonnelListWrong) as refused:
        bring_in(
            session,
            moves("dx", cast.dx.name, line=2),
            moves("staff", cast.staff.name, line=3),
            at=at,
        )
    assert [one.line for one in refused.value.problems] == [2, 3]


def test_who_is_known_to_go_already_does_not_help(session, cast, at):
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at)
    bring_in(session, moves("dx", cast.dx.name), at=at)
    with pytest.raises(PersonnelListWrong):
        bring_in(session, moves("staff", cast.staff.name), at=at)


def test_a_successor_who_comes_by_the_same_list_is_prepared(session, cast, at):
    roles.grant_role(session, cast.outsider, Role.DX_OFFICE, at=at, for_next_post=True)
    bring_in(
        session,
        moves("dx", cast.dx.name),
        moves("outsider", cast.outsider.name, OFFICE, line=3),
        at=at,
    )
    assert in_office(session, AUTUMN) == {cast.outsider.id}
    # From now on it rests on that post.
    with pytest.raises(PersonnelListWrong):
        bring_in(session, moves("outsider", cast.outsider.name, "農林部/漁業課", line=3), at=at)


def test_a_successor_without_that_would_be_gone_with_them(session, cast, at):
    roles.grant_role(session, cast.outsider, Role.DX_OFFICE, at=at)
    with pytest.raises(PersonnelListWrong):
        bring_in(
            session,
            moves("dx", cast.dx.name),
            moves("outsider", cast.outsider.name, OFFICE, line=3),
            at=at,
        )


def test_the_office_itself_may_get_another_name(session, cast, at):
    roles.grant_role(session, cast.dx, Role.DX_OFFICE, at=at, for_next_post=True)
    bring_in(session, moves("dx", cast.dx.name, "総務部/DX推進課"), at=at)
    assert in_office(session, AUTUMN) == {cast.dx.id}


def test_a_transfer_that_is_taken_back_takes_nothing(session, cast, at):
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at)
    bring_in(session, moves("dx", cast.dx.name), at=at)
    stays = listed_person("dx", OFFICE, name=cast.dx.name, valid_from=date(2024, 4, 1))
    bring_in(session, stays, at=at)
    assert in_office(session, AUTUMN) == {cast.dx.id, cast.staff.id}


def test_leaving_and_moving_together_cannot_empty_it(session, cast, at):
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at)
    with pytest.raises((PersonnelListWrong, LastOfTheOffice)):
        bring_in(
            session,
            moves("dx", cast.dx.name),
            at=at,
            deactivate_missing=True,
            at_most={"ended": 9},
        )
    assert in_office(session, AUTUMN) == {cast.dx.id, cast.staff.id}
