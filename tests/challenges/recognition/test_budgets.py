"""How many cheers somebody may give in a week."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from challenges.calendar import TOKYO
from challenges.people.models import Membership, Person, Unit
from challenges.recognition import budgets, cheering
from challenges.recognition.budgets import BudgetSpent, budget_of, week_of
from challenges.recognition.cheering import Applause
from challenges.recognition.models import Cheer, CheerBudget
from challenges.recognition.stamps import Stamp
from challenges.recognition.verifying import budgets_that_disagree, cheers_that_disagree
from challenges.vocabulary import MembershipKind

MONDAY = date(2026, 7, 13)


def tokyo(day, hour, minute=0, second=0):
    return datetime(2026, 7, day, hour, minute, second, tzinfo=TOKYO)


def left(session, person, at):
    return budget_of(session, person.id, at=at).left


@pytest.mark.parametrize(
    ("at", "monday"),
    [
        (tokyo(12, 23, 59, 59), date(2026, 7, 6)),
        (tokyo(13, 0), MONDAY),
        (tokyo(19, 23, 59, 59), MONDAY),
        (tokyo(20, 0), date(2026, 7, 20)),
    ],
)
def test_a_week_begins_on_monday_at_midnight_in_tokyo(at, monday):
    assert week_of(at) == monday


def test_everybody_has_ten_and_managers_two_more_a_head(session, cast, at):
    assert budget_of(session, cast.staff.id, at=at).allowance == 10
    # staff, colleague and deputy have their primary appointment in the section
    assert budget_of(session, cast.manager.id, at=at).allowance == 10 + 2 * 3
    # and for the deputy: staff, colleague and manager
    assert budget_of(session, cast.deputy.id, at=at).allowance == 10 + 2 * 3
    assert budget_of(session, cast.outsider.id, at=at).allowance == 10 + 2 * 1


def test_concurrent_appointments_and_people_who_left_add_nothing(session, cast, at):
    session.add(
        Membership(
            person_id=cast.dx.id,
            unit_id=cast.section.id,
            kind=MembershipKind.STAFF,
            is_primary=False,
            valid_from=MONDAY,
        )
    )
    cast.colleague.deactivated_at = at
    session.flush()
    assert budget_of(session, cast.manager.id, at=at).allowance == 10 + 2 * 2


def test_an_appointment_to_come_adds_nothing_yet(session, cast, at):
    new = Person(employee_number="new", name="新人 一", kana="")
    session.add(new)
    session.flush()
    first = date(2026, 8, 1)
    session.add(
        Membership(
            person_id=new.id,
            unit_id=cast.section.id,
            kind=MembershipKind.STAFF,
            valid_from=first,
        )
    )
    session.flush()
    assert budget_of(session, cast.manager.id, at=at).allowance == 16
    assert budget_of(session, cast.manager.id, at=at + timedelta(days=30)).allowance == 18


@pytest.mark.parametrize(("heads", "fits"), [(9, True), (10, True), (11, False)])
def test_spending_fits_the_budget_or_takes_nothing(session, cast, at, heads, fits):
    if fits:
        budgets.spend(session, cast.staff.id, heads=heads, at=at)
        assert left(session, cast.staff, at) == 10 - heads
        return
    with pytest.raises(BudgetSpent) as refused:
        budgets.spend(session, cast.staff.id, heads=heads, at=at)
    assert refused.value.values == {
        "left": 10,
        "wanted": 11,
        "day": date(2026, 7, 20),
        "allowance": 10,
    }
    assert left(session, cast.staff, at) == 10


def test_a_new_week_has_a_budget_of_its_own(session, cast, at):
    budgets.spend(session, cast.staff.id, heads=10, at=at)
    assert left(session, cast.staff, tokyo(19, 23, 59)) == 0
    assert left(session, cast.staff, tokyo(20, 0)) == 10


def test_a_smaller_allowance_in_midweek_leaves_none_and_not_fewer(session, cast, at):
    budgets.spend(session, cast.manager.id, heads=15, at=at)
    session.execute(Membership.__table__.delete().where(Membership.person_id == cast.manager.id))
    budget = budget_of(session, cast.manager.id, at=at)
    assert (budget.allowance, budget.spent, budget.left) == (10, 15, 0)


def test_fifty_at_once_against_three_left_leave_exactly_three(
    database, session, cast, climb, allow, at, catalogue, race
):
    allow(cast.staff)
    steps = [(one.slug, step.number) for one in catalogue.challenges for step in one.steps]
    completions = [climb(cast.staff, slug, number).id for slug, number in steps[:50]]
    assert len(completions) == 50
    budgets.spend(session, cast.colleague.id, heads=7, at=at)
    session.commit()
    # Each of the fifty takes another completion, so that no unique key stands in the way.
    waiting = iter(completions)

    def tap(own):
        return cheering.cheer(
            own, [next(waiting)], Applause(Stamp.HELPED), by_id=cast.colleague.id, at=at
        )

    outcomes = race(tap, times=50)
    given = [one for one in outcomes if isinstance(one, list)]
    refused = [one for one in outcomes if isinstance(one, BudgetSpent)]
    assert (len(given), len(refused)) == (3, 47), outcomes
    with database.reading() as reading:
        assert len(reading.scalars(select(Cheer.id)).all()) == 3
        assert reading.scalars(select(CheerBudget.spent)).all() == [10]
        assert budget_of(reading, cast.colleague.id, at=at).left == 0


def test_history_tells_of_a_budget_that_is_not_the_fold(session, cast, climb, allow, at):
    allow(cast.staff)
    done = climb(cast.staff, "first-hello")
    cheering.cheer(session, [done.id], Applause(Stamp.HELPED), by_id=cast.colleague.id, at=at)
    assert list(budgets_that_disagree(session)) == []
    session.execute(CheerBudget.__table__.update().values(spent=4))
    assert list(budgets_that_disagree(session)) == [
        f"budget of person {cast.colleague.id} for 2026-07-13: 4 spent, 1 cheers"
    ]
    session.execute(CheerBudget.__table__.delete())
    assert list(budgets_that_disagree(session)) == [
        f"budget of person {cast.colleague.id} for 2026-07-13: 0 spent, 1 cheers"
    ]


def test_history_tells_of_a_cheer_for_somebody_else(session, cast, climb, allow, at):
    allow(cast.staff)
    done = climb(cast.staff, "first-hello")
    cheering.cheer(session, [done.id], Applause(Stamp.HELPED), by_id=cast.colleague.id, at=at)
    assert list(cheers_that_disagree(session)) == []
    session.execute(Cheer.__table__.update().values(receiver_id=cast.manager.id))
    assert len(list(cheers_that_disagree(session))) == 1


@pytest.fixture
def team(session, cast):
    """Two people in a team below the section."""
    unit = Unit(name="二班", path="デジタル部/改革課/二班", parent_id=cast.section.id, position=0)
    session.add(unit)
    session.flush()
    return [settle(session, number, unit) for number in ("team-1", "team-2")]


def settle(session, number, unit, kind=MembershipKind.STAFF):
    person = Person(employee_number=number, name=f"職員 {number}", kana="")
    session.add(person)
    session.flush()
    session.add(
        Membership(person_id=person.id, unit_id=unit.id, kind=kind, valid_from=date(2024, 4, 1))
    )
    session.flush()
    return person


def test_a_team_without_a_manager_counts_for_the_one_above(session, cast, team, at):
    assert budget_of(session, cast.manager.id, at=at).allowance == 10 + 2 * (3 + 2)
    assert budget_of(session, cast.deputy.id, at=at).allowance == 10 + 2 * (3 + 2)


def test_people_of_a_unit_with_a_manager_count_for_that_one_alone(session, cast, at):
    department = session.get_one(Unit, cast.section.parent_id)
    head = settle(session, "head", department, MembershipKind.MANAGER)
    secretary = settle(session, "secretary", department)
    assert budget_of(session, head.id, at=at).allowance == 10 + 2 * 1
    assert budget_of(session, cast.manager.id, at=at).allowance == 10 + 2 * 3
    assert budget_of(session, secretary.id, at=at).allowance == 10
