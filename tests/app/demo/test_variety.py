"""A demo is large and varied, and the same for the same seed."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.sessions import Database
from app.demo.days import Days
from app.demo.loading import DemoPlan
from app.demo.people import Organisation, people_of
from app.demo.units import units_for
from app.demo.walking import walk
from app.demo.world import World
from app.migrations.tables import metadata
from challenges.calendar import day_of
from challenges.catalogue.published import Catalogue
from challenges.people.models import Person
from challenges.recognition.models import Endorsement
from challenges.submissions import overdue
from challenges.submissions.models import OPEN, Submission
from challenges.vocabulary import MembershipKind
from tests.app.demo.moments import AT, AWKWARD


def test_a_prefecture_of_4500_has_14_departments_and_330_units() -> None:
    units = units_for(4500)
    assert sum(unit.is_department for unit in units) == 14
    assert sum(not unit.is_department for unit in units) == 330
    assert len({unit.path for unit in units}) == 344


def test_it_has_the_people_asked_for_and_about_700_managers() -> None:
    units = units_for(4500)
    people = list(people_of(units, staff=4500, seed=1, days=Days(at=AT, count=240)))
    sizes = Counter(one.unit for one in people if not units[one.unit - 1].is_department)
    assert len(people) == 4500
    assert 600 < sum(one.kind is MembershipKind.MANAGER for one in people) < 800
    assert min(sizes.values()) >= 3
    assert max(sizes.values()) <= 32


def test_some_people_rest_some_left_and_some_moved() -> None:
    units, days = units_for(4500), Days(at=AT, count=240)
    people = list(people_of(units, staff=4500, seed=1, days=days))
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
    new_demo: Callable[[DemoPlan], Iterator[Database]],
) -> None:
    once, again, other = (
        _everything(new_demo, DemoPlan(at=AT, staff=60, days=30, seed=seed)) for seed in (1, 1, 2)
    )
    assert once == again
    assert once["person"] != other["person"]
    assert once["completion"] != other["completion"]


def _everything(
    new_demo: Callable[[DemoPlan], Iterator[Database]], plan: DemoPlan
) -> dict[str, list[Any]]:
    """Every row but password hashes, which have their salt."""
    for database in new_demo(plan):
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
    completions = 0
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
                completions += 1
    assert completions > 50


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
    units, days = units_for(120), Days(at=at, count=60)
    organisation = Organisation(units)
    people = list(people_of(units, staff=120, seed=1, days=days))
    for one in people:
        organisation.take_in(one)
    return World(1, days, organisation, catalogue, [one.id for one in people[:1]]), people
