"""Moves of people, and what is stored of campaigns."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.campaigns.models import CampaignPart, CampaignTotal
from challenges.people.models import Membership, Person, Unit
from challenges.vocabulary import MembershipKind

Move = Callable[..., Membership]


@pytest.fixture
def move(session: Session) -> Move:
    """``move(person, unit, on=…, kind=…)``: a new main appointment from that day."""

    def do(
        person: Person, unit: Unit, *, on: date, kind: MembershipKind = MembershipKind.STAFF
    ) -> Membership:
        last = session.scalars(
            select(Membership)
            .where(Membership.person_id == person.id, Membership.is_primary)
            .order_by(Membership.valid_from.desc())
        ).first()
        if last is not None and last.valid_from < on:
            last.valid_to = on - timedelta(days=1)
        session.flush()
        new = Membership(person_id=person.id, unit_id=unit.id, kind=kind, valid_from=on)
        session.add(new)
        session.flush()
        return new

    return do


@pytest.fixture
def unit_of(session: Session) -> Callable[..., Unit]:
    """``unit_of("A/B")``: a new unit; those above it are there."""

    def make(path: str, **columns: Any) -> Unit:
        above, _, name = path.rpartition("/")
        parent = session.scalar(select(Unit.id).where(Unit.path == above))
        unit = Unit(name=name, path=path, parent_id=parent, position=9, **columns)
        session.add(unit)
        session.flush()
        return unit

    return make


def parts(session: Session, campaign_id: int) -> dict[int, int]:
    rows = select(CampaignPart.person_id, CampaignPart.steps).where(
        CampaignPart.campaign_id == campaign_id
    )
    return dict(session.execute(rows).all())


def total(session: Session, campaign_id: int) -> tuple[int, int]:
    row = session.get_one(CampaignTotal, campaign_id, populate_existing=True)
    return row.steps, row.people
