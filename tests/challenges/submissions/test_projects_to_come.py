"""Nobody begins a step before the first day of its project, whoever asks for them."""

from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from challenges.calendar import TOKYO, day_of
from challenges.catalogue.models import Project
from challenges.errors import AlreadyClimbed
from challenges.submissions import habits, submitting
from challenges.submissions.models import Submission
from challenges.submissions.submitting import Evidence, ProjectNotBegun

FIRST_DAY = date(2026, 8, 1)


@pytest.fixture
def to_come(session):
    """The project of ``first-hello`` begins on ``FIRST_DAY``."""
    session.get_one(Project, "communication").starts_on = FIRST_DAY
    session.flush()


def submit(session, person, step, at):
    return submitting.submit(
        session,
        person_id=person.id,
        step=step,
        version=1,
        evidence=Evidence(reflection="書きました"),
        at=at,
    )


def draft(session, person, step, at):
    return submitting.save_draft(
        session, person_id=person.id, step=step, version=1, reflection="途中", link="", at=at
    )


def practise(session, person, step, at):
    return habits.record_day(
        session,
        person_id=person.id,
        step=step,
        version=1,
        day=day_of(at),
        reflection="一日目",
        at=at,
    )


@pytest.mark.parametrize(("begin", "number"), [(submit, 1), (draft, 1), (practise, 2)])
def test_it_is_refused_with_the_day(session, cast, step_of, at, to_come, begin, number):
    with pytest.raises(ProjectNotBegun) as refused:
        begin(session, cast.staff, step_of("first-hello", number), at)
    assert refused.value.values == {"day": FIRST_DAY}
    assert "2026-08-01から始まります。" in str(refused.value)
    assert session.scalars(select(Submission)).all() == []


def test_it_begins_at_midnight_in_tokyo(session, cast, step_of, to_come):
    midnight = datetime(2026, 8, 1, tzinfo=TOKYO)
    with pytest.raises(ProjectNotBegun):
        submit(session, cast.staff, step_of("first-hello"), midnight - timedelta(seconds=1))
    assert submit(session, cast.staff, step_of("first-hello"), midnight)


def test_another_project_is_open(session, cast, step_of, at, to_come):
    assert submit(session, cast.staff, step_of("give-back-15"), at)


def test_whoever_has_begun_before_the_day_was_moved_goes_on(session, cast, step_of, at):
    draft(session, cast.staff, step_of("first-hello"), at)
    session.get_one(Project, "communication").starts_on = FIRST_DAY
    session.flush()
    assert submit(session, cast.staff, step_of("first-hello"), at)
    # Somebody else has begun nothing.
    with pytest.raises(ProjectNotBegun):
        submit(session, cast.colleague, step_of("first-hello"), at)


def test_a_step_that_stands_is_no_fault(session, cast, step_of, climb, at):
    climb(cast.staff, "first-hello", at=at)
    with pytest.raises(AlreadyClimbed):
        submit(session, cast.staff, step_of("first-hello"), at)


def test_the_rule_costs_no_statement(
    session, cast, step_of, at, database, count_statements, to_come
):
    step = step_of("give-back-15")
    session.commit()
    with count_statements(database.engine) as statements:
        submitting.open_or_new(session, person_id=cast.staff.id, step=step, version=1, at=at)
    assert sum("project" in one for one in statements) == 1
    assert len(statements) <= 4
