"""Leaving: memberships and sessions end, what the person did stays."""

from datetime import date, datetime
from types import SimpleNamespace

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.people import leaving
from challenges.people.models import Membership
from challenges.vocabulary import MembershipKind

TODAY = date(2026, 7, 15)


def test_leaving_ends_memberships_today_and_every_session(
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
