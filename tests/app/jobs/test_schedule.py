"""What the clock starts: each slot once however many relays there are, and a missed one made up
once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.sessions import Database
from app.jobs.handling import Chunk, Worker
from app.jobs.kinds import FORGET_JOBS, FORGET_SIGN_INS, HANDLERS, KEPT, OPEN_AND_CLOSE_CAMPAIGNS
from app.jobs.models import Job, JobState
from app.jobs.scheduling import Line, PeriodicJobs, start_due
from app.jobs.starting import start
from app.schedule import SCHEDULE
from challenges.calendar import TOKYO
from challenges.campaigns.models import Campaign
from challenges.people import sign_ins
from challenges.people.models import Person, SignIn
from challenges.people.sign_ins import Device
from challenges.vocabulary import CampaignState
from tests.app.jobs.conftest import Clock, do

HOURLY = (Line("recount", "0 * * * *"),)


def finish(session: Session, job: Job, chunk: Chunk) -> bool:
    return False


def keys(database: Database) -> list[str]:
    with database.reading() as session:
        return list(session.scalars(select(Job.key).order_by(Job.id)))


def begin_due(database: Database, at: datetime) -> int:
    with database.writing() as session:
        return start_due(session, HOURLY, at=at)


def test_slots_are_times_in_tokyo() -> None:
    line = Line("letters", "30 8 * * 1")
    wednesday = datetime(2026, 7, 15, 10, 0, tzinfo=TOKYO)
    monday = datetime(2026, 7, 13, 8, 30, tzinfo=TOKYO)
    assert line.newest_slot(wednesday) == monday == line.newest_slot(monday)
    assert line.newest_slot(monday - timedelta(microseconds=1)) == monday - timedelta(days=7)
    assert line.next_slot(monday) == monday + timedelta(days=7)


def test_each_line_of_the_schedule_has_a_handler() -> None:
    assert {line.kind for line in SCHEDULE} <= HANDLERS.keys()
    assert len({line.kind for line in SCHEDULE}) == len(SCHEDULE)


def test_each_slot_is_started_once(database: Database, at: datetime) -> None:
    hour = timedelta(hours=1)
    assert [begin_due(database, at + n * hour / 2) for n in range(4)] == [1, 0, 1, 0]
    assert keys(database) == [
        "schedule:recount:2026-07-15T10:00",
        "schedule:recount:2026-07-15T11:00",
    ]


def test_of_many_relays_one_starts_the_slot(database: Database, at: datetime) -> None:
    barrier, started = Barrier(6), []

    def look() -> None:
        barrier.wait()
        started.append(begin_due(database, at))

    for _ in range(2):  # a line that nobody knew, then one that moves forward
        threads = [Thread(target=look) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        at += timedelta(hours=1)
    assert sorted(started) == [0] * 10 + [1] * 2
    assert len(keys(database)) == 2


def test_slots_missed_while_all_relays_were_down_are_made_up_once(
    database: Database, at: datetime
) -> None:
    begin_due(database, at)
    assert [begin_due(database, at + timedelta(days=3, minutes=n)) for n in (5, 6)] == [1, 0]
    assert keys(database)[1:] == ["schedule:recount:2026-07-18T10:00"]


def test_relay_whose_clock_is_behind_starts_nothing(database: Database, at: datetime) -> None:
    begin_due(database, at)
    assert begin_due(database, at - timedelta(hours=2)) == 0


def test_relay_asks_the_database_only_when_a_slot_has_come(
    database: Database, clock: Clock, at: datetime, count_statements: Callable[..., object]
) -> None:
    look, asked = PeriodicJobs(database, clock, HOURLY), []
    for later in (timedelta(), timedelta(minutes=59, seconds=59), timedelta(hours=1)):
        clock.at = at + later
        with count_statements(database.engine) as statements:
            look()
        asked.append(len(statements) > 0)
    assert asked == [True, False, True]


def test_parked_job_of_an_earlier_slot_is_tried_again_instead_of_a_second(
    database: Database, worker: Callable[..., Worker], clock: Clock
) -> None:
    begin_due(database, clock.at)
    do(worker())  # which knows no kind at all
    clock.at += timedelta(hours=1)
    assert begin_due(database, clock.at) == 1
    assert len(keys(database)) == 1
    assert do(worker(recount=finish)) is not None
    with database.reading() as session:
        assert session.scalars(select(Job.state)).all() == [JobState.DONE]


def test_what_the_clock_asked_for_is_forgotten_after_a_month(
    database: Database, worker: Callable[..., Worker], clock: Clock
) -> None:
    begin_due(database, clock.at)
    with database.writing() as session:
        start(session, "recount", {}, "asked by a person", at=clock.at)
    while do(worker(recount=finish)) is not None:
        pass
    for later, left in ((KEPT, 3), (KEPT + timedelta(seconds=1), 2)):
        clock.at = datetime(2026, 7, 15, 10, tzinfo=TOKYO) + later
        with database.writing() as session:
            start(session, FORGET_JOBS, {}, "forget", at=clock.at)
        do(worker(**HANDLERS))
        assert len(keys(database)) == left + (later > KEPT)


def test_sign_ins_that_are_over_are_forgotten(
    database: Database, worker: Callable[..., Worker], clock: Clock, session: Session
) -> None:
    person = session.scalars(select(Person.id)).first()
    assert person is not None
    for days in (15, 14, 1):
        sign_ins.begin(
            session,
            person,
            epoch=0,
            device=Device(),
            at=clock.at - timedelta(days=days),
            lasts=timedelta(days=14),
        )
    start(session, FORGET_SIGN_INS, {}, "forget", at=clock.at)
    session.commit()
    do(worker(**HANDLERS))
    assert len(session.scalars(select(SignIn.id)).all()) == 1


def test_campaigns_turn_although_the_relay_was_down_at_midnight(
    database: Database,
    worker: Callable[..., Worker],
    clock: Clock,
    session: Session,
    campaign_of: Callable[..., Campaign],
) -> None:
    campaign = campaign_of(CampaignState.SCHEDULED)
    session.commit()
    clock.at = datetime(2026, 7, 1, 9, 2, tzinfo=TOKYO)
    line = Line(OPEN_AND_CLOSE_CAMPAIGNS, "*/5 * * * *")
    for _ in range(2):
        with database.writing() as own:
            start_due(own, [line], at=clock.at)
        do(worker(**HANDLERS))
    session.refresh(campaign)
    assert (campaign.state, campaign.opened_at) == (
        CampaignState.OPEN,
        datetime(2026, 7, 1, tzinfo=TOKYO),
    )
