"""Consents and resting: nothing is allowed until the person says so, and each has its dates."""

from datetime import datetime, timedelta
from types import SimpleNamespace

from sqlalchemy import func, insert, select, update
from sqlalchemy.orm import Session

from challenges.people import consents, verifying
from challenges.people.models import ConsentGiven, Person, Rest
from challenges.vocabulary import Consent


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
