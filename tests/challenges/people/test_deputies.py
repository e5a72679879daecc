"""Deputies, roles, consents, rest and leaving: who may say so, and what follows."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from challenges.errors import InvalidField, NotAllowed, NotTheirManager, RuleBroken
from challenges.people import accounts, consents, deputies, leaving, org_chart, roles, verifying
from challenges.people.deputies import AlreadyDeputy, Term
from challenges.people.models import ConsentGiven, Membership, Person, Rest, RoleGrant
from challenges.vocabulary import Consent, MembershipKind, Role

TODAY = date(2026, 7, 15)
WEEK = Term(TODAY, TODAY + timedelta(days=6))


def manages(session: Session, person: Person, cast: SimpleNamespace, on: date) -> bool:
    return org_chart.manages(session, person.id, unit_id=cast.section.id, on=on)


def test_a_deputy_stands_in_from_the_first_day_to_the_last(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    deputies.name_deputy(
        session, unit=cast.section, deputy=cast.colleague, term=WEEK, by=cast.manager, at=at
    )
    days = [TODAY - timedelta(days=1), TODAY, TODAY + timedelta(days=6), TODAY + timedelta(days=7)]
    assert [manages(session, cast.colleague, cast, day) for day in days] == [
        False,
        True,
        True,
        False,
    ]


def test_a_deputy_keeps_their_own_appointment(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    deputies.name_deputy(
        session, unit=cast.section, deputy=cast.outsider, term=WEEK, by=cast.manager, at=at
    )
    assert org_chart.unit_on(session, cast.outsider.id, TODAY) == cast.other_section.id


@pytest.mark.parametrize("who", ["staff", "colleague", "outsider", "dx"])
def test_nobody_but_its_manager_names_a_deputy(
    session: Session, cast: SimpleNamespace, at: datetime, who: str
) -> None:
    by = getattr(cast, who)
    with pytest.raises(NotTheirManager):
        deputies.name_deputy(
            session, unit=cast.section, deputy=cast.colleague, term=WEEK, by=by, at=at
        )


def test_the_same_person_is_not_named_twice_for_one_time(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    def name(term: Term) -> Membership:
        return deputies.name_deputy(
            session, unit=cast.section, deputy=cast.colleague, term=term, by=None, at=at
        )

    name(WEEK)
    with pytest.raises(AlreadyDeputy):
        name(Term(TODAY + timedelta(days=6)))
    assert name(Term(TODAY + timedelta(days=7))).valid_to is None


@pytest.mark.parametrize(
    "term",
    [
        Term(TODAY, TODAY - timedelta(days=1)),
        Term(TODAY - timedelta(days=9), TODAY - timedelta(days=1)),
    ],
)
def test_a_deputyship_that_ends_before_it_begins_is_refused(
    session: Session, cast: SimpleNamespace, at: datetime, term: Term
) -> None:
    with pytest.raises(InvalidField):
        deputies.name_deputy(
            session, unit=cast.section, deputy=cast.colleague, term=term, by=cast.manager, at=at
        )


def test_ending_a_deputyship_takes_effect_at_once(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    begun = Term(TODAY - timedelta(days=3))
    row = deputies.name_deputy(
        session, unit=cast.section, deputy=cast.colleague, term=begun, by=cast.manager, at=at
    )
    with pytest.raises(NotTheirManager):
        deputies.end_deputy(session, row, by=cast.outsider, at=at)
    deputies.end_deputy(session, row, by=cast.colleague, at=at)
    assert not manages(session, cast.colleague, cast, TODAY)
    deputies.end_deputy(session, row, by=cast.manager, at=at + timedelta(hours=1))
    assert (row.valid_to, row.ended_at) == (TODAY, at)
    assert manages(session, cast.colleague, cast, TODAY - timedelta(days=1))


def test_a_deputyship_that_has_not_begun_is_deleted(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    tomorrow = Term(TODAY + timedelta(days=1))
    row = deputies.name_deputy(
        session, unit=cast.section, deputy=cast.colleague, term=tomorrow, by=cast.manager, at=at
    )
    deputies.end_deputy(session, row, by=cast.manager, at=at)
    assert not manages(session, cast.colleague, cast, TODAY + timedelta(days=1))
    assert session.scalar(select(Membership).where(Membership.id == row.id)) is None


def test_a_deputy_named_and_ended_today_can_be_named_again(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    def name() -> Membership:
        return deputies.name_deputy(
            session, unit=cast.section, deputy=cast.colleague, term=WEEK, by=cast.manager, at=at
        )

    row = name()
    deputies.end_deputy(session, row, by=cast.manager, at=at)
    assert not manages(session, cast.colleague, cast, TODAY)
    assert (row.valid_from, row.valid_to, row.ended_at) == (TODAY, TODAY, at)
    assert not any(
        row.id in office.deputies
        for office in org_chart.managed_units(session, cast.manager.id, on=TODAY)
    )
    assert deputies.deputy_terms(session, unit=cast.section, deputy=cast.colleague, at=at) == []
    again = name()
    assert manages(session, cast.colleague, cast, TODAY)
    assert deputies.deputy_terms(session, unit=cast.section, deputy=cast.colleague, at=at) == [
        again
    ]


def test_an_appointment_cannot_be_ended_as_a_deputyship(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    post = session.scalars(select(Membership).where(Membership.person_id == cast.manager.id)).one()
    with pytest.raises(RuleBroken):
        deputies.end_deputy(session, post, by=None, at=at)


def test_a_role_is_held_once_and_taken_back_once(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    given = [roles.grant_role(session, cast.staff, Role.COACH, at=at) for _ in range(2)]
    taken = [roles.revoke_role(session, cast.staff, Role.COACH, at=at) for _ in range(2)]
    assert (given, taken) == ([True, False], [True, False])
    assert roles.grant_role(session, cast.staff, Role.COACH, at=at)


def test_consents_are_off_until_given_and_keep_their_dates(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    later = at + timedelta(hours=1)
    assert session.scalar(select(func.count()).select_from(ConsentGiven)) == 0
    for moment in (at, later):
        consents.set_consent(session, cast.staff, Consent.SLACK, given=True, at=moment)
    consents.set_consent(session, cast.staff, Consent.SLACK, given=False, at=later)
    consents.set_consent(
        session, cast.staff, Consent.SLACK, given=False, at=later + timedelta(hours=1)
    )
    consents.set_consent(
        session, cast.staff, Consent.SLACK, given=True, at=later + timedelta(hours=2)
    )
    rows = session.execute(
        select(ConsentGiven.given_at, ConsentGiven.withdrawn_at).order_by(ConsentGiven.id)
    ).all()
    assert [tuple(row) for row in rows] == [(at, later), (later + timedelta(hours=2), None)]


def test_resting_keeps_the_day_it_began(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    consents.pause(session, cast.staff, at=at)
    consents.pause(session, cast.staff, at=at + timedelta(days=1))
    assert cast.staff.paused_at == at
    consents.resume(session, cast.staff, at=at + timedelta(days=2))
    assert cast.staff.paused_at is None


def test_every_rest_stays_in_the_history(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    day = timedelta(days=1)
    for then in (at, at + 3 * day):
        consents.pause(session, cast.staff, at=then)
        assert list(verifying.rests_that_disagree(session)) == []
        for later in (then + day, then + 2 * day):  # twice, as by two clicks
            consents.resume(session, cast.staff, at=later)
            assert list(verifying.rests_that_disagree(session)) == []
    consents.pause(session, cast.staff, at=at + 9 * day)
    rows = session.execute(select(Rest.begun_at, Rest.ended_at).order_by(Rest.id)).all()
    assert [tuple(row) for row in rows] == [
        (at, at + day),
        (at + 3 * day, at + 4 * day),
        (at + 9 * day, None),
    ]


def test_a_second_tab_comes_back_from_a_rest_it_did_not_know(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    assert cast.staff.paused_at is None
    connection = session.connection()  # behind the back of the object, as another tab
    connection.execute(insert(Rest).values(person_id=cast.staff.id, begun_at=at))
    connection.execute(update(Person).where(Person.id == cast.staff.id).values(paused_at=at))
    consents.resume(session, cast.staff, at=at)
    session.expire_all()
    assert cast.staff.paused_at is None
    assert list(verifying.rests_that_disagree(session)) == []


def test_a_rest_of_which_the_person_does_not_know_is_reported(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    wrong = (
        f"person {cast.staff.id}: whether or since when they rest is not what their open rest says"
    )
    consents.pause(session, cast.staff, at=at)
    for paused_at in (None, at + timedelta(seconds=1)):
        cast.staff.paused_at = paused_at
        session.flush()
        assert list(verifying.rests_that_disagree(session)) == [wrong]


def test_only_known_languages_are_accepted(cast: SimpleNamespace) -> None:
    accounts.set_language(cast.staff, "en")
    with pytest.raises(InvalidField):
        accounts.set_language(cast.staff, "fr")
    assert cast.staff.language == "en"


def test_leaving_ends_posts_today_and_every_session(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    epoch = cast.deputy.session_epoch
    leaving.deactivate(session, cast.deputy, at=at)
    assert (cast.deputy.deactivated_at, cast.deputy.session_epoch) == (at, epoch + 1)
    rows = session.scalars(select(Membership).where(Membership.person_id == cast.deputy.id)).all()
    assert {(row.kind, row.valid_to) for row in rows} == {
        (MembershipKind.STAFF, TODAY),
        (MembershipKind.DEPUTY, TODAY),
    }


def test_a_person_who_left_gets_no_role(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    leaving.deactivate(session, cast.dx, at=at)
    held = select(RoleGrant).where(
        RoleGrant.person_id == cast.dx.id, RoleGrant.revoked_at.is_(None)
    )
    assert session.scalars(held).all() == []
    with pytest.raises(NotAllowed):
        roles.grant_role(session, cast.dx, Role.DX_OFFICE, at=at)
