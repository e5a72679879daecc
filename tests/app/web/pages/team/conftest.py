"""What the tests of a manager's page share."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import func, select

from challenges.people import consents
from challenges.people.models import Membership, Person
from challenges.submissions import submitting
from challenges.submissions.models import Submission
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import Consent


@pytest.fixture
def now():
    return datetime.now(UTC)


@pytest.fixture
def submit(session, step_of, now):
    """``submit(person)``: the id of a submission that has waited for an hour, or since ``at``."""

    def make(person, *, slug="meeting-as-post", words="会議を投稿に替えました", link=None, at=None):
        step = step_of(slug)
        evidence, version = Evidence(reflection=words, link=link), step.challenge.version
        at = at or now - timedelta(hours=1)
        submitting.submit(
            session, person_id=person.id, step=step, version=version, evidence=evidence, at=at
        )
        session.commit()
        waiting = select(Submission.id).where(
            Submission.person_id == person.id, Submission.step_id == step.id
        )
        return session.scalars(waiting.order_by(Submission.id.desc()).limit(1)).one()

    return make


@pytest.fixture
def completed_step(session, climb, now):
    """``completed_step(person)``: the id of a completion that the person shows to others."""

    def make(person, slug="first-hello"):
        consents.set_consent(session, person, Consent.STEPS, given=True, at=now)
        completion = climb(person, slug, at=now - timedelta(hours=2))
        session.commit()
        return completion.id

    return make


@pytest.fixture
def state_of(session):
    """``state_of(submission_id)``: the state as the database has it now."""

    def look(submission_id):
        session.expire_all()
        return session.get_one(Submission, submission_id).state

    return look


@pytest.fixture
def count(session):
    """``count(Completion.id)``: the number of rows now."""

    def look(column):
        session.expire_all()
        return session.scalar(select(func.count(column)))

    return look


@pytest.fixture
def crowd(session, cast, step_of, climb, now):
    """``crowd()``: sixty more people of the unit, each with a waiting submission and a visible
    step."""

    def gather(size=60):
        people = [Person(employee_number=f"c{n}", name=f"職員{n:02}") for n in range(size)]
        session.add_all(people)
        session.flush()
        session.add_all(
            Membership(person_id=one.id, unit_id=cast.section.id, valid_from=date(2024, 4, 1))
            for one in people
        )
        ask, evidence = step_of("meeting-as-post"), Evidence(reflection="替えました")
        for n, one in enumerate(people):
            consents.set_consent(session, one, Consent.STEPS, given=True, at=now)
            climb(one, "first-hello", at=now - timedelta(minutes=n))
            at = now - timedelta(minutes=600 - n)
            submitting.submit(
                session, person_id=one.id, step=ask, version=1, evidence=evidence, at=at
            )
        session.commit()

    return gather
