"""A role ends with the post that it rests on, on the day after its last, with nobody awake."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from challenges.calendar import day_of
from challenges.people import leaving, roles
from challenges.people.held_roles import end_with_posts, holds_role, rest_on_new_posts
from challenges.people.last_of_office import LastOfTheOffice
from challenges.people.models import Membership, RoleGrant
from challenges.vocabulary import MembershipKind, Role

LAST = date(2026, 7, 31)
"""The last day in the old unit."""


@pytest.fixture
def move(session):
    """``move(person, unit)``: from the day after ``LAST`` the person works in that unit."""

    def to(person, unit, last=LAST, **how):
        for row in session.scalars(
            select(Membership).where(
                Membership.person_id == person.id, Membership.valid_to.is_(None)
            )
        ):
            row.valid_to = last
        session.flush()
        first = last + timedelta(days=1)
        session.add(Membership(person_id=person.id, unit_id=unit.id, valid_from=first, **how))
        session.flush()

    return to


def holds(session, person, role, on):
    return session.scalar(select(holds_role(role, person_id=person.id, on=on)))


@pytest.mark.parametrize("role", list(Role))
def test_it_ends_on_the_day_after_the_last_in_the_unit(session, cast, at, move, role):
    roles.grant_role(session, cast.staff, role, at=at)
    move(cast.staff, cast.other_section)
    days = [LAST - timedelta(days=1), LAST, LAST + timedelta(days=1), date(2030, 1, 1)]
    assert [holds(session, cast.staff, role, day) for day in days] == [True, True, False, False]


def test_the_role_of_nobody_else_ends(session, cast, at, move):
    for person in (cast.staff, cast.colleague):
        roles.grant_role(session, person, Role.COACH, at=at)
    move(cast.staff, cast.other_section)
    after = LAST + timedelta(days=1)
    assert holds(session, cast.colleague, Role.COACH, after)
    assert not holds(session, cast.outsider, Role.COACH, after)


def test_who_is_promoted_in_the_unit_keeps_it(session, cast, at, move):
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at)
    move(cast.staff, cast.section, post="課長補佐", kind=MembershipKind.MANAGER)
    assert holds(session, cast.staff, Role.DX_OFFICE, LAST + timedelta(days=1))


def test_who_keeps_a_concurrent_appointment_there_keeps_it(session, cast, at, move):
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at)
    move(cast.staff, cast.other_section)
    first = LAST + timedelta(days=1)
    session.add(
        Membership(
            person_id=cast.staff.id, unit_id=cast.section.id, is_primary=False, valid_from=first
        )
    )
    session.flush()
    assert holds(session, cast.staff, Role.DX_OFFICE, first)


def test_standing_in_for_a_manager_there_is_no_post(session, cast, at, move):
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at)
    move(cast.staff, cast.other_section)
    first = LAST + timedelta(days=1)
    session.add(
        Membership(
            person_id=cast.staff.id,
            unit_id=cast.section.id,
            kind=MembershipKind.DEPUTY,
            is_primary=False,
            valid_from=first,
        )
    )
    session.flush()
    assert not holds(session, cast.staff, Role.DX_OFFICE, first)


def test_it_is_ended_for_good_dated_at_the_midnight_after(session, cast, at, move):
    roles.grant_role(session, cast.staff, Role.COACH, at=at)
    move(cast.staff, cast.other_section)
    awake = datetime(2026, 8, 3, 1, tzinfo=UTC)
    ended = end_with_posts(session, at=awake)
    assert [(one.person_id, one.revoked_at) for one in ended] == [
        (cast.staff.id, datetime(2026, 7, 31, 15, tzinfo=UTC))  # midnight in Tokyo
    ]
    assert end_with_posts(session, at=awake) == []
    # Back in the old unit years later, there is no old role.
    move(cast.staff, cast.section, last=date(2029, 3, 31))
    assert not holds(session, cast.staff, Role.COACH, date(2029, 4, 1))


def test_before_its_last_day_is_over_nothing_is_ended(session, cast, at, move):
    roles.grant_role(session, cast.staff, Role.COACH, at=at)
    move(cast.staff, cast.other_section)
    assert end_with_posts(session, at=datetime(2026, 7, 31, 14, 59, tzinfo=UTC)) == []


def test_a_transfer_dated_back_ends_it_no_earlier_than_it_was_given(session, cast, at, move):
    roles.grant_role(session, cast.staff, Role.COACH, at=at)
    move(cast.staff, cast.other_section, last=day_of(at) - timedelta(days=30))
    assert not holds(session, cast.staff, Role.COACH, day_of(at))
    [ended] = end_with_posts(session, at=at + timedelta(hours=1))
    assert ended.revoked_at == at


def test_given_for_the_next_post_it_rests_on_that(session, cast, at, move):
    roles.grant_role(session, cast.outsider, Role.DX_OFFICE, at=at, for_next_post=True)
    move(cast.outsider, cast.section)
    rest_on_new_posts(session, [cast.outsider.id])
    after = LAST + timedelta(days=1)
    assert holds(session, cast.outsider, Role.DX_OFFICE, day_of(at))
    assert holds(session, cast.outsider, Role.DX_OFFICE, after)
    move(cast.outsider, cast.other_section, last=date(2027, 3, 31))
    assert not holds(session, cast.outsider, Role.DX_OFFICE, date(2027, 4, 1))


def test_given_again_it_rests_on_what_was_said_last(session, cast, at):
    roles.grant_role(session, cast.staff, Role.COACH, at=at)
    grant = session.scalars(select(RoleGrant).where(RoleGrant.role == Role.COACH)).one()
    assert grant.unit_id == cast.section.id
    assert not roles.grant_role(session, cast.staff, Role.COACH, at=at, for_next_post=True)
    session.refresh(grant)
    assert grant.unit_id is None
    assert not roles.grant_role(session, cast.staff, Role.COACH, at=at)
    session.refresh(grant)
    assert grant.unit_id == cast.section.id


def test_whoever_is_known_to_go_is_no_successor(session, cast, at, move):
    roles.grant_role(session, cast.staff, Role.DX_OFFICE, at=at)
    move(cast.staff, cast.other_section)
    with pytest.raises(LastOfTheOffice):
        roles.revoke_role(session, cast.dx, Role.DX_OFFICE, at=at)
    with pytest.raises(LastOfTheOffice):
        leaving.deactivate(session, cast.dx, at=at)
    assert roles.revoke_role(session, cast.staff, Role.DX_OFFICE, at=at)
