"""Slack hears of what stands, of those who allow it, and of nothing else."""

from collections.abc import Callable
from datetime import datetime, timedelta
from types import SimpleNamespace

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.slack.answers import Ambiguous, NotFound, Posted
from app.slack.posts.messages import BadgeNews, EndorsementNews, from_json
from app.slack.posts.models import PostState, RetryPolicy, SlackPost
from app.slack.posts.outcomes import write_down
from app.slack.posts.planning import bring_up_to_date, take_away, why_not
from app.slack.posts.requests import take_lease
from app.subscriptions import SUBSCRIPTIONS
from badges.models import Award
from challenges.outbox import Fact
from challenges.people import consents
from challenges.people.models import ConsentGiven, Person
from challenges.recognition import endorsing
from challenges.recognition.models import Endorsement
from challenges.submissions import voiding, withdrawing
from challenges.submissions.models import Completion
from challenges.vocabulary import Consent

WORDS = "要点が先に来て、返事がすぐできました。"


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
    given = endorsing.endorse(session, completion, by_id=cast.manager.id, words=WORDS, at=at)
    return session.get_one(Endorsement, given)


def test_a_badge_of_a_consenting_person_becomes_one_post(
    session, cast, climb, allows, all_is_heard, posts
) -> None:
    allows(cast.staff)
    climb(cast.staff, "first-hello")
    all_is_heard()
    key = f"badge:{cast.staff.id}:first-step"
    assert posts()[key] is PostState.WAITING
    assert len(posts()) == session.query(Award).count()
    news = from_json(session.query(SlackPost).filter_by(key=key).one().message)
    assert (news.person, news.badge, news.path) == (
        "浜口 汐里",
        "はじめの一歩",
        "/badges/first-step",
    )


def test_an_endorsement_of_a_consenting_person_becomes_one_post(
    session, cast, climb, allows, all_is_heard, posts, at
) -> None:
    completion = climb(cast.staff, "three-lines-before")
    all_is_heard()
    allows(cast.staff)
    allows(cast.manager)
    given = endorse(session, completion, cast, at)
    all_is_heard()
    assert posts()[f"endorsement:{given.id}"] is PostState.WAITING
    news = from_json(
        session.query(SlackPost).filter_by(key=f"endorsement:{given.id}").one().message
    )
    assert (news.person, news.endorser, news.words) == ("浜口 汐里", "中村 岳", WORDS)
    assert news.path == "/challenges/three-lines-before"
    assert news.challenge


def test_a_manager_without_consent_is_not_named(
    session, cast, climb, allows, all_is_heard, at
) -> None:
    allows(cast.staff)
    given = endorse(session, climb(cast.staff, "three-lines-before"), cast, at)
    all_is_heard()
    news = from_json(
        session.query(SlackPost).filter_by(key=f"endorsement:{given.id}").one().message
    )
    assert news.endorser is None


def sent(session: Session, at: datetime) -> dict[str, EndorsementNews | BadgeNews]:
    """What every post that may be sent now would say."""
    said = {}
    while request := take_lease(session, channel="C0STEPUP", retry_policy=RetryPolicy(), at=at):
        said[request.key] = from_json(request.message)
        at += timedelta(seconds=70)
        session.query(SlackPost).filter_by(key=request.key).one().due_at = at + timedelta(days=1)
        session.flush()
    return said


def test_a_manager_who_withdraws_consent_before_posting_is_not_named(
    session, cast, climb, allows, all_is_heard, at
) -> None:
    allows(cast.staff)
    allows(cast.manager)
    given = endorse(session, climb(cast.staff, "three-lines-before"), cast, at)
    all_is_heard()
    theirs = ConsentGiven.person_id == cast.manager.id
    session.execute(update(ConsentGiven).where(theirs).values(withdrawn_at=at))
    assert sent(session, at)[f"endorsement:{given.id}"].endorser is None


def give_again(
    session: Session, given: Endorsement, cast: SimpleNamespace, at: datetime, words: str
) -> None:
    endorsing.withdraw(session, given, by_id=cast.manager.id, at=at)
    endorsing.endorse(session, given.completion, by_id=cast.manager.id, words=words, at=at)


NEW_WORDS = "言い直します。資料がとても見やすかったです。"


def test_only_the_latest_words_are_posted(
    session, cast, climb, allows, all_is_heard, posts, at
) -> None:
    allows(cast.staff)
    given = endorse(session, climb(cast.staff, "three-lines-before"), cast, at)
    all_is_heard()
    give_again(session, given, cast, at, NEW_WORDS)
    assert sent(session, at)[f"endorsement:{given.id}"].words == NEW_WORDS, (
        "though nobody heard of them yet"
    )


