"""Posts that carry words go with the words, and their rows say them no longer."""

from datetime import timedelta

import pytest

from app.retention.forgetting import empty_block
from app.retention.kinds import WordsKind
from app.slack.posts.models import PostState, SlackPost
from challenges.calendar import day_of
from challenges.recognition import endorsing
from challenges.words.withheld import Withheld
from tests.app.slack.posts.conftest import WORDS


@pytest.fixture
def vouched(session, cast, climb, at, allows, all_is_heard):
    """The post of an endorsement, planned."""
    allows(cast.staff)
    done = climb(cast.staff, "first-hello")
    session.flush()
    how = {"words": WORDS, "kinds": ["STEADINESS"], "at": at}
    given = endorsing.endorse(session, done, by_id=cast.manager.id, **how)
    all_is_heard()
    return session.query(SlackPost).filter_by(key=f"endorsement:{given}").one()


@pytest.fixture
def forget(session, at, all_is_heard):
    """The period of the words of endorsements is over."""

    def run():
        before = day_of(at) + timedelta(days=1)
        emptied = empty_block(session, WordsKind.ENDORSEMENT, before=before, after=0, at=at)
        assert emptied.texts == 1
        all_is_heard()
        session.expire_all()

    return run


def test_a_visible_post_is_removed(vouched, forget, session, at):
    vouched.was_posted(ts="1.0", channel="C1", at=at)
    session.flush()
    forget()
    assert vouched.state is PostState.REMOVING
    assert vouched.message["words"] == Withheld.EXPIRED


def test_one_that_was_never_sent_never_is(vouched, forget):
    forget()
    assert vouched.state is PostState.CANCELLED
    assert WORDS not in str(vouched.message)


def test_one_that_was_removed_before_says_nothing_any_more(vouched, forget, session):
    vouched.state = PostState.REMOVED
    session.flush()
    forget()
    assert vouched.state is PostState.REMOVED
    assert WORDS not in str(vouched.message)


def test_hearing_it_twice_changes_nothing_more(vouched, forget, session, at, all_is_heard):
    vouched.was_posted(ts="1.0", channel="C1", at=at)
    session.flush()
    forget()
    vouched.was_removed(at=at)
    session.flush()
    all_is_heard()
    assert vouched.state is PostState.REMOVED
