"""The facts of a draft are what the database says, in a fixed number of statements."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from challenges.calendar import noon_of
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.facts import gather
from challenges.campaigns.lint import Facts, codes, lint
from challenges.campaigns.lint.values import KnownUnit, Meeting
from challenges.campaigns.models import Campaign, CampaignSnapshot, CampaignTotal
from challenges.catalogue.models import Challenge, ChallengeVersion, Project
from challenges.people.models import Membership, Person, UncountedPeriod, Unit
from challenges.submissions.models import Completion
from challenges.vocabulary import CampaignState, Check, DecidedHow, Employment, MembershipKind, Need
from tests.conftest import JULY

TODAY = date(2026, 6, 15)
REVIEWED = [{"slug": "why-the-seal"}]
Gather = Callable[..., Facts]


@pytest.fixture
def gathered(session: Session) -> Gather:
    """``gathered(audience=…, id=…)``: the facts of July's campaign, with changes."""

    def find(id: int | None = None, today: date = TODAY, **changes: Any) -> Facts:  # noqa: A002
        session.flush()
        definition = CampaignDefinition.model_validate({**JULY, **changes})
        return gather(session, definition, campaign_id=id, today=today, kinds=[Employment.REGULAR])

    return find


@pytest.mark.parametrize(
    ("audience", "people", "managers"),
    [
        ({"everyone": True}, 6, 3),
        ({"units": ["デジタル部"]}, 4, 2),
        ({"units": ["デジタル部／改革課"]}, 4, 2),
        ({"units": ["農林部/森林課"]}, 2, 1),
        ({"managers": True}, 2, 2),
        ({"new_since": "2024-04-01"}, 6, 3),
        ({"new_since": "2024-04-02"}, 0, 0),
        ({"units": ["農林部"], "managers": True}, 3, 2),
        ({}, 0, 0),
    ],
)
def test_an_audience_is_the_union_of_what_is_chosen(
    gathered: Gather, audience: dict[str, Any], people: int, managers: int
) -> None:
    found = gathered(audience=audience).reached
    assert (found.people, found.managers) == (people, managers)


def test_only_who_counts_on_the_first_day_is_reached(
    session: Session, gathered: Gather, cast: SimpleNamespace
) -> None:
    first = date(2026, 6, 1)
    session.add(UncountedPeriod(person_id=cast.staff.id, first_day=first, last_day=first))
    cast.colleague.deactivated_at = noon_of(TODAY)
    session.execute(
        update(Membership)
        .where(Membership.person_id == cast.deputy.id, Membership.is_primary)
        .values(employment=Employment.OUTSOURCED)
    )
    audience = {"units": ["デジタル部"]}
    assert gathered(audience=audience, first_day=str(first)).reached.people == 1
    assert gathered(audience=audience, first_day=str(first + timedelta(days=1))).reached.people == 2


def test_transfers_to_come_are_a_secret_until_their_day(
    session: Session, gathered: Gather, cast: SimpleNamespace
) -> None:
    """The manager leaves on the day before the first; nobody learns that from a number."""
    asked = {"challenges": REVIEWED, "audience": {"units": ["デジタル部"]}}
    before = gathered(**asked)
    session.execute(
        update(Membership)
        .where(Membership.person_id == cast.manager.id)
        .values(valid_to=date(2026, 6, 30))
    )
    assert gathered(**asked).reached == before.reached
    on_the_day = gathered(today=date(2026, 7, 1), **asked).reached
    assert (on_the_day.people, on_the_day.without_reviewer) == (3, 3)


@pytest.mark.parametrize(("last_day", "is_empty"), [(30, True), (None, False)])
def test_an_audience_that_is_empty_on_its_first_day_is_noticed(
    session: Session, gathered: Gather, cast: SimpleNamespace, last_day: int | None, is_empty: bool
) -> None:
    if last_day:
        session.execute(update(Membership).values(valid_to=date(2026, 6, last_day)))
    assert gathered().reached.is_empty_on_first_day == is_empty


def test_units_are_known_with_their_people_on_both_days(
    session: Session, gathered: Gather, cast: SimpleNamespace
) -> None:
    session.execute(
        update(Membership)
        .where(Membership.person_id == cast.outsider.id)
        .values(valid_to=date(2026, 7, 30))
    )
    found = gathered(audience={"units": ["農林部", "農林部/森林課", "宇宙部"]})
    assert found.units == {"農林部": KnownUnit(2, 1), "農林部/森林課": KnownUnit(2, 1)}