@pytest.mark.parametrize("kind", ["completion_endorsed", "endorsement_withdrawn"])
def test_new_words_replace_a_waiting_post_and_remove_a_visible_one(
    session, cast, climb, allows, all_is_heard, posts, at, kind
) -> None:
    allows(cast.staff)
    shown = endorse(session, climb(cast.staff, "three-lines-before"), cast, at)
    waiting = endorse(session, climb(cast.staff, "quick-hands"), cast, at)
    all_is_heard()
    key = f"endorsement:{shown.id}"
    session.query(SlackPost).filter_by(key=key).one().was_posted(
        ts="1.1", channel="C0STEPUP", at=at
    )
    for given in (waiting, shown):
        give_again(session, given, cast, at, NEW_WORDS)
    SUBSCRIPTIONS[kind]["slack"](session, fact_of(session, kind), at)
    session.flush()
    assert posts()[key] is PostState.REMOVING
    all_is_heard()
    assert (posts()[key], posts()[f"endorsement:{waiting.id}"]) == (
        PostState.REMOVING,
        PostState.WAITING,
    )
    assert (
        session.query(SlackPost).filter_by(key=f"endorsement:{waiting.id}").one().message["words"]
        == NEW_WORDS
    )


@pytest.mark.parametrize("hears_first", [True, False])
def test_old_words_found_visible_are_removed(
    session, cast, climb, allows, all_is_heard, posts, at, hears_first
) -> None:
    allows(cast.staff)
    given = endorse(session, climb(cast.staff, "three-lines-before"), cast, at)
    all_is_heard()
    key = f"endorsement:{given.id}"
    session.query(SlackPost).filter(SlackPost.key != key).delete()
    request = take_lease(session, channel="C0STEPUP", retry_policy=RetryPolicy(), at=at)
    assert from_json(request.message).words == WORDS
    give_again(session, given, cast, at, NEW_WORDS)
    if hears_first:
        all_is_heard()
        assert posts()[key] is PostState.SENDING
    write_down(
        session, request, Posted(ts="1.1", channel="C0STEPUP"), retry_policy=RetryPolicy(), at=at
    )
    all_is_heard()
    assert posts()[key] is PostState.REMOVING


def test_old_words_never_shown_give_way_to_the_new(
    session, cast, climb, allows, all_is_heard, at
) -> None:
    allows(cast.staff)
    given = endorse(session, climb(cast.staff, "three-lines-before"), cast, at)
    all_is_heard()
    key = f"endorsement:{given.id}"
    session.query(SlackPost).filter(SlackPost.key != key).delete()
    request = take_lease(session, channel="C0STEPUP", retry_policy=RetryPolicy(), at=at)
    write_down(session, request, Ambiguous("lost"), retry_policy=RetryPolicy(), at=at)
    give_again(session, given, cast, at, NEW_WORDS)
    all_is_heard()
    at += timedelta(minutes=2)
    looked = take_lease(session, channel="C0STEPUP", retry_policy=RetryPolicy(), at=at)
    write_down(session, looked, NotFound(), retry_policy=RetryPolicy(), at=at)
    assert sent(session, at + timedelta(minutes=1))[key].words == NEW_WORDS


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


def test_a_badge_delivered_twice_makes_one_post(
    session, cast, climb, allows, all_is_heard, posts, at
) -> None:
    allows(cast.staff)
    climb(cast.staff, "first-hello")
    all_is_heard()
    for _ in range(2):
        SUBSCRIPTIONS["badge_awarded"]["slack"](session, fact_of(session, "badge_awarded"), at)
    assert len(posts()) == session.query(Award).count()


def test_an_endorsement_withdrawn_before_posting_is_not_posted(
    session, cast, climb, allows, all_is_heard, posts, at
) -> None:
    allows(cast.staff)
    given = endorse(session, climb(cast.staff, "first-hello"), cast, at)
    all_is_heard()
    endorsing.withdraw(session, given, by_id=cast.manager.id, at=at)
    all_is_heard()
    assert posts()[f"endorsement:{given.id}"] is PostState.CANCELLED


def test_facts_in_any_order_end_the_same(session, cast, climb, allows, posts, at) -> None:
    allows(cast.staff)
    given = endorse(session, climb(cast.staff, "first-hello"), cast, at)
    endorsing.withdraw(session, given, by_id=cast.manager.id, at=at)
    for kind in ("endorsement_withdrawn", "completion_endorsed"):
        SUBSCRIPTIONS[kind]["slack"](session, fact_of(session, kind), at)
    assert posts() == {}
    endorse(session, given.completion, cast, at)
    for kind in ("completion_endorsed", "endorsement_withdrawn"):
        SUBSCRIPTIONS[kind]["slack"](session, fact_of(session, kind), at)
    assert posts() == {f"endorsement:{given.id}": PostState.WAITING}


def test_an_undone_step_removes_its_endorsements_from_slack(
    session, cast, climb, allows, all_is_heard, posts, at
) -> None:
    allows(cast.staff)
    completion = climb(cast.staff, "first-hello")
    given = endorse(session, completion, cast, at)
    all_is_heard()
    post = session.query(SlackPost).filter_by(key=f"endorsement:{given.id}").one()
    post.was_posted(ts="1.0001", channel="C0STEPUP", at=at)
    withdrawing.withdraw(session, completion, by_id=cast.staff.id, at=at)
    all_is_heard()
    assert posts()[f"endorsement:{given.id}"] is PostState.REMOVING


