"""What counts in campaigns follows new rules and corrected appointments: a fact starts a job."""

from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.config import Config
from app.db.sessions import Database
from app.jobs.models import Job
from app.jobs.recounting import campaigns_recounting, on_campaign_published
from app.relay.worker import run_once
from challenges.calendar import day_of
from challenges.campaigns.events import CampaignMoved, CampaignPublished
from challenges.campaigns.models import Campaign, CampaignTotal, CampaignVersion
from challenges.campaigns.snapshots import series
from challenges.campaigns.verifying import differences
from challenges.outbox import Fact, record
from challenges.people.models import Membership, Person
from challenges.people.renumbering import give_new_number
from challenges.people.roster.applying import import_people
from challenges.people.roster.reading import PersonnelList
from challenges.submissions.models import Completion

CampaignOf = Callable[..., Campaign]
Climb = Callable[..., Completion]


def relay(session: Session, database: Database, config: Config, at: datetime) -> Counter[str]:
    session.commit()
    done = run_once(database, config, clock=lambda: at)
    session.expire_all()
    return done


def total(session: Session, campaign: Campaign) -> tuple[int, int]:
    row = session.get_one(CampaignTotal, campaign.id)
    return row.steps, row.people


def listed(**people: tuple[str, str]) -> str:
    headings = "職員番号,氏名,フリガナ,メール,所属,職,管理職,発令日"
    rows = [f"{number},氏名,,,{unit},主事,0,{day}" for number, (unit, day) in people.items()]
    return "\n".join([headings, *rows])


def bring_in(session: Session, text: str, *, at: datetime) -> None:
    found = PersonnelList(text.encode())
    assert not found.problems
    import_people(session, found.people, at=at)


def test_steps_climbed_before_publishing_count_after_the_job(
    session: Session,
    database: Database,
    config: Config,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    at: datetime,
) -> None:
    climb(cast.staff, "first-hello")
    relay(session, database, config, at)
    campaign = campaign_of()
    record(session, CampaignPublished(occurred_at=at, campaign_id=campaign.id, version=1))
    session.flush()
    assert campaigns_recounting(session) == {campaign.id}
    done = relay(session, database, config, at + timedelta(hours=1))
    assert done["JOBS_DONE"]
    assert total(session, campaign) == (1, 1)
    assert campaigns_recounting(session) == set()


def test_moved_days_let_other_steps_count(
    session: Session,
    database: Database,
    config: Config,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    at: datetime,
) -> None:
    campaign = campaign_of(last_day="2026-07-14")
    climb(cast.staff, "first-hello")
    relay(session, database, config, at)
    assert total(session, campaign) == (0, 0)
    session.execute(update(CampaignVersion).values(ends_on=date(2026, 7, 15)))
    record(session, CampaignMoved(occurred_at=at, campaign_id=campaign.id))
    relay(session, database, config, at)
    assert total(session, campaign) == (1, 1)


def test_two_versions_in_a_row_are_two_recounts(
    session: Session, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign = campaign_of()
    for version in (1, 2):
        event = CampaignPublished(occurred_at=at, campaign_id=campaign.id, version=version)
        fact = record(session, event)
        session.flush()
        on_campaign_published(session, fact, at)
    assert len(session.scalars(select(Job)).all()) == 2


def test_a_transfer_that_a_list_dates_back_is_followed(
    session: Session,
    database: Database,
    config: Config,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    at: datetime,
) -> None:
    campaign = campaign_of(audience={"units": ["農林部"]}, state="CLOSED")
    climb(cast.staff, "first-hello", at=at - timedelta(days=7))
    relay(session, database, config, at)
    assert total(session, campaign) == (0, 0)
    bring_in(session, listed(staff=("農林部/森林課", "2026-07-01")), at=at)
    relay(session, database, config, at)
    assert total(session, campaign) == (1, 1)
    bring_in(session, listed(staff=("農林部/森林課", "2026-07-10")), at=at)
    relay(session, database, config, at)
    assert differences(session, pending=set()) == []


def test_the_fact_of_a_transfer_to_come_names_nobody(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    bring_in(session, listed(staff=("農林部/森林課", "2026-08-01")), at=at)
    facts = select(Fact.about).where(Fact.kind == "appointments_changed")
    assert session.scalars(facts).all() == [{"since": day_of(at).isoformat()}]


def test_a_list_that_says_nothing_new_starts_no_recount(
    session: Session, cast: SimpleNamespace, at: datetime
) -> None:
    text = listed(staff=("農林部/森林課", "2026-07-01"))
    for _ in range(2):
        bring_in(session, text, at=at)
    facts = select(Fact).where(Fact.kind == "appointments_changed")
    assert len(session.scalars(facts).all()) == 1


def test_two_numbers_of_one_person_are_followed(
    session: Session,
    database: Database,
    config: Config,
    cast: SimpleNamespace,
    climb: Climb,
    campaign_of: CampaignOf,
    at: datetime,
) -> None:
    campaign = campaign_of(audience={"units": ["農林部"]})
    double = Person(employee_number="R8-1", name=cast.staff.name)
    session.add(double)
    session.flush()
    where = {"unit_id": cast.other_section.id, "valid_from": date(2026, 7, 1)}
    session.add(Membership(person_id=double.id, **where))
    climb(cast.staff, "first-hello")
    relay(session, database, config, at)
    give_new_number(session, cast.staff, "R8-1", at=at)
    relay(session, database, config, at)
    assert total(session, campaign) == (1, 1)


def test_every_night_gets_its_snapshot_also_after_a_night_without_a_relay(
    session: Session,
    database: Database,
    config: Config,
    cast: SimpleNamespace,
    campaign_of: CampaignOf,
    at: datetime,
) -> None:
    campaign = campaign_of(first_day="2026-07-13")
    midnight = at.replace(hour=0, minute=20)
    for day in (0, 2):
        relay(session, database, config, midnight + timedelta(days=day))
    made = [one.day.day for one in series(session, campaign.id)]
    assert made == [13, 14, 15, 16]
