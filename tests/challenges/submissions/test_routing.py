"""A waiting submission is looked at by somebody, whoever comes and goes."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from challenges.people import leaving
from challenges.people.models import Membership, Person, Unit
from challenges.submissions import queue as review_queue
from challenges.submissions import reviewing, submitting
from challenges.submissions.models import Submission
from challenges.submissions.routing import route_some
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import MembershipKind


@pytest.fixture
def submission(session, cast, step_of, at):
    """A submission of staff that waits for the section's manager."""
    step = step_of("meeting-as-post")
    asked = {
        "step": step,
        "version": step.challenge.version,
        "evidence": Evidence(reflection="替えました"),
    }
    submitting.submit(session, person_id=cast.staff.id, at=at, **asked)
    return session.scalars(select(Submission)).one()


def manage(session, person, unit_id, at):
    values = {
        "unit_id": unit_id,
        "kind": MembershipKind.MANAGER,
        "is_primary": False,
        "valid_from": at.date(),
    }
    session.add(Membership(person_id=person.id, **values))
    session.flush()


@pytest.fixture
def department(session, cast):
    return session.get_one(Unit, cast.section.parent_id)


def test_when_the_manager_leaves_the_one_above_sees_it(session, cast, submission, department, at):
    manage(session, cast.dx, department.id, at)
    later = at + timedelta(days=1)
    assert route_some(session, after=0, limit=100, at=later).moved == 0, (
        "the section has its manager"
    )
    leaving.deactivate(session, session.get_one(Person, cast.manager.id), at=at)
    assert route_some(session, after=0, limit=100, at=later).moved == 1
    assert review_queue.queue(session, [department.id], me=cast.dx.id, limit=9).submissions == 1
    assert reviewing.accept(session, submission, by_id=cast.dx.id, at=later)


def test_without_a_manager_above_a_deputy_still_sees_it(session, cast, submission, at):
    leaving.deactivate(session, session.get_one(Person, cast.manager.id), at=at)
    assert route_some(session, after=0, limit=100, at=at + timedelta(days=1)).moved == 0
    assert submission.reviewing_unit_id == cast.section.id


def test_a_later_manager_sees_submissions_nobody_could_decide(session, cast, submission, at):
    submission.reviewing_unit_id = None
    session.flush()
    assert route_some(session, after=0, limit=100, at=at).moved == 1
    assert submission.reviewing_unit_id == cast.section.id


def test_a_decided_submission_stays_with_its_unit(session, cast, submission, department, at):
    manage(session, cast.dx, department.id, at)
    reviewing.accept(session, submission, by_id=cast.manager.id, at=at)
    leaving.deactivate(session, session.get_one(Person, cast.manager.id), at=at)
    assert route_some(session, after=0, limit=100, at=at + timedelta(days=1)).moved == 0
    assert submission.reviewing_unit_id == cast.section.id
