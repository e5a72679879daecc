"""Whom an audience reaches: by the main appointment of the day, and those who count alone."""

from collections.abc import Callable
from datetime import date, datetime
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from challenges.campaigns.audience import campaigns_reaching, reach, units_reached
from challenges.campaigns.definitions import CampaignAudience
from challenges.campaigns.models import Campaign
from challenges.people.models import Membership, Person, UncountedPeriod, Unit
from challenges.vocabulary import Employment, MembershipKind
from tests.challenges.campaigns.conftest import Move

TODAY = date(2026, 7, 15)
KINDS = frozenset({Employment.REGULAR})


def reached(session: Session, on: date = TODAY, **audience: object) -> int:
    return reach(session, CampaignAudience.model_validate(audience), on=on, kinds=KINDS)


def test_everyone_is_everyone_with_an_appointment(session: Session, cast: SimpleNamespace) -> None:
    assert reached(session, everyone=True) == 6


def test_a_unit_reaches_all_below_it(session: Session, cast: SimpleNamespace) -> None:
    assert reached(session, units=["デジタル部"]) == 4
    assert reached(session, units=["デジタル部/改革課"]) == 4
    assert reached(session, units=["農林部"]) == 2


def test_a_unit_whose_name_only_begins_the_same_is_another(
    session: Session, cast: SimpleNamespace, unit_of: Callable[..., Unit], move: Move
) -> None:
    move(cast.staff, unit_of("デジタル部/改革課二係"), on=date(2026, 4, 1))
    assert reached(session, units=["デジタル部/改革課"]) == 3
    assert reached(session, units=["デジタル部"]) == 4


def test_managers_are_those_by_their_main_appointment(
    session: Session, cast: SimpleNamespace
) -> None:
    concurrent = Membership(
        person_id=cast.dx.id,
        unit_id=cast.section.id,
        kind=MembershipKind.MANAGER,
        is_primary=False,
        valid_from=date(2026, 4, 1),
    )
    session.add(concurrent)
    assert reached(session, managers=True) == 2


def test_a_concurrent_appointment_puts_nobody_into_a_unit(
    session: Session, cast: SimpleNamespace
) -> None:
    session.add(
        Membership(
            person_id=cast.staff.id,
            unit_id=cast.other_section.id,
            is_primary=False,
            valid_from=date(2026, 4, 1),
        )
    )
    assert reached(session, units=["農林部"]) == 2


def test_a_new_post_counts_from_its_first_day(
    session: Session, cast: SimpleNamespace, move: Move
) -> None:
    move(cast.staff, cast.other_section, on=TODAY)
    assert reached(session, new_since="2026-07-15") == 1
    assert reached(session, new_since="2026-07-16") == 0
    assert reached(session, date(2026, 7, 14), new_since="2026-07-15") == 0


def test_several_kinds_are_a_union(session: Session, cast: SimpleNamespace, move: Move) -> None:
    move(cast.colleague, cast.section, on=date(2026, 7, 1))
    found = reached(session, managers=True, units=["農林部"], new_since="2026-07-01")
    assert found == len({"manager", "outsider", "dx", "colleague"})


def test_another_day_finds_other_people(session: Session, cast: SimpleNamespace) -> None:
    assert reached(session, date(2024, 3, 31), everyone=True) == 0


def test_leave_and_other_employment_stay_out(session: Session, cast: SimpleNamespace) -> None:
    session.add(UncountedPeriod(person_id=cast.staff.id, first_day=TODAY, last_day=None))
    lent = session.query(Membership).filter_by(person_id=cast.colleague.id).one()
    lent.employment = Employment.SECONDED
    session.flush()
    assert reached(session, everyone=True) == 4
    assert reached(session, date(2026, 7, 14), everyone=True) == 5


def test_nobody_is_reached_by_an_empty_audience(session: Session, cast: SimpleNamespace) -> None:
    assert reached(session) == 0
    assert reached(session, units=["どこにもない部"]) == 0


@pytest.mark.parametrize("people", [1, 60])
def test_the_number_of_statements_does_not_grow(
    session: Session,
    cast: SimpleNamespace,
    people: int,
    count_statements: Callable[[Engine], object],
) -> None:
    for number in range(people):
        person = Person(employee_number=f"n{number}", name="鈴木")
        session.add(person)
        session.flush()
        session.add(
            Membership(person_id=person.id, unit_id=cast.section.id, valid_from=date(2026, 4, 1))
        )
    session.flush()
    with count_statements(session.get_bind()) as statements:  # type: ignore[attr-defined]
        assert reached(session, units=["デジタル部"], managers=True) == 5 + people
    assert len(statements) == 2


def test_the_units_of_a_campaign_are_named_with_those_below(
    session: Session, cast: SimpleNamespace, campaign_of: Callable[..., Campaign]
) -> None:
    campaign = campaign_of(audience={"units": ["デジタル部"]})
    assert units_reached(session, campaign.id) == [cast.section.parent_id, cast.section.id]


def test_a_person_finds_the_campaigns_that_reach_them(
    session: Session, cast: SimpleNamespace, campaign_of: Callable[..., Campaign], at: datetime
) -> None:
    ours = campaign_of(slug="ours", audience={"units": ["デジタル部"]})
    theirs = campaign_of(slug="theirs", audience={"managers": True})
    both = [ours.id, theirs.id]
    assert campaigns_reaching(session, cast.staff.id, on=TODAY, campaign_ids=both) == {ours.id}
    assert campaigns_reaching(session, cast.outsider.id, on=TODAY, campaign_ids=both) == {theirs.id}
    assert campaigns_reaching(session, cast.manager.id, on=TODAY, campaign_ids=both) == set(both)
