"""People who allow posts, facts that everybody hears, and a worker that works on."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy.orm import Session

from app.db.sessions import Database
from app.slack.answers import Outcome
from app.slack.posts.messages import BadgeNews, EndorsementNews, from_json
from app.slack.posts.models import PostState, RetryPolicy, SlackPost
from app.slack.posts.requests import take_lease
from app.slack.posts.sending import Poster, post_next
from app.subscriptions import SUBSCRIPTIONS
from challenges.outbox import Fact
from challenges.people.models import ConsentGiven, Person
from challenges.recognition import endorsing
from challenges.recognition.models import Endorsement
from challenges.submissions.models import Completion
from challenges.vocabulary import Consent

Planned = Callable[..., list[str]]
PostOf = Callable[[str], SlackPost]
WORDS = "要点が先に来て、返事がすぐできました。"
NEW_WORDS = "言い直します。資料がとても見やすかったです。"


def work_until_still(worker: Poster, clock: Any, *, hours: int = 6) -> list[Outcome]:
    """Let one worker work on, its clock running, until there is nothing more to do in that time."""
    outcomes = []
    end = clock.at + timedelta(hours=hours)
    while clock.at < end:
        outcome = post_next(worker)
        if outcome is not None:
            outcomes.append(outcome)
        clock.pass_(seconds=1.2 if outcome is not None else 120)
    return outcomes


@pytest.fixture
def allows(session: Session, at: datetime) -> Callable[..., None]:
    """``allows(person)``: since yesterday, unless said otherwise."""

    def give(person: Person, since: datetime = at - timedelta(days=1)) -> None:
        session.add(ConsentGiven(person_id=person.id, consent=Consent.SLACK, given_at=since))
        session.flush()

    return give


@pytest.fixture
def all_is_heard(session: Session, at: datetime) -> Callable[[], None]:
    """Let every subscriber hear every fact that there is, in the order in which they were
    written."""
    heard: set[int] = set()

    def hear() -> None:
        while new := [
            fact for fact in session.query(Fact).order_by(Fact.id) if fact.id not in heard
        ]:
            for fact in new:
                heard.add(fact.id)
                for handler in SUBSCRIPTIONS.get(fact.kind, {}).values():
                    handler(session, fact, at)
                    session.flush()

    return hear


@pytest.fixture
def posts(session: Session) -> Callable[[], dict[str, PostState]]:
    def states() -> dict[str, PostState]:
        session.expire_all()
        return {post.key: post.state for post in session.query(SlackPost).order_by(SlackPost.key)}

    return states


def fact_of(session: Session, kind: str) -> Fact:
    return session.query(Fact).filter_by(kind=kind).order_by(Fact.id.desc()).first() or pytest.fail(
        kind
    )


def endorse(
    session: Session, completion: Completion, cast: SimpleNamespace, at: datetime
) -> Endorsement:
    given = endorsing.endorse(
        session, completion, by_id=cast.manager.id, kinds=["STEADINESS"], words=WORDS, at=at
    )
    return session.get_one(Endorsement, given)


@pytest.fixture
def given(session, cast, climb, allows, all_is_heard, at) -> Endorsement:
    """The manager's endorsement of a step of staff, who allows posts; its post waits."""
    allows(cast.staff)
    given = endorse(session, climb(cast.staff, "three-lines-before"), cast, at)
    all_is_heard()
    return given


def post_with(session: Session, key: str) -> SlackPost:
    return session.query(SlackPost).filter_by(key=key).one()


def give_again(
    session: Session, given: Endorsement, cast: SimpleNamespace, at: datetime, words: str
) -> None:
    endorsing.withdraw(session, given, by_id=cast.manager.id, at=at)
    endorsing.endorse(
        session, given.completion, by_id=cast.manager.id, kinds=["STEADINESS"], words=words, at=at
    )


def sent(session: Session, at: datetime) -> dict[str, EndorsementNews | BadgeNews]:
    """What every post that may be sent now would say."""
    said = {}
    while request := take_lease(session, channel="C0STEPUP", retry_policy=RetryPolicy(), at=at):
        said[request.key] = from_json(request.message)
        at += timedelta(seconds=70)
        post_with(session, request.key).due_at = at + timedelta(days=1)
        session.flush()
    return said


def cancel(database: Database, clock: Any) -> None:
    with database.writing() as session:
        session.query(SlackPost).one().cancel(reason="元が取り消されました。", at=clock())
