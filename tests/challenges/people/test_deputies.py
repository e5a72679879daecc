"""Deputies: who may name one, when they stand in, and when that ends."""

from datetime import date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.errors import InvalidField, NotTheirManager, RuleBroken
from challenges.people import deputies, org_chart
from challenges.people.deputies import AlreadyDeputy, Term
from challenges.people.models import Membership, Person

TODAY = date(2026, 7, 15)
A_DAY = timedelta(days=1)
WEEK = Term(TODAY, TODAY + 6 * A_DAY)


def manages(session: Session, person: Person, cast: SimpleNamespace, on: date) -> bool:
    return org_chart.manages(session, person.id, unit_id=cast.section.id, on=on)


def test_a_deputy_stands_in_from_the_first_day_to_the_last(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    deputies.name_deputy(
        session, unit=cast.section, deputy=cast.colleague, term=WEEK, by=cast.manager, at=at
    )
    days = [TODAY - A_DAY, TODAY, TODAY + 6 * A_DAY, TODAY + 7 * A_DAY]
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
        name(Term(TODAY + 6 * A_DAY))
    assert name(Term(TODAY + 7 * A_DAY)).valid_to is None


@pytest.mark.parametrize(
    "term",
    [
        Term(TODAY, TODAY - A_DAY),
        Term(TODAY - 9 * A_DAY, TODAY - A_DAY),
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
    started = Term(TODAY - 3 * A_DAY)
    row = deputies.name_deputy(
        session, unit=cast.section, deputy=cast.colleague, term=started, by=cast.manager, at=at
    )
    with pytest.raises(NotTheirManager):
        deputies.end_deputy(session, row, by=cast.outsider, at=at)
    deputies.end_deputy(session, row, by=cast.colleague, at=at)
    assert not manages(session, cast.colleague, cast, TODAY)
    deputies.end_deputy(session, row, by=cast.manager, at=at + timedelta(hours=1))
    assert (row.valid_to, row.ended_at) == (TODAY, at)
    assert manages(session, cast.colleague, cast, TODAY - A_DAY)


def test_a_deputyship_that_has_not_begun_is_deleted(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    tomorrow = Term(TODAY + A_DAY)
    row = deputies.name_deputy(
        session, unit=cast.section, deputy=cast.colleague, term=tomorrow, by=cast.manager, at=at
    )
    deputies.end_deputy(session, row, by=cast.manager, at=at)
    assert not manages(session, cast.colleague, cast, TODAY + A_DAY)
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
        row.id in unit.deputies
        for unit in org_chart.managed_units(session, cast.manager.id, on=TODAY)
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
    appointment = session.scalars(
        select(Membership).where(Membership.person_id == cast.manager.id)
    ).one()
    with pytest.raises(RuleBroken):
        deputies.end_deputy(session, appointment, by=None, at=at)
