"""What counts in a campaign, stored by difference as steps are climbed and taken back."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from challenges.calendar import TOKYO
from challenges.campaigns.counting import Totals, recount_person, recount_some, totals
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import (
    Campaign,
    CampaignCount,
    CampaignPart,
    CampaignTotal,
    CampaignVersion,
)
from challenges.campaigns.publishing import put_in_force
from challenges.campaigns.team_lights import TeamLight
from challenges.campaigns.verifying import differences
from challenges.outbox import Fact
from challenges.people.models import Membership, Person
from challenges.submissions import voiding
from challenges.submissions.models import Completion
from challenges.vocabulary import CampaignState, MembershipKind
from tests.challenges.campaigns.conftest import Move, parts, total

Climb = Callable[..., Completion]
CampaignOf = Callable[..., Campaign]
REASON = "証拠が別の人のものでした。"


def recount(session: Session, person: Person, at: datetime) -> None:
    recount_person(session, person.id, at=at)


def publish_again(session: Session, campaign: Campaign, at: datetime, **changes: object) -> None:
    in_force = session.scalars(
        select(CampaignVersion).where(
            CampaignVersion.campaign_id == campaign.id, CampaignVersion.replaced_at.is_(None)
        )
    ).one()
    definition = CampaignDefinition.model_validate({**in_force.definition, **changes})
    put_in_force(session, campaign, definition, submitted_by_id=None, approved_by_id=None, at=at)
    session.expire_all()


def test_a_step_in_the_period_counts(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign = campaign_of()
    completion = climb(cast.staff, "first-hello")
    recount(session, cast.staff, at)
    row = session.scalars(select(CampaignCount)).one()
    assert (row.completion_id, row.unit_id, row.day) == (
        completion.id,
        completion.unit_id,
        date(2026, 7, 15),
    )
    assert parts(session, campaign.id) == {cast.staff.id: 1}
    assert totals(session, [campaign.id]) == {campaign.id: Totals(steps=1, people=1)}


@pytest.mark.parametrize(
    ("moment", "counts"),
    [
        (datetime(2026, 6, 30, 14, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 6, 30, 15, 0, tzinfo=UTC), True),
        (datetime(2026, 7, 31, 14, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 7, 31, 15, 0, tzinfo=UTC), False),
    ],
)
def test_the_days_begin_and_end_at_midnight_in_tokyo(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    moment: datetime,
    counts: bool,
) -> None:
    campaign = campaign_of()
    climb(cast.staff, "first-hello", at=moment)
    recount(session, cast.staff, moment)
    assert total(session, campaign.id) == ((1, 1) if counts else (0, 0))


def test_another_challenge_and_another_step_do_not_count(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign = campaign_of(challenges=[{"slug": "first-hello", "steps": [2]}])
    climb(cast.staff, "first-hello", 1)
    climb(cast.staff, "dx-words")
    recount(session, cast.staff, at)
    assert total(session, campaign.id) == (0, 0)
    climb(cast.staff, "first-hello", 2)
    recount(session, cast.staff, at)
    assert total(session, campaign.id) == (1, 1)


def test_a_step_counts_in_every_campaign_that_it_fits(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf, at: datetime
) -> None:
    one, other = campaign_of(slug="one"), campaign_of(slug="other", audience={"managers": True})
    for person in (cast.staff, cast.manager):
        climb(person, "first-hello")
        recount(session, person, at)
    assert (total(session, one.id), total(session, other.id)) == ((2, 2), (1, 1))


def test_the_audience_is_judged_on_the_day_of_the_step(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    move: Move,
    at: datetime,
) -> None:
    campaign = campaign_of(audience={"units": ["農林部"]})
    climb(cast.staff, "first-hello", at=at - timedelta(days=5))
    move(cast.staff, cast.other_section, on=date(2026, 7, 13))
    climb(cast.staff, "give-back-15", at=at)
    recount(session, cast.staff, at)
    assert parts(session, campaign.id) == {cast.staff.id: 1}


def test_a_concurrent_appointment_counts_nothing(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign = campaign_of(audience={"units": ["農林部"]})
    session.add(
        Membership(
            person_id=cast.staff.id,
            unit_id=cast.other_section.id,
            kind=MembershipKind.MANAGER,
            is_primary=False,
            valid_from=date(2026, 4, 1),
        )
    )
    climb(cast.staff, "first-hello")
    recount(session, cast.staff, at)
    assert total(session, campaign.id) == (0, 0)


def test_an_undone_step_counts_no_longer_and_a_restored_one_again(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign = campaign_of()
    completion = climb(cast.staff, "first-hello")
    recount(session, cast.staff, at)
    voiding.void(session, completion, by_id=cast.dx.id, reason=REASON, at=at)
    recount(session, cast.staff, at)
    assert (parts(session, campaign.id), total(session, campaign.id)) == ({}, (0, 0))
    session.refresh(completion)
    session.refresh(completion.submission)
    voiding.restore(session, completion, at=at)
    recount(session, cast.staff, at)
    assert (parts(session, campaign.id), total(session, campaign.id)) == (
        {cast.staff.id: 1},
        (1, 1),
    )


def test_a_change_of_the_rules_takes_no_step_from_anyone(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign = campaign_of(at=at - timedelta(days=30))
    climb(cast.staff, "first-hello", at=at)
    later = at + timedelta(hours=1)
    publish_again(session, campaign, later, challenges=[{"slug": "give-back-15"}])
    climb(cast.colleague, "first-hello", at=later)
    climb(cast.manager, "give-back-15", at=later)
    assert recount_some(session, campaign.id, after=0, limit=100, at=later) is not None
    assert parts(session, campaign.id) == {cast.staff.id: 1, cast.manager.id: 1}


def test_a_new_version_lets_earlier_steps_count(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign = campaign_of(challenges=[{"slug": "give-back-15"}], at=at - timedelta(days=30))
    climb(cast.staff, "first-hello")
    recount(session, cast.staff, at)
    publish_again(session, campaign, at + timedelta(days=1), challenges=[{"slug": "first-hello"}])
    recount_some(session, campaign.id, after=0, limit=100, at=at)
    assert total(session, campaign.id) == (1, 1)


def test_a_step_that_fits_two_versions_counts_once(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign = campaign_of(at=at - timedelta(days=30))
    climb(cast.staff, "first-hello")
    publish_again(session, campaign, at + timedelta(days=1), cover="boats")
    recount(session, cast.staff, at)
    assert total(session, campaign.id) == (1, 1)


def test_a_recount_goes_through_everybody_in_turns(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign, other = campaign_of(), campaign_of(slug="other")
    people = [cast.staff, cast.colleague, cast.manager, cast.dx]
    for person in people:
        climb(person, "first-hello")
    turns, last = 0, 0
    while (done := recount_some(session, campaign.id, after=last, limit=3, at=at)) is not None:
        turns, last = turns + 1, done
    assert turns == 2
    assert total(session, campaign.id) == (4, 4)
    assert total(session, other.id) == (0, 0)


def test_a_person_whom_no_campaign_fits_costs_two_statements(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    at: datetime,
    count_statements: Callable[[Engine], object],
) -> None:
    campaign_of(audience={"managers": True})
    climb(cast.staff, "first-hello")
    with count_statements(session.get_bind()) as statements:  # type: ignore[attr-defined]
        recount(session, cast.staff, at)
    assert len(statements) == 2


def test_a_step_in_many_campaigns_costs_a_handful_of_statements(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    at: datetime,
    count_statements: Callable[[Engine], object],
) -> None:
    for number in range(7):
        campaign_of(slug=f"number-{number}")
    climb(cast.staff, "first-hello")
    with count_statements(session.get_bind()) as statements:  # type: ignore[attr-defined]
        recount(session, cast.staff, at)
    assert len(statements) == 7


def test_whoever_gains_or_loses_a_step_is_told_to_others_once(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign_of()
    climb(cast.staff, "first-hello")
    recount(session, cast.staff, at)
    recount(session, cast.staff, at)
    told = select(Fact.about).where(Fact.kind == "campaign_part_changed")
    assert session.scalars(told).all() == [{"person_id": cast.staff.id}]


def test_the_third_person_of_a_unit_lights_its_light_once(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign = campaign_of()
    lit = select(Fact.about).where(Fact.kind == "team_light_lit")
    for person in (cast.staff, cast.colleague, cast.dx):
        climb(person, "first-hello")
        recount(session, person, at)
    assert session.scalars(lit).all() == []
    for person in (cast.manager, cast.deputy):
        climb(person, "first-hello")
        recount(session, person, at)
    assert session.scalars(lit).all() == [{"campaign_id": campaign.id, "unit_id": cast.section.id}]


def test_a_light_stays_when_a_step_is_taken_back(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign_of()
    for person in (cast.staff, cast.colleague, cast.manager):
        completion = climb(person, "first-hello")
        recount(session, person, at)
    voiding.void(session, completion, by_id=cast.dx.id, reason=REASON, at=at)
    recount(session, cast.manager, at)
    assert session.scalars(select(TeamLight.unit_id)).all() == [cast.section.id]
    assert differences(session, pending=set()) == []


def test_every_kind_of_damage_is_named(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign = campaign_of()
    done = [climb(person, "first-hello") for person in (cast.staff, cast.colleague, cast.manager)]
    for one in done:
        recount_person(session, one.person_id, at=at)
    assert differences(session, pending=set()) == []
    session.execute(delete(CampaignCount).where(CampaignCount.completion_id == done[0].id))
    session.execute(delete(TeamLight))
    session.execute(
        update(CampaignPart).where(CampaignPart.person_id == cast.colleague.id).values(steps=5)
    )
    session.execute(update(CampaignTotal).values(people=9))
    assert differences(session, pending=set()) == [
        f"campaign {campaign.id}: completion {done[0].id} counts, and is not stored",
        f"campaign {campaign.id}, person {cast.staff.id}: stored 1 steps, the counts say 0",
        f"campaign {campaign.id}, person {cast.colleague.id}: stored 5 steps, the counts say 1",
        f"campaign {campaign.id}: stored 3 steps of 9 people, the counts say 2 of 2",
    ]


def test_what_is_on_its_way_is_no_damage(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign = campaign_of(state=CampaignState.CLOSED)
    climb(cast.staff, "first-hello")
    assert len(differences(session, pending=set())) == 1
    assert differences(session, pending={cast.staff.id}) == []
    assert differences(session, pending=set(), recounting={campaign.id}) == []


def test_a_day_is_that_of_tokyo_whatever_the_zone_of_the_time(
    session: Session, cast: SimpleNamespace, climb: Climb, campaign_of: CampaignOf
) -> None:
    campaign_of()
    moment = datetime(2026, 7, 10, 0, 30, tzinfo=TOKYO)
    climb(cast.staff, "first-hello", at=moment)
    recount(session, cast.staff, moment)
    assert session.scalars(select(CampaignCount.day)).all() == [date(2026, 7, 10)]
