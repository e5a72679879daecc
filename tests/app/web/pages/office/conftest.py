"""What the tests of the DX office's pages share."""

import pytest

from app.clock import now
from app.slack.posts.models import PostState, SlackPost
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.submissions import submitting, withdrawing
from challenges.vocabulary import SubmissionState


@pytest.fixture
def parked(session, cast):
    """A delivery and a Slack post that are parked, each with its last error."""

    fact = Fact(kind="step_climbed", about={}, occurred_at=now(), fanned_out_at=now())
    session.add(fact)
    session.flush()
    delivery = Delivery(
        fact_id=fact.id,
        subscriber="badges",
        state=DeliveryState.PARKED,
        due_at=now(),
        last_error="KeyError: <b>",
    )
    post = SlackPost(
        key="badge:7",
        person_id=cast.staff.id,
        message={},
        state=PostState.PARKED,
        due_at=now(),
        wished_at=now(),
    )
    post.last_error = "channel_not_found"
    session.add_all([delivery, post])
    session.commit()
    return delivery, post


@pytest.fixture
def done(climb, cast, session):
    """A completion of staff's, of 15 July 2026."""

    completion = climb(cast.staff, "first-hello")
    session.commit()
    return completion


@pytest.fixture
def post_of(session, cast):
    """``post_of("endorsement:7", "not_in_channel", path=…)``: a parked post about staff."""

    def make(key, reason, *, path=None, **more):
        values = {
            "state": PostState.PARKED,
            "due_at": now(),
            "wished_at": now(),
            "last_error": reason,
            **more,
        }
        session.add(
            SlackPost(
                key=key, person_id=cast.staff.id, message={"path": path} if path else {}, **values
            ),
        )

    return make


@pytest.fixture
def delivery_of(session, cast):
    """``delivery_of("step_climbed", "badges", completion_id=…)``: a parked delivery about staff."""

    def make(kind, subscriber, **about):
        fact = Fact(
            kind=kind,
            about={"person_id": cast.staff.id, **about},
            occurred_at=now(),
            fanned_out_at=now(),
        )
        session.add(fact)
        session.flush()
        session.add(
            Delivery(
                fact_id=fact.id, subscriber=subscriber, state=DeliveryState.PARKED, due_at=now()
            )
        )

    return make


@pytest.fixture
def waiting_submissions(session, cast, catalogue):
    """``waiting_submissions(3)``: that many submissions of colleague's wait for a decision."""

    def make(count):
        steps = [step for one in catalogue.challenges for step in one.steps][:count]
        for step in steps:
            submission = submitting.open_submission(
                session, person_id=cast.colleague.id, step_id=step.id, version=1, at=now()
            )
            submission.state, submission.waiting_since = SubmissionState.WAITING, now()
            session.add(submission)

    return make


@pytest.fixture
def withdrawn(session, cast, climb):
    """A completion that staff withdrew."""
    completion = climb(cast.staff, "dx-words", at=now())
    withdrawing.withdraw(session, completion, by_id=cast.staff.id, at=now())
    session.commit()
    return completion
