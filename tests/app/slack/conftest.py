"""A Slack of the tests' own, and people who allow their news to be posted there."""

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from app.db.sessions import Database
from app.slack.client import Slack
from app.slack.posts.messages import BadgeNews, to_json
from app.slack.posts.models import PostState, RetryPolicy, SlackPost
from app.slack.posts.planning import badge_key
from app.slack.posts.sending import Poster
from badges.models import Award
from challenges.people.models import ConsentGiven, Person
from challenges.vocabulary import Consent
from tests.app.slack.server import SlackServer

CHANNEL = "C0STEPUP"


@pytest.fixture
def slack() -> Iterator[SlackServer]:
    server = SlackServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


class Clock:
    """A clock that is moved by hand."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **spans: float) -> None:
        self.at += timedelta(**spans)


@pytest.fixture
def clock(at: datetime, slack: SlackServer) -> Clock:
    """The time of the workers and of the Slack of this test."""
    clock = Clock(at)
    slack.clock = lambda: clock.at.timestamp()
    return clock


@pytest.fixture
def retry_policy() -> RetryPolicy:
    return RetryPolicy()


@pytest.fixture
def worker(
    database: Database, slack: SlackServer, clock: Clock, retry_policy: RetryPolicy
) -> Poster:
    """A worker whose time is ``clock`` and whose Slack is ``slack``."""
    return Poster(
        database=database,
        slack=Slack(token="xoxb-test", api_url=slack.url, timeout=retry_policy.timeout),
        channel=CHANNEL,
        public_url="https://dx.example.jp",
        clock=clock,
        retry_policy=retry_policy,
    )


@pytest.fixture
def impatient(worker: Poster, slack: SlackServer) -> Poster:
    """That worker, waiting half a second for each answer."""
    return replace(worker, slack=Slack(token="xoxb-test", api_url=slack.url, timeout=0.5))


@pytest.fixture
def consents(database: Database, at: datetime) -> Callable[..., None]:
    """``consents("staff")``: this person allows posts, since yesterday unless said otherwise."""

    def give(number: str, since: datetime = at - timedelta(days=1)) -> None:
        with database.writing() as session:
            person = session.query(Person).filter_by(employee_number=number).one()
            session.add(ConsentGiven(person_id=person.id, consent=Consent.SLACK, given_at=since))

    return give


BADGES = (
    *(
        "first-step",
        "three-minds",
        "learning-sprout",
        "time-sprout",
        "daring-sprout",
        "spreading",
        "getting-used",
    ),
    *(
        "noticed",
        "opener",
        "good-failure",
        "question-door",
        "making-data",
        "five-fields",
        "meeting-designer",
    ),
)


@pytest.fixture
def planned(
    database: Database, consents: Callable[..., None], at: datetime
) -> Callable[..., list[str]]:
    """``planned(2)``: two awards of a consenting person, whose posts wait; their keys in the order
    of their turn."""

    def make(count: int = 1, *, due_at: datetime = at, channel: str | None = None) -> list[str]:
        consents("staff")
        with database.writing() as session:
            person = session.query(Person).filter_by(employee_number="staff").one()
            for badge in BADGES[:count]:
                session.add(
                    Award(
                        person_id=person.id,
                        badge_slug=badge,
                        badge_version=1,
                        awarded_at=at,
                        recorded_at=at,
                        evidence=[],
                    )
                )
                session.add(
                    SlackPost(
                        key=badge_key(person.id, badge),
                        person_id=person.id,
                        message=to_json(
                            BadgeNews(person=person.name, badge=badge, path=f"/badges/{badge}")
                        ),
                        channel=channel,
                        state=PostState.WAITING,
                        due_at=due_at,
                        wished_at=due_at,
                    )
                )
            return [badge_key(person.id, badge) for badge in BADGES[:count]]

    return make


@pytest.fixture
def post_of(database: Database) -> Callable[[str], SlackPost]:
    """``post_of(key)``: the row as it stands."""

    def find(key: str) -> SlackPost:
        with database.reading() as session:
            return session.query(SlackPost).filter_by(key=key).one()

    return find
