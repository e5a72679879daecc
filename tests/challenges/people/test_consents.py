"""Consents and resting: nothing is allowed until the person says so, and each has its dates."""

from datetime import datetime, timedelta
from types import SimpleNamespace

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from challenges.people import consents
from challenges.people.models import ConsentGiven
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


def test_resting_keeps_the_day_it_began(cast: SimpleNamespace, at: datetime) -> None:
    consents.pause(cast.staff, at=at)
    consents.pause(cast.staff, at=at + timedelta(days=1))
    assert cast.staff.paused_at == at
    consents.resume(cast.staff)
    assert cast.staff.paused_at is None
