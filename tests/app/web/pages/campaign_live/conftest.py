"""A campaign that runs since two weeks, and the one that it was cloned from."""

from datetime import timedelta
from types import SimpleNamespace

import pytest

from app.clock import now
from challenges.calendar import day_of
from challenges.people import roles
from challenges.people.models import Person
from challenges.vocabulary import Role
from tests.app.figures import JULY_CHALLENGES, take_until


@pytest.fixture
def yesterday():
    return day_of(now()) - timedelta(days=1)


@pytest.fixture
def july(campaign_of, session, yesterday):
    """``july.now`` runs, with a snapshot of each day up to yesterday; ``july.before`` is over."""
    first = yesterday - timedelta(days=13)
    days = {"first_day": first.isoformat(), "last_day": (first + timedelta(days=30)).isoformat()}
    year = timedelta(days=364)
    days_before = {
        "first_day": (first - year).isoformat(),
        "last_day": (first + timedelta(days=30) - year).isoformat(),
    }
    before = campaign_of(
        state="CLOSED", slug="last-july", challenges=JULY_CHALLENGES, **days_before
    )
    running = campaign_of(
        challenges=JULY_CHALLENGES,
        goal={"kind": "share", "target": 50},
        channel="C0MEETINGS",
        **days,
    )
    running.cloned_from_id = before.id
    take_until(session, before, before.last_day, now())
    take_until(session, running, yesterday, now())
    session.commit()
    return SimpleNamespace(now=running, before=before)


@pytest.fixture
def coach(session, cast):
    """A person with the role of a coach and no other."""
    person = session.get_one(Person, cast.outsider.id)
    roles.grant_role(session, person, Role.COACH, at=now())
    session.commit()
    return person
