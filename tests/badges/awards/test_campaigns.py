"""Badges of campaigns: one counted step, and the light of a team, in whatever order facts come."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import permutations
from types import SimpleNamespace

import pytest
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from badges.awards.awarding import recompute
from badges.awards.deciding import Outcome
from badges.awards.verifying import differences
from badges.catalogue.published import BadgeCatalogue
from badges.events import BadgeAwarded
from badges.subscribers import people_pending
from challenges.campaigns import subscribers as campaigns
from challenges.campaigns.models import Campaign, CampaignCount
from challenges.outbox import Fact
from challenges.people.models import Person
from challenges.submissions import voiding
from tests.badges.awards.conftest import HANDLERS, REASON, Climb, held

CampaignOf = Callable[..., Campaign]
COUNTING = {
    "step_climbed": campaigns.on_step_climbed,
    "step_undone": campaigns.on_step_undone,
    "step_restored": campaigns.on_step_restored,
}
JOINED, LIGHT = "joined-campaign", "team-light"


@pytest.fixture
def relay(session: Session, at: datetime) -> Callable[..., None]:
    """``relay(first="badges")``: hand every fact to badges and campaigns, until none is new."""

    def run(first: str = "badges") -> None:
        hearers = [HANDLERS, COUNTING] if first == "badges" else [COUNTING, HANDLERS]
        session.flush()
        new = select(Fact).where(Fact.fanned_out_at.is_(None)).order_by(Fact.id)
        while facts := session.scalars(new).all():
            for fact in facts:
                for handlers in hearers:
                    if fact.kind in handlers:
                        handlers[fact.kind](session, fact, at)
                fact.fanned_out_at = at
            session.flush()

    return run


def campaign_badges(session: Session, person: Person) -> set[str]:
    return held(session, person) & {JOINED, LIGHT}


def test_taking_part_is_one_step_that_counts(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    relay: Callable[..., None],
    at: datetime,
) -> None:
    campaign_of()
    climb(cast.staff, "dx-words")
    climb(cast.staff, "first-hello", at=at - timedelta(days=30))
    relay()
    assert campaign_badges(session, cast.staff) == set()
    climb(cast.staff, "give-back-15")
    relay()
    assert campaign_badges(session, cast.staff) == {JOINED}


@pytest.mark.parametrize("first", ["badges", "campaigns"])
def test_three_of_a_unit_hold_the_light_whoever_hears_first(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    relay: Callable[..., None],
    first: str,
) -> None:
    campaign_of()
    for person in (cast.staff, cast.colleague, cast.outsider):
        climb(person, "first-hello")
        relay(first)
    assert campaign_badges(session, cast.staff) == {JOINED}
    climb(cast.manager, "give-back-15")
    relay(first)
    for person in (cast.staff, cast.colleague, cast.manager):
        assert campaign_badges(session, person) == {JOINED, LIGHT}
    assert campaign_badges(session, cast.outsider) == {JOINED}
    assert campaign_badges(session, cast.deputy) == set()
    climb(cast.deputy, "first-hello")
    relay(first)
    assert campaign_badges(session, cast.deputy) == {JOINED, LIGHT}


def test_only_those_who_hold_the_light_are_told(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    relay: Callable[..., None],
) -> None:
    campaign_of()
    people = (cast.staff, cast.colleague, cast.manager)
    for person in people:
        climb(person, "first-hello")
    relay()
    told = session.scalars(select(Fact.about).where(Fact.kind == BadgeAwarded.kind))
    assert {one["person_id"] for one in told if one["badge"] == LIGHT} == {
        person.id for person in people
    }


def test_the_light_stays_with_the_others_when_one_takes_a_step_back(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    relay: Callable[..., None],
    at: datetime,
) -> None:
    campaign_of()
    for person in (cast.staff, cast.colleague, cast.manager):
        completion = climb(person, "first-hello")
    relay()
    voiding.void(session, completion, by_id=cast.dx.id, reason=REASON, at=at)
    relay()
    assert campaign_badges(session, cast.manager) == set()
    assert campaign_badges(session, cast.staff) == {JOINED, LIGHT}
    session.refresh(completion)
    session.refresh(completion.submission)
    voiding.restore(session, completion, at=at)
    relay()
    assert campaign_badges(session, cast.manager) == {JOINED, LIGHT}


def test_three_in_two_campaigns_light_nothing(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    relay: Callable[..., None],
) -> None:
    campaign_of(slug="one", challenges=[{"slug": "first-hello"}])
    campaign_of(slug="other", challenges=[{"slug": "give-back-15"}])
    climb(cast.staff, "first-hello")
    climb(cast.colleague, "first-hello")
    climb(cast.manager, "give-back-15")
    relay()
    assert campaign_badges(session, cast.staff) == {JOINED}


def test_awards_of_campaigns_are_what_a_recompute_gives(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    relay: Callable[..., None],
    published: BadgeCatalogue,
    at: datetime,
) -> None:
    campaign_of()
    for person in (cast.staff, cast.colleague, cast.manager):
        climb(person, "first-hello")
    relay()
    assert recompute(session, catalogue=published, at=at).total(Outcome.ADDED) == 0
    assert list(differences(session, catalogue=published, pending=set())) == []
    session.execute(delete(CampaignCount).where(CampaignCount.person_id == cast.staff.id))
    wrong = {str(one) for one in differences(session, catalogue=published, pending=set())}
    assert wrong == {
        f"person {cast.staff.id}: badge {slug}: stands, but is no longer earned"
        for slug in (JOINED, LIGHT)
    }


def test_people_of_a_light_on_its_way_are_not_judged_yet(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    at: datetime,
) -> None:
    campaign_of()
    people = (cast.staff, cast.colleague, cast.manager)
    for person in people:
        climb(person, "first-hello")
    for fact in session.scalars(select(Fact)).all():
        if fact.kind in COUNTING:
            COUNTING[fact.kind](session, fact, at)
        fact.fanned_out_at = at
    session.flush()
    parts = select(Fact).where(Fact.kind == "campaign_part_changed")
    for fact in session.scalars(parts):
        fact.fanned_out_at = at
    session.flush()
    assert people_pending(session) == {person.id for person in people}


def test_every_order_of_three_people_ends_in_the_same_awards(
    session: Session,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    relay: Callable[..., None],
) -> None:
    for number, order in enumerate(permutations((cast.staff, cast.colleague, cast.manager))):
        whole = session.begin_nested()
        campaign_of(slug=f"number-{number}")
        for person in order:
            climb(person, "first-hello")
            relay("campaigns" if number % 2 else "badges")
        assert all(campaign_badges(session, one) == {JOINED, LIGHT} for one in order)
        whole.rollback()
        session.expire_all()
