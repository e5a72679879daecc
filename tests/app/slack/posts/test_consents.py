"""Nothing about a person is posted that the person has not allowed, up to the moment of sending."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import update

from app.db.sessions import Database
from app.slack.posts.messages import from_json
from app.slack.posts.models import PostState, SlackPost
from app.slack.posts.planning import why_not
from app.slack.posts.sending import Poster, post_next
from app.subscriptions import SUBSCRIPTIONS
from badges.models import Award
from challenges.outbox import Fact
from challenges.people.models import ConsentGiven, Person
from tests.app.slack.posts.conftest import Planned, PostOf, endorse, post_with, sent
from tests.app.slack.server import SlackServer


def test_nothing_is_posted_without_consent(session, cast, climb, all_is_heard, posts, at) -> None:
    endorse(session, climb(cast.staff, "first-hello"), cast, at)
    all_is_heard()
    assert posts() == {}


def test_nothing_from_before_the_consent_is_posted(
    cast, climb, allows, all_is_heard, posts, at
) -> None:
    climb(cast.staff, "first-hello")
    allows(cast.staff, since=at + timedelta(hours=1))
    all_is_heard()
    assert posts() == {}


def test_nothing_is_posted_after_consent_is_withdrawn(
    session, cast, climb, allows, all_is_heard, posts, at
) -> None:
    allows(cast.staff)
    session.execute(update(ConsentGiven).values(withdrawn_at=at))
    climb(cast.staff, "first-hello")
    all_is_heard()
    assert posts() == {}


def test_nothing_is_posted_about_people_who_left(
    cast, session, climb, allows, all_is_heard, posts, at
) -> None:
    allows(cast.staff)
    climb(cast.staff, "first-hello")
    cast.staff.deactivated_at = at
    session.flush()
    all_is_heard()
    assert posts() == {}


def test_a_manager_without_consent_is_not_named(session, given) -> None:
    news = from_json(post_with(session, f"endorsement:{given.id}").message)
    assert news.endorser is None


def test_a_manager_who_withdraws_consent_before_posting_is_not_named(
    session, cast, given, allows, at
) -> None:
    allows(cast.manager)
    theirs = ConsentGiven.person_id == cast.manager.id
    session.execute(update(ConsentGiven).where(theirs).values(withdrawn_at=at))
    assert sent(session, at)[f"endorsement:{given.id}"].endorser is None


def test_a_planned_post_is_checked_again_before_sending(
    session, cast, climb, allows, all_is_heard, at
) -> None:
    allows(cast.staff)
    climb(cast.staff, "first-hello")
    all_is_heard()
    post = session.query(SlackPost).first()
    assert why_not(session, post) is None
    session.execute(update(ConsentGiven).values(withdrawn_at=at))
    assert why_not(session, post) == "本人がSlackへの投稿を望んでいません。"
    session.execute(update(Award).values(voided_at=at))
    session.execute(update(ConsentGiven).values(withdrawn_at=None))
    assert why_not(session, post) == "元になった授与やお墨付きが取り消されました。"


def test_every_slack_subscriber_checks_validity_and_consent_first(session, cast, at) -> None:
    """Facts about things that are not there leave no post, whatever their kind."""
    about = {
        "award_id": 0,
        "endorsement_id": 0,
        "endorsement_ids": [0],
        "text_kind": "ENDORSEMENT",
        "text_id": 0,
        "completion_id": 0,
        "person_id": cast.staff.id,
        "badge": "opener",
    }
    for kind, subscribers in SUBSCRIPTIONS.items():
        if "slack" in subscribers:
            subscribers["slack"](session, Fact(kind=kind, about=about, occurred_at=at), at)
    assert session.query(SlackPost).count() == 0


def test_withdrawing_consent_cancels_a_waiting_post(
    database: Database,
    worker: Poster,
    slack: SlackServer,
    planned: Planned,
    post_of: PostOf,
    clock: Any,
) -> None:
    (key,) = planned()
    with database.writing() as session:
        session.execute(update(ConsentGiven).values(withdrawn_at=clock()))
    assert post_next(worker) is None
    assert post_of(key).state is PostState.CANCELLED
    assert slack.requests == []


def test_renewed_consent_does_not_cover_older_events(
    database: Database,
    worker: Poster,
    slack: SlackServer,
    planned: Planned,
    consents: Callable[..., None],
    post_of: PostOf,
    clock: Any,
) -> None:
    (key,) = planned()
    with database.writing() as session:
        session.execute(update(ConsentGiven).values(withdrawn_at=clock()))
    clock.pass_(days=89)
    consents("staff", since=clock())
    assert post_next(worker) is None
    assert post_of(key).state is PostState.CANCELLED
    assert slack.requests == []


def test_a_person_who_has_left_is_not_posted_about(
    database: Database, worker: Poster, planned: Planned, post_of: PostOf, clock: Any
) -> None:
    (key,) = planned()
    with database.writing() as session:
        session.execute(
            update(Person).where(Person.employee_number == "staff").values(deactivated_at=clock())
        )
    assert post_next(worker) is None
    assert post_of(key).state is PostState.CANCELLED
