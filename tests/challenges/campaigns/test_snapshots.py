"""The figures of a campaign at the end of a day, by hand for a small cast and by a slow version."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, delete, select, update
from sqlalchemy.orm import Session

from challenges.calendar import TOKYO, day_of
from challenges.campaigns.counting import recount_person
from challenges.campaigns.models import Campaign, CampaignSnapshot, CampaignVersion
from challenges.campaigns.snapshots import (
    keep,
    latest,
    make_due,
    same_day_before,
    series,
    take,
)
from challenges.campaigns.verifying import from_scratch
from challenges.catalogue.models import Step
from challenges.people.models import Membership, Person, UncountedPeriod, Unit
from challenges.submissions import completing, submitting
from challenges.submissions.models import Completion
from challenges.submissions.states import move as to_state
from challenges.vocabulary import DecidedHow, Employment, MembershipKind, SubmissionState
from tests.challenges.campaigns.conftest import Move

KINDS = frozenset({Employment.REGULAR})
Climb = Callable[..., Completion]
CampaignOf = Callable[..., Campaign]
StepOf = Callable[..., Step]
FIRST, TODAY = date(2026, 7, 1), date(2026, 7, 15)


def figures(
    session: Session, campaign: Campaign, at: datetime, day: date = TODAY
) -> dict[str, Any]:
    session.flush()
    for person_id in session.scalars(select(Person.id)):
        recount_person(session, person_id, at=at)
    return make(session, campaign, day=day, at=at)


def make(session: Session, campaign: Campaign, *, day: date, at: datetime) -> dict[str, Any]:
    taken = take(session, campaign, day=day, kinds=KINDS, at=at)
    assert keep(session, taken)
    return taken.figures


def numbers(found: dict[str, Any]) -> tuple[int, int, int]:
    return found["reached"], found["people"], found["steps"]


def unit_rows(found: dict[str, Any]) -> dict[str, Any]:
    return {one["name"]: one for one in found["units"]}


def noon(day: int, month: int = 7) -> datetime:
    return datetime(2026, month, day, 12, tzinfo=TOKYO)


def waits(session: Session, person: Person, step: Step, *, at: datetime, since: int = 0) -> Any:
    submission = submitting.open_submission(
        session, person_id=person.id, step_id=step.id, version=step.challenge.version, at=at
    )
    submission.submitted_at = at
    submission.waiting_since = at + timedelta(days=since)
    submission.state = SubmissionState.WAITING
    session.add(submission)
    session.flush()
    return submission


def test_people_of_the_first_day_and_who_joined_later_are_reached(
    session: Session, cast: SimpleNamespace, campaign_of: CampaignOf, move: Move, at: datetime
) -> None:
    campaign = campaign_of(audience={"units": ["デジタル部"]})
    assert numbers(figures(session, campaign, at, FIRST)) == (4, 0, 0)
    move(cast.dx, cast.section, on=date(2026, 7, 10))
    assert numbers(figures(session, campaign, at, date(2026, 7, 9))) == (4, 0, 0)
    assert numbers(figures(session, campaign, at, date(2026, 7, 10))) == (5, 0, 0)


def test_who_leaves_the_audience_stays_in_the_share(
    session: Session,
    cast: SimpleNamespace,
    campaign_of: CampaignOf,
    climb: Climb,
    move: Move,
    at: datetime,
) -> None:
    campaign = campaign_of(audience={"units": ["デジタル部"]})
    climb(cast.staff, "first-hello", at=noon(3))
    move(cast.staff, cast.other_section, on=date(2026, 7, 6))
    found = figures(session, campaign, at)
    assert numbers(found) == (4, 1, 1)
    assert [(one["name"], one["reached"], one["people"]) for one in found["units"]] == [
        ("デジタル部", 4, 1),
        ("改革課", 4, 1),
    ]


def test_who_counts_on_no_day_stays_out_above_and_below(
    session: Session, cast: SimpleNamespace, campaign_of: CampaignOf, climb: Climb, at: datetime
) -> None:
    campaign = campaign_of()
    for person in (cast.staff, cast.colleague, cast.manager):
        climb(person, "first-hello")
    session.add(UncountedPeriod(person_id=cast.staff.id, first_day=date(2026, 6, 1), last_day=None))
    lent = session.query(Membership).filter_by(person_id=cast.colleague.id).one()
    lent.employment = Employment.OUTSOURCED
    assert numbers(figures(session, campaign, at)) == (4, 1, 3)


def test_who_comes_back_is_reached_from_that_day(
    session: Session, cast: SimpleNamespace, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign = campaign_of()
    days = [(date(2026, 6, 1), date(2026, 7, 4)), (date(2026, 7, 5), date(2026, 7, 8))]
    for first_day, last_day in days:
        off = UncountedPeriod(person_id=cast.staff.id, first_day=first_day, last_day=last_day)
        session.add(off)
    assert numbers(figures(session, campaign, at, date(2026, 7, 8))) == (5, 0, 0)
    assert numbers(figures(session, campaign, at, date(2026, 7, 9))) == (6, 0, 0)


def test_units_stand_in_the_order_of_the_organisation_with_what_is_below(
    session: Session,
    cast: SimpleNamespace,
    campaign_of: CampaignOf,
    climb: Climb,
    unit_of: Callable[..., Unit],
    move: Move,
    at: datetime,
) -> None:
    group = unit_of("デジタル部/改革課/一班")
    outside = unit_of("監査委員事務局")
    move(cast.colleague, group, on=date(2026, 4, 1))
    move(cast.dx, outside, on=date(2026, 4, 1))
    campaign = campaign_of()
    climb(cast.colleague, "first-hello")
    climb(cast.outsider, "first-hello")
    found = figures(session, campaign, at)["units"]
    assert [(one["name"], one["depth"], one["reached"], one["people"]) for one in found] == [
        ("デジタル部", 0, 4, 1),
        ("改革課", 1, 4, 1),
        ("農林部", 0, 1, 1),
        ("森林課", 1, 1, 1),
        ("監査委員事務局", 0, 1, 0),
    ]
    assert [one["site_outside"] for one in found] == [False, False, False, False, True]
    assert found[1]["parent_id"] == found[0]["unit_id"]


def test_the_funnel_counts_people_by_stage(
    session: Session,
    cast: SimpleNamespace,
    campaign_of: CampaignOf,
    climb: Climb,
    step_of: StepOf,
    at: datetime,
) -> None:
    campaign = campaign_of(challenges=[{"slug": "give-back-15"}, {"slug": "first-hello"}])
    for person in (cast.staff, cast.colleague):
        climb(person, "first-hello")
    climb(cast.staff, "first-hello", 2)
    climb(cast.manager, "give-back-15", at=noon(30, 6))
    climb(cast.outsider, "first-hello", at=noon(30, 6))
    climb(cast.outsider, "first-hello", 2)  # who has come so far has tried it, before the campaign
    waits(session, cast.deputy, step_of("first-hello", 3), at=noon(14))
    draft = submitting.open_submission(
        session,
        person_id=cast.dx.id,
        step_id=step_of("give-back-15").id,
        version=1,
        at=noon(14),
    )
    session.add(draft)
    found = figures(session, campaign, at)["challenges"]
    shown = [
        tuple(one[name] for name in ("slug", "begun", "waiting", "tried", "used", "spread"))
        for one in found
    ]
    assert shown == [("give-back-15", 1, 0, 0, 0, 0), ("first-hello", 4, 1, 3, 2, 0)]


def test_the_queue_says_how_long_people_take_and_what_nobody_decided(
    session: Session, cast: SimpleNamespace, campaign_of: CampaignOf, step_of: StepOf, at: datetime
) -> None:
    campaign = campaign_of()
    ways = [
        (cast.staff, DecidedHow.MANAGER, 2, 3),  # Thursday to Friday
        (cast.colleague, DecidedHow.MANAGER, 3, 8),  # Friday to Wednesday
        (cast.manager, DecidedHow.OVERDUE, 1, 9),
    ]
    for person, how, submitted, decided in ways:
        submission = waits(session, person, step_of("first-hello"), at=noon(submitted))
        completing.complete(
            session,
            submission,
            happened_at=noon(submitted),
            how=how,
            at=noon(decided),
            by_id=cast.outsider.id if how is DecidedHow.MANAGER else None,
        )
    waits(session, cast.dx, step_of("first-hello"), at=noon(9))
    waits(session, cast.outsider, step_of("first-hello"), at=noon(14))
    found = figures(session, campaign, at)
    assert found["queue"] == {
        "waiting": 2,
        "oldest_days": 4,
        "days_to_decide": 2.0,
        "automatic": 1,
        "without_reviewer": [],
    }
    assert found["automatic"] == 1
    assert unit_rows(found)["改革課"]["days_to_decide"] == 2.0
    assert unit_rows(found)["森林課"]["days_to_decide"] is None


def test_a_late_snapshot_says_what_waited_on_its_day(
    session: Session, cast: SimpleNamespace, campaign_of: CampaignOf, step_of: StepOf, at: datetime
) -> None:
    campaign = campaign_of()
    step = step_of("first-hello")
    submission = waits(session, cast.staff, step, at=noon(2))
    completing.complete(
        session, submission, happened_at=noon(2), how=DecidedHow.OVERDUE, at=noon(10)
    )
    asked = waits(session, cast.colleague, step, at=noon(2))
    to_state(
        session,
        asked,
        to=SubmissionState.SENT_BACK,
        question="どうやって？",
        asked_at=noon(10),
        asked_by_id=cast.manager.id,
    )
    assert figures(session, campaign, at, date(2026, 7, 9))["queue"]["waiting"] == 2
    assert figures(session, campaign, at, date(2026, 7, 10))["queue"]["waiting"] == 0


def test_a_unit_where_nobody_reviews_is_named(
    session: Session,
    cast: SimpleNamespace,
    campaign_of: CampaignOf,
    unit_of: Callable[..., Unit],
    move: Move,
    at: datetime,
) -> None:
    lonely = unit_of("農林部/水産課")
    move(cast.dx, lonely, on=date(2026, 4, 1))
    campaign = campaign_of()
    assert figures(session, campaign, at)["queue"]["without_reviewer"] == [lonely.id]
    boss = session.query(Membership).filter_by(person_id=cast.manager.id).one()
    session.add(UncountedPeriod(person_id=boss.person_id, first_day=TODAY, last_day=None))
    found = figures(session, campaign, at)["queue"]["without_reviewer"]
    assert found == [cast.section.id, lonely.id]


@pytest.mark.parametrize("people", [0, 40])
def test_a_snapshot_takes_the_same_number_of_statements(
    session: Session,
    cast: SimpleNamespace,
    campaign_of: CampaignOf,
    climb: Climb,
    at: datetime,
    people: int,
    count_statements: Callable[[Engine], Any],
) -> None:
    campaign = campaign_of(audience={"units": ["デジタル部"], "managers": True})
    for number in range(people):
        person = Person(employee_number=f"n{number}", name="鈴木")
        session.add(person)
        session.flush()
        session.add(Membership(person_id=person.id, unit_id=cast.section.id, valid_from=FIRST))
        climb(person, "first-hello")
    figures(session, campaign, at)
    with count_statements(session.get_bind()) as statements:
        make(session, campaign, day=TODAY, at=at)
    assert len(statements) == 13


def test_every_day_up_to_yesterday_is_made_once(
    session: Session, cast: SimpleNamespace, campaign_of: CampaignOf, at: datetime
) -> None:
    campaign = campaign_of()
    campaign_of(slug="to-come", state="SCHEDULED", first_day="2026-07-01")
    assert make_due(session, at=at, kinds=KINDS, limit=10) == 10
    assert make_due(session, at=at, kinds=KINDS, limit=10) == 4
    assert make_due(session, at=at, kinds=KINDS, limit=10) == 0
    days = [one.day for one in series(session, campaign.id)]
    assert days == [FIRST + timedelta(days=n) for n in range(14)]
    missed = CampaignSnapshot.day == date(2026, 7, 5)
    session.execute(delete(CampaignSnapshot).where(missed))
    assert make_due(session, at=at, kinds=KINDS, limit=10) == 1


def test_a_snapshot_that_was_taken_earlier_replaces_no_later_one(
    session: Session, cast: SimpleNamespace, campaign_of: CampaignOf, climb: Climb, at: datetime
) -> None:
    campaign = campaign_of()
    early = take(session, campaign, day=TODAY, kinds=KINDS, at=at)
    climb(cast.staff, "first-hello")
    figures(session, campaign, at + timedelta(minutes=1))
    assert keep(session, early)
    newest = latest(session, campaign.id)
    assert newest is not None
    assert newest.steps == 1


@pytest.mark.parametrize("change", ["days", "version"])
def test_a_snapshot_of_rules_that_changed_meanwhile_is_taken_again(
    session: Session, campaign_of: CampaignOf, at: datetime, change: str
) -> None:
    campaign = campaign_of()
    taken = take(session, campaign, day=TODAY, kinds=KINDS, at=at)
    moved = {"ends_on": date(2026, 7, 30)} if change == "days" else {"replaced_at": at}
    session.execute(update(CampaignVersion).values(moved))
    assert not keep(session, taken)
    assert latest(session, campaign.id) is None


def test_the_last_day_is_made_again_nightly_while_decisions_come(
    session: Session,
    cast: SimpleNamespace,
    campaign_of: CampaignOf,
    step_of: StepOf,
    at: datetime,
) -> None:
    campaign = campaign_of(state="CLOSED", first_day="2026-07-13", last_day="2026-07-14")
    waiting = waits(session, cast.staff, step_of("first-hello"), at=noon(14))
    assert make_due(session, at=at, kinds=KINDS, limit=10) == 2
    assert make_due(session, at=at + timedelta(hours=5), kinds=KINDS, limit=10) == 0
    completing.complete(session, waiting, happened_at=noon(14), how=DecidedHow.OVERDUE, at=noon(22))
    recount_person(session, cast.staff.id, at=noon(22))
    assert make_due(session, at=noon(23), kinds=KINDS, limit=10) == 1
    newest = latest(session, campaign.id)
    assert newest is not None
    assert (newest.day, newest.people, newest.steps) == (date(2026, 7, 14), 1, 1)
    assert make_due(session, at=noon(31, 8), kinds=KINDS, limit=10) == 0


def test_last_year_is_read_after_as_many_working_days(
    session: Session, cast: SimpleNamespace, campaign_of: CampaignOf, at: datetime
) -> None:
    before = campaign_of(
        slug="before", state="CLOSED", first_day="2025-07-01", last_day="2025-07-31"
    )
    campaign = campaign_of()
    campaign.cloned_from_id = before.id
    assert same_day_before(session, campaign, TODAY) is None
    for day in range(1, 32):
        make(session, before, day=date(2025, 7, day), at=at)
    found = [same_day_before(session, campaign, date(2026, 7, day)) for day in (1, 3, 6, 15, 31)]
    assert [one and one.day.day for one in found] == [1, 3, 4, 15, 31]


def test_a_campaign_without_a_snapshot_has_none(session: Session, campaign_of: CampaignOf) -> None:
    campaign = campaign_of()
    assert (latest(session, campaign.id), series(session, campaign.id)) == (None, [])


PEOPLE = ("staff", "colleague", "manager", "deputy", "outsider", "dx")
days_of_july = st.integers(1, 31)
moves = st.lists(st.tuples(st.sampled_from(PEOPLE), days_of_july, st.booleans()), max_size=6)
absences = st.lists(
    st.tuples(st.sampled_from(PEOPLE), st.integers(-5, 31), st.integers(0, 20) | st.none()),
    max_size=5,
)
steps = st.sets(st.tuples(st.sampled_from(PEOPLE), days_of_july), max_size=6)
audiences = st.sampled_from(
    [
        {"everyone": True},
        {"units": ["デジタル部"]},
        {"managers": True},
        {"new_since": "2026-07-05"},
        {"units": ["農林部"], "managers": True},
    ]
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(moves=moves, absences=absences, steps=steps, audience=audiences, until=days_of_july)
def test_people_and_steps_equal_the_slow_version(
    session: Session,
    cast: SimpleNamespace,
    campaign_of: CampaignOf,
    climb: Climb,
    move: Move,
    at: datetime,
    moves: list[tuple[str, int, bool]],
    absences: list[tuple[str, int, int | None]],
    steps: set[tuple[str, int]],
    audience: dict[str, Any],
    until: int,
) -> None:
    whole = session.begin_nested()
    campaign = campaign_of(audience=audience)
    for (who, day), leads in {(who, day): leads for who, day, leads in moves}.items():
        _move_once(session, cast, move, who, date(2026, 7, day), leads=leads)
    for who, first, length in absences:
        first_day = FIRST + timedelta(days=first)
        last_day = None if length is None else first_day + timedelta(days=length)
        person = getattr(cast, who)
        session.add(UncountedPeriod(person_id=person.id, first_day=first_day, last_day=last_day))
    for who, day in dict(sorted(steps)).items():
        climb(getattr(cast, who), "first-hello", at=noon(day))
    found = figures(session, campaign, at, date(2026, 7, until))
    assert numbers(found) == _slow(session, campaign, date(2026, 7, until))
    whole.rollback()
    session.expire_all()


def _move_once(
    session: Session, cast: SimpleNamespace, move: Move, who: str, day: date, *, leads: bool
) -> None:
    person = getattr(cast, who)
    newest = session.scalars(
        select(Membership.valid_from)
        .where(Membership.person_id == person.id, Membership.is_primary)
        .order_by(Membership.valid_from.desc())
    ).first()
    if newest is not None and newest < day:
        kind = MembershipKind.MANAGER if leads else MembershipKind.STAFF
        move(person, cast.other_section, on=day, kind=kind)


def _slow(session: Session, campaign: Campaign, until: date) -> tuple[int, int, int]:
    """Day by day and person by person."""
    version = session.query(CampaignVersion).filter_by(campaign_id=campaign.id).one()
    audience = version.definition["audience"]
    reached = set()
    for person in session.query(Person):
        day = FIRST
        while day <= until:
            if _counts(session, person, day) and _is_in(session, person, audience, day):
                reached.add(person.id)
            day += timedelta(days=1)
    counted = {one for one in from_scratch(session) if one.day <= until}
    people = {one.person_id for one in counted} & reached
    return len(reached), len(people), len(counted)


def _counts(session: Session, person: Person, day: date) -> bool:
    periods = session.query(UncountedPeriod).filter_by(person_id=person.id)
    return not any(
        one.first_day <= day and (one.last_day is None or one.last_day >= day) for one in periods
    )


def _is_in(session: Session, person: Person, audience: dict[str, Any], day: date) -> bool:
    for one in session.query(Membership).filter_by(person_id=person.id, is_primary=True):
        if one.valid_from <= day and (one.valid_to is None or one.valid_to >= day):
            paths = tuple(f"{path}/" for path in audience.get("units", ()))
            since = audience.get("new_since")
            return bool(
                audience.get("everyone")
                or (audience.get("managers") and one.kind is MembershipKind.MANAGER)
                or (since and one.valid_from >= date.fromisoformat(since))
                or (paths and f"{one.unit.path}/".startswith(paths))
            )
    return False


def test_the_days_of_the_slow_version_are_those_of_tokyo() -> None:
    assert day_of(noon(1)) == FIRST
