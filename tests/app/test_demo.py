"""Demo data: a prefecture nobody lives in, its history as true as a real one's, and it never meets
real people."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.db.sessions import Database
from app.demo.accounts import ACCOUNTS, HOME, PASSWORD
from app.demo.days import Days
from app.demo.loading import CannotLoadDemo, Wanted, load
from app.demo.models import DemoLoad
from app.demo.people import Organisation, people_of
from app.demo.units import units_for
from app.demo.walking import walk
from app.demo.world import World
from app.identity import passwords
from app.migrations.tables import metadata
from badges.awards.verifying import differences as awards_that_disagree
from badges.catalogue.reading import read_badges
from badges.subscribers import people_pending
from challenges.calendar import TOKYO, day_of, is_working_day
from challenges.catalogue import definitions
from challenges.catalogue import loading as challenge_catalogue
from challenges.catalogue.models import CatalogueLoad, Challenge, Step
from challenges.catalogue.published import Catalogue
from challenges.outbox import Delivery, Fact
from challenges.people import org_chart
from challenges.people import verifying as people_verifying
from challenges.people.models import ConsentGiven, Membership, Person, RoleGrant, Unit
from challenges.recognition import verifying as recognition_verifying
from challenges.recognition.models import Endorsement
from challenges.submissions import habits, overdue, states, submitting, totals, verifying
from challenges.submissions.models import OPEN, Completion, Practice, Submission
from challenges.vocabulary import Consent, MembershipKind, Mindset, Role, SubmissionState

AT = datetime(2026, 7, 15, 10, 0, tzinfo=TOKYO)
SMALL = Wanted(at=AT, staff=120, days=60, seed=1)
AWKWARD = [
    datetime(2026, 6, 1, 9, 0, tzinfo=TOKYO),  # the first day of a month, the office just open
    datetime(2026, 11, 1, 12, 0, tzinfo=TOKYO),  # a Sunday, and the first
    datetime(2027, 1, 4, 8, 31, tzinfo=TOKYO),  # back from the New Year's closure a minute ago
    datetime(2026, 5, 7, 0, 30, tzinfo=TOKYO),  # midnight after a week of holidays
    datetime(2026, 3, 31, 23, 0, tzinfo=TOKYO),  # the last evening of the fiscal year
]


@pytest.fixture(scope="module")
def new_demo(new_database: Callable[..., Any]) -> Callable[[Wanted], Iterator[Database]]:
    def make(wanted: Wanted) -> Iterator[Database]:
        with new_database() as url:
            database = Database(url)
            metadata.create_all(database.engine)
            with database.writing() as session:
                load(session, wanted)
            yield database
            database.dispose()

    return make


@pytest.fixture(scope="module")
def loaded(new_demo: Callable[[Wanted], Iterator[Database]]) -> Iterator[Database]:
    yield from new_demo(SMALL)


@pytest.fixture
def demo(loaded: Database) -> Iterator[Session]:
    """A session on demo data of 120 people over 60 days; whatever it writes is rolled back."""
    with Session(loaded.engine, expire_on_commit=False) as session:
        yield session
        session.rollback()


@pytest.fixture
def person(demo: Session) -> Callable[[str], Person]:
    return lambda number: demo.scalars(select(Person).where(Person.employee_number == number)).one()


@pytest.fixture
def empty_app(app: Flask, database: Database) -> Flask:
    """The app on a database with tables but without anybody and without a catalogue."""
    with database.writing() as session:
        for table in reversed(metadata.sorted_tables):
            session.execute(table.delete())
    return app


# The history it makes is whole.


def test_every_stored_total_is_what_the_history_says(demo: Session) -> None:
    assert totals.differences(demo) == []
    assert sum(totals.stored(demo).values()) > 200


def test_every_award_is_what_the_rules_say_of_the_deeds(demo: Session) -> None:
    assert (
        list(awards_that_disagree(demo, catalogue=read_badges(demo), pending=people_pending(demo)))
        == []
    )


def test_submissions_completions_endorsements_and_units_verify(demo: Session) -> None:
    assert list(verifying.submissions_that_disagree(demo)) == []
    assert list(verifying.completions_that_disagree(demo)) == []
    assert list(verifying.decisions_that_disagree(demo)) == []
    assert list(verifying.voids_that_disagree(demo)) == []
    assert list(recognition_verifying.endorsements_that_disagree(demo)) == []
    assert list(verifying.units_that_disagree(demo)) == []
    assert list(people_verifying.rests_that_disagree(demo)) == []


def test_every_completion_is_credited_to_the_unit_of_that_day(demo: Session) -> None:
    for one in demo.scalars(select(Completion)):
        assert one.unit_id == org_chart.unit_on(demo, one.person_id, day_of(one.happened_at))


def test_everything_happened_on_working_days_and_before_now(demo: Session) -> None:
    for one in demo.scalars(select(Completion)):
        assert is_working_day(day_of(one.happened_at))
        assert 8 <= one.happened_at.astimezone(TOKYO).hour < 18
        assert one.happened_at <= one.decided_at <= AT
    assert demo.scalar(select(func.max(Endorsement.given_at))) <= AT
    assert demo.scalar(select(func.max(Fact.occurred_at))) <= AT


def test_a_habit_was_done_on_as_many_days_as_it_asks(demo: Session) -> None:
    days = defaultdict(list)
    for one in demo.scalars(select(Practice)):
        days[one.submission_id].append(one.day)
    done = demo.execute(select(Completion, Step).join(Step).where(Step.days > 1)).all()
    assert done
    for completion, step in done:
        reached = habits.habit_reached(
            days[completion.submission_id], needed=step.days, within=step.within_days
        )
        assert reached == day_of(completion.happened_at)


def test_whoever_decided_or_endorsed_was_allowed_to(demo: Session) -> None:
    asked = select(Submission).where(Submission.reviewing_unit_id.is_not(None))
    for submission in demo.scalars(asked):
        day = day_of(submission.submitted_at)
        nearest = org_chart.reviewing_unit(
            demo, person_id=submission.person_id, unit_id=submission.unit_id, on=day
        )
        assert submission.reviewing_unit_id == nearest
        if submission.decided_by_id is not None:
            assert submission.decided_by_id != submission.person_id
            assert org_chart.manages(
                demo, submission.decided_by_id, unit_id=nearest, on=day_of(submission.decided_at)
            )
    for said, done in demo.execute(select(Endorsement, Completion).join(Completion)):
        assert said.endorser_id != said.person_id == done.person_id
        assert org_chart.manages(
            demo, said.endorser_id, unit_id=done.unit_id, on=day_of(said.given_at)
        )


def test_no_submission_is_overdue(demo: Session) -> None:
    assert overdue.accept_overdue(demo, at=AT) == 0


def test_the_relay_finds_nothing_to_deliver(demo: Session) -> None:
    kinds = set(demo.scalars(select(Fact.kind)))
    assert {"step_climbed", "completion_endorsed", "claim_sent_back"} <= kinds
    assert demo.scalar(select(func.count()).where(Fact.fanned_out_at.is_(None))) == 0
    assert demo.scalar(select(func.count(Delivery.id))) == 0


def test_the_next_row_gets_an_id_of_its_own(demo: Session, person: Callable[[str], Person]) -> None:
    step = demo.scalars(
        select(Step).join(Challenge).where(Challenge.slug == "ai-draft", Step.number == 1)
    ).one()
    last = demo.scalar(select(func.max(Submission.id)))
    submission = submitting.open_submission(
        demo, person_id=person("staff").id, step_id=step.id, version=1, at=AT
    )
    demo.add(submission)
    demo.flush()
    assert submission.id > last


# Five people can sign in, and there is something to see for each.


def test_each_demo_account_signs_in_with_the_one_password(
    demo: Session, person: Callable[[str], Person]
) -> None:
    for account in ACCOUNTS:
        assert passwords.verify(person(account.number).password_hash, PASSWORD)
    assert demo.scalar(select(func.count()).where(Person.password_hash.is_not(None))) == len(
        ACCOUNTS
    )


def test_they_work_where_they_should(demo: Session, person: Callable[[str], Person]) -> None:
    offices = {
        account.number: org_chart.unit_on(demo, person(account.number).id, day_of(AT))
        for account in ACCOUNTS
    }
    assert offices["staff"] == offices["colleague"] == offices["manager"] != offices["outsider"]
    assert org_chart.manages(demo, person("manager").id, unit_id=offices["staff"], on=day_of(AT))
    assert not org_chart.manages(
        demo, person("outsider").id, unit_id=offices["staff"], on=day_of(AT)
    )
    roles = demo.execute(select(RoleGrant.person_id, RoleGrant.role)).all()
    assert roles == [(person("dx").id, Role.DX_OFFICE)]


def test_their_unit_is_large_enough_to_show_numbers(demo: Session) -> None:
    here = (
        select(func.count(Membership.id)).join(Unit).where(Unit.path == HOME, Membership.is_primary)
    )
    assert demo.scalar(here) >= 10


def test_submissions_wait_for_the_manager(demo: Session, person: Callable[[str], Person]) -> None:
    unit = demo.scalars(select(Unit.id).where(Unit.path == HOME)).one()
    waiting = set(
        demo.scalars(
            select(Submission.person_id).where(
                Submission.reviewing_unit_id == unit, states.IS_WAITING
            )
        )
    )
    assert len(waiting) >= 3
    assert {person("staff").id, person("colleague").id} <= waiting


def test_staff_has_a_history(demo: Session, person: Callable[[str], Person]) -> None:
    me = person("staff").id
    done = demo.execute(
        select(Completion.happened_at, Challenge.mindset)
        .join(Step, Step.id == Completion.step_id)
        .join(Challenge)
        .where(Completion.person_id == me)
    ).all()
    months = Counter(day_of(row.happened_at).month for row in done)
    assert len(done) == 9
    assert months[7] > months[6]
    assert {row.mindset for row in done} == set(Mindset)
    assert all(AT - row.happened_at < timedelta(days=92) for row in done)


def test_staff_has_something_open_of_each_kind(
    demo: Session, person: Callable[[str], Person]
) -> None:
    me = person("staff").id
    open_ = {
        one.state: one
        for one in demo.scalars(select(Submission).where(Submission.person_id == me))
        if one.state in OPEN
    }
    assert set(open_) == set(OPEN)
    assert len(open_[SubmissionState.DRAFT].practices) == 2
    assert open_[SubmissionState.SENT_BACK].question
    [endorsement] = demo.scalars(select(Endorsement).where(Endorsement.person_id == me))
    assert endorsement.endorser_id == person("manager").id


def test_colleague_shows_steps_and_badges(demo: Session, person: Callable[[str], Person]) -> None:
    given = set(
        demo.scalars(
            select(ConsentGiven.consent).where(ConsentGiven.person_id == person("colleague").id)
        )
    )
    assert {Consent.STEPS, Consent.BADGES} <= given


# It is large, varied, and the same again.


def test_a_prefecture_of_4500_has_14_departments_and_330_units() -> None:
    offices = units_for(4500)
    assert sum(office.is_department for office in offices) == 14
    assert sum(not office.is_department for office in offices) == 330
    assert len({office.path for office in offices}) == 344


def test_it_has_the_people_asked_for_and_about_700_managers() -> None:
    offices = units_for(4500)
    people = list(people_of(offices, staff=4500, seed=1, days=Days(at=AT, count=240)))
    sizes = Counter(one.unit for one in people if not offices[one.unit - 1].is_department)
    assert len(people) == 4500
    assert 600 < sum(one.kind is MembershipKind.MANAGER for one in people) < 800
    assert min(sizes.values()) >= 3
    assert max(sizes.values()) <= 32


def test_some_people_rest_some_left_and_some_moved() -> None:
    offices, days = units_for(4500), Days(at=AT, count=240)
    people = list(people_of(offices, staff=4500, seed=1, days=days))
    assert 20 < sum(one.paused_at is not None for one in people) < 150
    assert 20 < sum(one.rested is not None for one in people) < 150
    assert 5 < sum(one.left_at is not None for one in people) < 80
    assert 100 < sum(one.came_from is not None for one in people) < 400
    assert all(one.came_from != one.unit for one in people)


def test_people_have_varied_names_and_an_address_each(demo: Session) -> None:
    people = demo.scalars(select(Person)).all()
    assert len(people) == 120
    assert len({one.name for one in people}) > 90
    assert all(
        one.email and one.email == one.email.lower() and one.email.endswith("@pref.example.jp")
        for one in people
    )


def test_words_are_varied(demo: Session) -> None:
    written = demo.scalars(select(Submission.reflection).where(Submission.reflection != "")).all()
    praised = demo.scalars(select(Endorsement.words)).all()
    assert len(set(written)) > len(written) / 3
    assert len(set(praised)) > min(20, len(praised) / 3)
    assert all(10 <= len(words) <= 400 for words in praised)


def test_the_same_seed_makes_the_same_prefecture(
    new_demo: Callable[[Wanted], Iterator[Database]],
) -> None:
    once, again, other = (
        _everything(new_demo, Wanted(at=AT, staff=60, days=30, seed=seed)) for seed in (1, 1, 2)
    )
    assert once == again
    assert once["person"] != other["person"]
    assert once["completion"] != other["completion"]


def _everything(
    new_demo: Callable[[Wanted], Iterator[Database]], wanted: Wanted
) -> dict[str, list[Any]]:
    """Every row but password hashes, which have their salt."""
    for database in new_demo(wanted):
        with database.reading() as session:
            return {
                table.name: sorted(
                    str(session_row)
                    for session_row in session.execute(
                        select(*(c for c in table.c if c.name != "password_hash"))
                    )
                )
                for table in metadata.sorted_tables
            }
    raise AssertionError


@pytest.mark.parametrize("at", AWKWARD, ids=str)
def test_on_any_day_steps_are_in_order_and_in_the_past(catalogue: Catalogue, at: datetime) -> None:
    world, people = _world(catalogue, at)
    made = 0
    for who in people:
        climbed: defaultdict[int, list[int]] = defaultdict(list)
        for submission in sorted(
            walk(world, who), key=lambda submission: submission.happened_at or submission.created_at
        ):
            challenge, step = submission.rung.challenge, submission.rung.step
            assert challenge in catalogue.offered(to_manager=who.is_manager)
            assert climbed[challenge.id] == list(range(1, step.number))
            assert submission.created_at <= (submission.decided_at or at) <= at
            assert len({day_of(moment) for moment, _ in submission.days}) == len(submission.days)
            if submission.happened_at:
                climbed[challenge.id].append(step.number)
                made += 1
    assert made > 50


@pytest.mark.parametrize("at", AWKWARD, ids=str)
def test_on_any_day_the_demo_accounts_have_something_to_show(
    catalogue: Catalogue, at: datetime
) -> None:
    world, people = _world(catalogue, at)
    mine = next(walk(world, who) for who in people if who.story == "staff")
    assert sum(submission.stands for submission in mine) == 9
    assert Counter(submission.state for submission in mine if not submission.stands) == Counter(
        OPEN
    )
    waiting = [
        submission
        for who in people
        if who.story
        for submission in walk(world, who)
        if submission.waiting_since
    ]
    assert len(waiting) == 3
    assert all(
        overdue.due_on(submission.waiting_since) > day_of(at)
        for submission in waiting
        if submission.waiting_since
    )


def _world(catalogue: Catalogue, at: datetime) -> tuple[World, list[Any]]:
    offices, days = units_for(120), Days(at=at, count=60)
    organisation = Organisation(offices)
    people = list(people_of(offices, staff=120, seed=1, days=days))
    for one in people:
        organisation.take_in(one)
    return World(1, days, organisation, catalogue, [one.id for one in people[:1]]), people


# It never meets real people.


def test_the_command_fills_an_empty_database_and_says_what_it_made(
    empty_app: Flask, database: Database
) -> None:
    result = empty_app.test_cli_runner().invoke(
        args=["demo", "load", "--staff", "60", "--days", "30"]
    )
    assert result.exit_code == 0, result.output
    assert "people: 60" in result.output
    assert "stepup-demo" in result.output
    with database.reading() as session:
        marked = session.scalars(select(DemoLoad)).one()
        assert (marked.staff, marked.days, marked.seed) == (60, 30, 1)


def test_a_database_with_real_people_is_left_as_it_is(app: Flask, database: Database) -> None:
    result = app.test_cli_runner().invoke(args=["demo", "load", "--staff", "60"])
    assert result.exit_code == 1
    assert "本物の職員" in result.output
    with database.reading() as session:
        assert session.scalar(select(func.count(Person.id))) == 6
        assert session.scalar(select(func.count(Person.password_hash))) == 0
        assert session.scalar(select(func.count(DemoLoad.id))) == 0


def test_demo_data_is_not_loaded_twice(demo: Session) -> None:
    with pytest.raises(CannotLoadDemo, match="もう入っています"):
        load(demo, SMALL)


def test_a_database_without_tables_gets_a_sentence(app: Flask, database: Database) -> None:
    with database.writing() as session:
        session.execute(text("DELETE FROM alembic_version"))
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 1
    assert "db upgrade" in result.output


@pytest.mark.parametrize("wrong", [["--staff", "59"], ["--days", "29"], ["--staff", "many"]])
def test_impossible_sizes_are_refused(app: Flask, wrong: list[str]) -> None:
    assert app.test_cli_runner().invoke(args=["demo", "load", *wrong]).exit_code == 1


def test_a_failure_leaves_nothing(empty_app: Flask, database: Database) -> None:
    def fail_at_the_end() -> None:
        with database.writing() as session:
            load(session, Wanted(at=AT, staff=60, days=30))
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011  # ours, and nothing else's
        fail_at_the_end()
    with database.reading() as session:
        assert session.scalar(select(func.count(Person.id))) == 0
        assert session.scalar(select(func.count(Challenge.id))) == 0


def test_a_catalogue_that_is_there_is_used_as_it_is(empty_app: Flask, database: Database) -> None:
    with database.writing() as session:
        challenge_catalogue.load(
            session, definitions.read_folder(), used_steps=(), at=AT - timedelta(days=9)
        )
        load(session, Wanted(at=AT, staff=60, days=30))
    with database.reading() as session:
        [challenges] = session.scalars(
            select(CatalogueLoad).where(CatalogueLoad.kind == challenge_catalogue.KIND)
        )
        assert challenges.loaded_at < AT