VOIDED = "二重に記録されていました。"


@pytest.mark.parametrize("is_parked", [False, True])
def test_an_unposted_endorsement_is_posted_once_its_step_is_restored(
    session, cast, climb, allows, all_is_heard, posts, at, is_parked
) -> None:
    allows(cast.staff)
    completion = climb(cast.staff, "first-hello")
    given = endorse(session, completion, cast, at)
    all_is_heard()
    key = f"endorsement:{given.id}"
    if is_parked:
        session.query(SlackPost).filter_by(key=key).one().park(reason="not_in_channel")
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
            session.query(SlackPost).filter_by(key=key).one().was_posted(
                ts="1.1", channel="C0STEPUP", at=at
            )
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
            post.was_removed()
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
        "completion_id": 0,
        "person_id": cast.staff.id,
        "badge": "opener",
    }
    for kind, subscribers in SUBSCRIPTIONS.items():
        if "slack" in subscribers:
            subscribers["slack"](session, Fact(kind=kind, about=about, occurred_at=at), at)
    assert session.query(SlackPost).count() == 0


@pytest.fixture
def shown(session, cast, climb, allows, all_is_heard, at) -> SlackPost:
    """A visible post about staff's step that names their manager, who endorsed it."""
    completion = climb(cast.staff, "three-lines-before")
    all_is_heard()
    allows(cast.staff)
    allows(cast.manager)
    endorse(session, completion, cast, at)
    all_is_heard()
    post = session.query(SlackPost).filter(SlackPost.key.startswith("endorsement")).one()
    bring_up_to_date(session, post)
    post.was_posted(ts="1.1", channel="C0STEPUP", at=at)
    session.flush()
    return post


def withdraw_consent(session, person, at) -> None:
    consents.set_consent(session, person, Consent.SLACK, given=False, at=at)


@pytest.mark.parametrize("who", ["staff", "manager"])
def test_a_post_stays_until_somebody_it_names_asks(session, cast, shown, posts, at, who) -> None:
    withdraw_consent(session, getattr(cast, who), at)
    assert posts()[shown.key] is PostState.POSTED
    assert take_away(session, getattr(cast, who).id, at=at) == 1
    assert posts()[shown.key] is PostState.REMOVING
    assert take_away(session, getattr(cast, who).id, at=at) == 0


@pytest.mark.parametrize("who", ["colleague", "outsider", "deputy"])
def test_nobody_takes_away_a_post_that_does_not_name_them(
    session, cast, shown, posts, at, who
) -> None:
    assert take_away(session, getattr(cast, who).id, at=at) == 0
    assert posts()[shown.key] is PostState.POSTED


def test_a_manager_who_was_not_named_cannot_take_the_post_away(
    session, cast, climb, allows, all_is_heard, posts, at
) -> None:
    completion = climb(cast.staff, "three-lines-before")
    all_is_heard()
    allows(cast.staff)
    endorse(session, completion, cast, at)
    all_is_heard()
    post = session.query(SlackPost).filter(SlackPost.key.startswith("endorsement")).one()
    bring_up_to_date(session, post)
    post.was_posted(ts="1.1", channel="C0STEPUP", at=at)
    session.flush()
    assert take_away(session, cast.manager.id, at=at) == 0
    assert take_away(session, cast.staff.id, at=at) == 1


@pytest.mark.parametrize("who", ["staff", "manager"])
def test_what_was_taken_away_does_not_come_back_by_itself(
    session, cast, shown, all_is_heard, allows, posts, at, who
) -> None:
    """Not while it is on its way out, and not by a consent that came later."""
    person, later = getattr(cast, who), at + timedelta(minutes=1)
    withdraw_consent(session, person, later)
    take_away(session, person.id, at=later)
    consents.set_consent(session, person, Consent.SLACK, given=True, at=later)
    completion = session.query(Completion).filter_by(person_id=cast.staff.id).one()
    voiding.void(session, completion, by_id=cast.dx.id, reason="取り違えでした", at=later)
    all_is_heard()
    voiding.restore(session, completion, at=later)
    all_is_heard()
    assert posts()[shown.key] is PostState.REMOVING


def test_a_post_that_may_have_gone_out_is_taken_away_when_it_is_found(
    session, cast, climb, allows, all_is_heard, posts, at
) -> None:
    allows(cast.staff)
    climb(cast.staff, "first-hello")
    all_is_heard()
    request = take_lease(session, channel="C0STEPUP", retry_policy=RetryPolicy(), at=at)
    session.query(SlackPost).filter(SlackPost.key != request.key).delete()
    lost = Ambiguous("TimeoutError")
    write_down(session, request, lost, retry_policy=RetryPolicy(), at=at)
    assert take_away(session, cast.staff.id, at=at) == 1
    later = at + timedelta(hours=1)
    request = take_lease(session, channel="C0STEPUP", retry_policy=RetryPolicy(), at=later)
    found = Posted(ts="1.1", channel="C0STEPUP")
    write_down(session, request, found, retry_policy=RetryPolicy(), at=later)
    assert posts()[request.key] is PostState.REMOVING
