"""What was undone leaves Slack or never gets there, and what is restored is posted once."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.slack.posts.models import PostState, SlackPost
from app.subscriptions import SUBSCRIPTIONS
from badges.models import Award
from challenges.outbox import Fact
from challenges.people.models import ConsentGiven, Person
from challenges.recognition import endorsing
from challenges.submissions import voiding, withdrawing
from tests.app.slack.posts.conftest import WORDS, endorse, post_with, sent

VOIDED = "二重に記録されていました。"


def test_an_endorsement_withdrawn_before_posting_is_not_posted(
    session, cast, given, all_is_heard, posts, at
) -> None:
    endorsing.withdraw(session, given, by_id=cast.manager.id, at=at)
    all_is_heard()
    assert posts()[f"endorsement:{given.id}"] is PostState.CANCELLED


def test_an_undone_step_removes_its_endorsements_from_slack(
    session, cast, given, all_is_heard, posts, at
) -> None:
    post = post_with(session, f"endorsement:{given.id}")
    post.was_posted(ts="1.0001", channel="C0STEPUP", at=at)
    withdrawing.withdraw(session, given.completion, by_id=cast.staff.id, at=at)
    all_is_heard()
    assert posts()[f"endorsement:{given.id}"] is PostState.REMOVING


@pytest.mark.parametrize("is_parked", [False, True])
def test_an_unposted_endorsement_is_posted_once_its_step_is_restored(
    session, cast, given, all_is_heard, posts, at, is_parked
) -> None:
    completion = given.completion
    key = f"endorsement:{given.id}"
    if is_parked:
        post_with(session, key).park(reason="not_in_channel")
        session.flush()
    voiding.void(session, completion, by_id=cast.dx.id, reason=VOIDED, at=at)
    all_is_heard()
    assert posts()[key] is PostState.CANCELLED
    voiding.restore(session, completion, at=at)
    all_is_heard()
    assert posts()[key] is PostState.WAITING
    assert sent(session, at)[key].words == WORDS


def test_an_endorsement_first_heard_while_voided_is_posted_later(
    session, cast, climb, allows, all_is_heard, posts, at
) -> None:
    allows(cast.staff)
    completion = climb(cast.staff, "first-hello")
    given = endorse(session, completion, cast, at)
    voiding.void(session, completion, by_id=cast.dx.id, reason=VOIDED, at=at)
    all_is_heard()
    assert f"endorsement:{given.id}" not in posts()
    voiding.restore(session, completion, at=at)
    all_is_heard()
    assert posts()[f"endorsement:{given.id}"] is PostState.WAITING


def test_a_restored_step_shows_no_withdrawn_or_unconsented_words(
    session, cast, climb, allows, all_is_heard, posts, at
) -> None:
    for person in (cast.staff, cast.colleague):
        allows(person)
    withdrawn, unwanted = (climb(person, "first-hello") for person in (cast.staff, cast.colleague))
    gifts = [endorse(session, completion, cast, at) for completion in (withdrawn, unwanted)]
    all_is_heard()
    for completion in (withdrawn, unwanted):
        voiding.void(session, completion, by_id=cast.dx.id, reason=VOIDED, at=at)
    all_is_heard()
    endorsing.withdraw(session, gifts[0], by_id=cast.manager.id, at=at)
    theirs = ConsentGiven.person_id == cast.colleague.id
    session.execute(update(ConsentGiven).where(theirs).values(withdrawn_at=at))
    allows(cast.colleague, since=at + timedelta(hours=1))
    for completion in (withdrawn, unwanted):
        voiding.restore(session, completion, at=at)
    all_is_heard()
    assert {posts()[f"endorsement:{given.id}"] for given in gifts} == {PostState.CANCELLED}


def award(session: Session, person: Person, at: datetime) -> Award:
    held = Award(
        person_id=person.id,
        badge_slug="opener",
        badge_version=1,
        awarded_at=at,
        recorded_at=at,
        evidence=[],
    )
    session.add(held)
    session.flush()
    return held


def tell(session: Session, kind: str, held: Award, at: datetime) -> None:
    about = {"award_id": held.id, "person_id": held.person_id, "badge": held.badge_slug}
    fact = Fact(kind=kind, about=about, occurred_at=at)
    session.add(fact)
    session.flush()
    SUBSCRIPTIONS[kind]["slack"](session, fact, at)
    session.flush()


def test_a_revoked_badge_is_cancelled_or_removed_from_slack(
    session, cast, allows, posts, at
) -> None:
    for person, seen, end in (
        (cast.staff, False, PostState.CANCELLED),
        (cast.colleague, True, PostState.REMOVING),
    ):
        allows(person)
        held = award(session, person, at)
        tell(session, "badge_awarded", held, at)
        key = f"badge:{person.id}:opener"
        if seen:
            post_with(session, key).was_posted(ts="1.1", channel="C0STEPUP", at=at)
        held.voided_at = at
        tell(session, "badge_taken_back", held, at)
        assert posts()[key] is end


def test_a_restored_badge_is_posted_once_at_most(session, cast, allows, posts, at) -> None:
    for person, seen, end in (
        (cast.staff, False, PostState.WAITING),
        (cast.colleague, True, PostState.REMOVED),
    ):
        allows(person)
        first = award(session, person, at)
        tell(session, "badge_awarded", first, at)
        post = session.query(SlackPost).filter_by(person_id=person.id).one()
        if seen:
            post.was_posted(ts="1.1", channel="C0STEPUP", at=at)
        first.voided_at = at
        tell(session, "badge_taken_back", first, at)
        if seen:
            post.was_removed(at=at)
            session.flush()
        tell(session, "badge_returned", award(session, person, at), at)
        assert posts()[post.key] is end


@pytest.mark.parametrize("is_refused", [False, True])
def test_a_badge_restored_before_its_removal_keeps_its_post(
    session, cast, allows, posts, at, is_refused
) -> None:
    allows(cast.staff)
    first = award(session, cast.staff, at)
    tell(session, "badge_awarded", first, at)
    post = session.query(SlackPost).one()
    post.was_posted(ts="1.1", channel="C0STEPUP", at=at)
    first.voided_at = at
    tell(session, "badge_taken_back", first, at)
    if is_refused:
        post.park(reason="cant_delete_message")
    tell(session, "badge_returned", award(session, cast.staff, at), at)
    post.retry(at=at)  # whoever still sees it on the list
    session.flush()
    assert posts()[post.key] is PostState.POSTED
    assert (post.unwished_at, post.last_error) == (None, None)