def test_challenges_are_known_as_the_catalogue_has_them(session: Session, gathered: Gather) -> None:
    retired = session.scalars(select(Challenge).where(Challenge.slug == "dx-words")).one()
    retired.retired_at = noon_of(TODAY)
    session.get_one(Project, "meetings").starts_on = date(2026, 7, 8)
    slugs = ("meeting-as-post", "dx-words", "start-with-myself", "no-such-one")
    found = gathered(challenges=[{"slug": slug} for slug in slugs]).challenges
    assert found.keys() == set(slugs[:3])
    post = found["meeting-as-post"]
    assert post.title["ja"] == "その会議、投稿で"
    assert (post.minutes, post.needs, post.begins) == (
        30,
        {Need.PC, Need.SLACK},
        date(2026, 7, 8),
    )
    assert [(step.check, step.days) for step in post.steps] == [
        (Check.MANAGER, 1),
        (Check.SELF, 3),
        (Check.SELF, 1),
    ]
    assert (found["dx-words"].is_retired, found["dx-words"].has_key) == (True, True)
    assert found["start-with-myself"].is_for_managers


def test_a_quiz_whose_key_is_gone_is_noticed(session: Session, gathered: Gather) -> None:
    row = session.scalars(
        select(ChallengeVersion)
        .join(Challenge, Challenge.id == ChallengeVersion.challenge_id)
        .where(Challenge.slug == "dx-words")
    ).one()
    quiz = [{**row.definition["quiz"][0], "answer": "nowhere"}, *row.definition["quiz"][1:]]
    for damaged in (quiz, []):
        row.definition = {**row.definition, "quiz": damaged}
        known = gathered(challenges=[{"slug": "dx-words"}])
        assert not known.challenges["dx-words"].has_key


def test_a_manager_does_not_review_themself(gathered: Gather) -> None:
    found = gathered(challenges=REVIEWED).reached
    # Of six, the two managers have nobody above them.
    assert (found.without_reviewer, found.units_without_reviewer) == (2, ("改革課", "森林課"))
    assert found.reviewers == 2


def test_a_manager_above_reviews_what_is_below(
    session: Session, gathered: Gather, cast: SimpleNamespace
) -> None:
    head = Person(employee_number="head", name="部長", kana="")
    session.add(head)
    session.flush()
    department = session.get_one(Unit, cast.section.parent_id)
    session.add(
        Membership(
            person_id=head.id,
            unit_id=department.id,
            kind=MembershipKind.MANAGER,
            valid_from=date(2024, 4, 1),
        )
    )
    found = gathered(challenges=REVIEWED, audience={"units": ["デジタル部"]}).reached
    assert (found.people, found.without_reviewer, found.reviewers) == (5, 1, 2)


def test_a_manager_on_leave_reviews_nothing(
    session: Session, gathered: Gather, cast: SimpleNamespace
) -> None:
    session.add(UncountedPeriod(person_id=cast.manager.id, first_day=date(2026, 6, 1)))
    found = gathered(challenges=REVIEWED, audience={"units": ["デジタル部"]}).reached
    assert (found.people, found.without_reviewer, found.reviewers) == (3, 3, 0)


def test_reviews_of_the_last_half_year_are_counted(
    session: Session, gathered: Gather, cast: SimpleNamespace, climb: Callable[..., Completion]
) -> None:
    for person, slug, day in (
        (cast.staff, "why-the-seal", TODAY - timedelta(weeks=26)),
        (cast.staff, "stop-declaration", TODAY - timedelta(weeks=26, days=1)),
        (cast.colleague, "why-the-seal", TODAY),
        (cast.dx, "why-the-seal", TODAY),
    ):
        done = climb(person, slug, at=noon_of(day))
        done.decided_how, done.decided_by_id = DecidedHow.MANAGER, cast.manager.id
    climb(cast.colleague, "first-hello", at=noon_of(TODAY))
    found = gathered(challenges=REVIEWED, audience={"units": ["デジタル部"]}).reached
    assert found.reviews == 2
    assert gathered().reached.reviews == 0  # no step asks a manager, so nobody counts


