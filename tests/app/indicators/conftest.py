"""What tests of computed indicators ask for: acts of people, and the work of a night."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.config import Config
from app.indicators.folding import fold_all
from app.indicators.nightly import step
from challenges.calendar import noon_of
from challenges.people.models import Membership, Person, Unit
from challenges.recognition.models import Endorsement
from challenges.submissions.models import Completion
from challenges.vocabulary import MembershipKind, Site

KINDS = Config.counted_employments


@pytest.fixture
def praise(session: Session) -> Callable[..., Endorsement]:
    """``praise(completion, by=manager, at=…)``: an endorsement, without the checks."""

    def make(completion: Completion, *, by: Person, at: datetime) -> Endorsement:
        one = Endorsement(
            completion_id=completion.id,
            person_id=completion.person_id,
            endorser_id=by.id,
            words="朝の三行、続いていますね。",
            given_at=at,
        )
        session.add(one)
        session.flush()
        return one

    return make


@pytest.fixture
def unit_of(session: Session) -> Callable[..., Unit]:
    """``unit_of("A/B", site=…)``: a new unit; those above it are there."""

    def make(path: str, site: Site | None = None) -> Unit:
        above, _, name = path.rpartition("/")
        parent = session.scalar(select(Unit.id).where(Unit.path == above))
        unit = Unit(name=name, path=path, parent_id=parent, position=9, site=site)
        session.add(unit)
        session.flush()
        return unit

    return make


@pytest.fixture
def people_in(session: Session) -> Callable[..., list[Person]]:
    """``people_in(unit, 12)``: so many new people with a main appointment there."""
    made = iter(range(1_000_000))

    def make(
        unit: Unit,
        count: int,
        *,
        since: date = date(2024, 4, 1),
        kind: MembershipKind = MembershipKind.STAFF,
    ) -> list[Person]:
        people = [Person(employee_number=f"n{next(made)}", name="山田 花") for _ in range(count)]
        session.add_all(people)
        session.flush()
        session.add_all(
            Membership(person_id=one.id, unit_id=unit.id, kind=kind, valid_from=since)
            for one in people
        )
        session.flush()
        return people

    return make


@pytest.fixture
def move(session: Session) -> Callable[..., Membership]:
    """``move(person, unit, on=…)``: a new main appointment from that day."""

    def make(person: Person, unit: Unit, *, on: date, **columns: Any) -> Membership:
        last = session.scalars(
            select(Membership)
            .where(Membership.person_id == person.id, Membership.is_primary)
            .order_by(Membership.valid_from.desc())
        ).first()
        if last is not None and (last.valid_to is None or last.valid_to >= on):
            last.valid_to = on - timedelta(days=1)
        session.flush()
        new = Membership(person_id=person.id, unit_id=unit.id, valid_from=on, **columns)
        session.add(new)
        session.flush()
        return new

    return make


@pytest.fixture
def night(session: Session) -> Callable[[date], None]:
    """``night(day)``: the work of the night to that day, after a fold from scratch."""

    def work(day: date) -> None:
        fold_all(session)
        while step(session, kinds=KINDS, at=noon_of(day)):
            pass

    return work