def test_campaigns_that_meet_the_same_people_are_found(
    campaign_of: Callable[..., Campaign], gathered: Gather
) -> None:
    days = {"first_day": "2026-07-10", "last_day": "2026-07-20"}
    own = campaign_of(state=CampaignState.SCHEDULED)
    campaign_of(slug="one", state=CampaignState.OPEN, **days)
    campaign_of(slug="two", state=CampaignState.SCHEDULED, audience={"units": ["農林部"]}, **days)
    campaign_of(slug="three", state=CampaignState.SCHEDULED, first_day="2026-07-20")
    campaign_of(slug="closed", state=CampaignState.CLOSED)
    name = {"ja": "会議をかるく", "en": "Lighter meetings"}
    assert gathered(id=own.id).meetings == (
        Meeting(date(2026, 7, 10), date(2026, 7, 19), (name, name), 2),
        Meeting(date(2026, 7, 20), date(2026, 7, 20), (name, name, name), 6),
    )
    assert gathered(id=own.id, audience={"units": ["デジタル部"]}).meetings[0].people == 0


def test_what_earlier_campaigns_brought_is_found(
    session: Session, campaign_of: Callable[..., Campaign], gathered: Gather, at: datetime
) -> None:
    before = campaign_of(slug="last-year", state=CampaignState.CLOSED)
    before.closed_at = at
    session.merge(CampaignTotal(campaign_id=before.id, steps=3000, people=900))
    for day, people in ((30, 100), (31, 900)):
        session.add(
            CampaignSnapshot(
                campaign_id=before.id,
                day=date(2026, 7, day),
                figures={"people": people, "reached": 4500},
                made_at=at,
            )
        )
    clone = campaign_of(state=CampaignState.SCHEDULED)
    clone.cloned_from_id = before.id
    found = gathered(id=clone.id)
    assert (found.is_published, found.earlier.steps, found.earlier.share) == (True, 3000, 20)
    assert gathered().earlier.steps is None
    assert not gathered().is_published


def test_the_same_days_of_last_year_are_a_share_of_their_months(
    gathered: Gather, cast: SimpleNamespace, climb: Callable[..., Completion]
) -> None:
    climb(cast.staff, "first-hello", at=noon_of(date(2025, 7, 9)))
    climb(cast.colleague, "first-hello", at=noon_of(date(2025, 8, 9)))
    whole = gathered(first_day="2026-07-01", last_day="2026-08-31").earlier
    assert (whole.month_steps, whole.month_people) == (2, 6)
    part = gathered(first_day="2026-07-30", last_day="2026-08-01").earlier
    assert part.month_steps == pytest.approx(3 / 31)
    assert gathered(first_day="2028-02-29", last_day="2028-03-01").earlier.month_steps == 0


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_days_that_nobody_means_break_nothing(gathered: Gather, day: str) -> None:
    assert gathered(first_day=day, last_day=day).meetings == ()


def test_a_draft_without_days_is_judged_by_today(gathered: Gather) -> None:
    found = gathered(first_day=None, last_day=None)
    assert found.reached.people == 6


def test_a_shipped_campaign_has_but_one_finding(gathered: Gather) -> None:
    found = lint(CampaignDefinition.model_validate(JULY), gathered())
    assert [one.code for one in found] == [codes.QUICK_BADGE]


def test_the_number_of_statements_does_not_grow(
    session: Session,
    campaign_of: Callable[..., Campaign],
    gathered: Gather,
    count_statements: Callable[..., Any],
) -> None:
    asked = {"challenges": REVIEWED, "audience": {"units": ["デジタル部"]}}
    for number in range(2):
        campaign_of(slug=f"other-{number}", state=CampaignState.SCHEDULED)
    with count_statements(session.get_bind()) as few:
        gathered(**asked)
    for number in range(12):
        campaign_of(
            slug=f"more-{number}",
            state=CampaignState.SCHEDULED,
            first_day=f"2026-07-{number + 1}" if number > 8 else f"2026-07-0{number + 1}",
        )
    _hire(session, 30)
    every = ["デジタル部", "デジタル部/改革課", "農林部", "農林部/森林課"]
    slugs = session.scalars(select(Challenge.slug).limit(20)).all()
    with count_statements(session.get_bind()) as many:
        gathered(audience={"units": every}, challenges=[{"slug": slug} for slug in slugs])
    assert len(many) == len(few) <= 18


def _hire(session: Session, count: int) -> None:
    unit = session.scalars(select(Unit).where(Unit.name == "改革課")).one()
    for number in range(count):
        person = Person(employee_number=f"new-{number}", name=f"新人{number}", kana="")
        session.add(person)
        session.flush()
        session.add(Membership(person_id=person.id, unit_id=unit.id, valid_from=date(2026, 4, 1)))
    session.flush()
