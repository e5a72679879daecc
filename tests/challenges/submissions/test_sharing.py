"""「ひとことも見せる」: off until the person says so, for one step, and back at any time."""

from datetime import timedelta

import pytest

from challenges.errors import NotAllowed
from challenges.submissions import sharing, submitting
from challenges.submissions.models import Submission
from challenges.submissions.submitting import Evidence


@pytest.fixture
def submit(session, cast, step_of, at):
    """``submit(shows_words=True)``: staff submits the first step of first-hello."""

    def make(slug="first-hello", **how):
        submitting.submit(
            session,
            person_id=cast.staff.id,
            step=step_of(slug),
            version=1,
            evidence=Evidence("朝のあいさつを書きました", **how),
            at=at,
        )
        return session.query(Submission).one()

    return make


def test_words_are_shown_to_nobody_until_the_person_says_so(submit):
    assert submit().words_shown_at is None


def test_one_may_show_them_when_submitting(submit, at):
    assert submit(shows_words=True).words_shown_at == at


def test_or_later_and_saying_it_again_changes_nothing(session, submit, cast, at):
    submission = submit()
    sharing.show_words(session, submission, by_id=cast.staff.id, at=at)
    sharing.show_words(session, submission, by_id=cast.staff.id, at=at + timedelta(hours=1))
    assert submission.words_shown_at == at


def test_and_take_it_back_at_any_time(session, submit, cast):
    submission = submit(shows_words=True)
    for _ in range(2):
        sharing.hide_words(session, submission, by_id=cast.staff.id)
        assert submission.words_shown_at is None


@pytest.mark.parametrize("who", ["colleague", "manager", "dx"])
def test_nobody_decides_it_for_another(session, submit, cast, at, who):
    submission, other = submit(), getattr(cast, who).id
    with pytest.raises(NotAllowed):
        sharing.show_words(session, submission, by_id=other, at=at)
    submission.words_shown_at = at
    with pytest.raises(NotAllowed):
        sharing.hide_words(session, submission, by_id=other)
    assert submission.words_shown_at == at


def test_who_answers_a_question_says_it_anew(session, submit, cast, step_of, at):
    submission = submit("meeting-as-post", shows_words=True)
    submission.state, submission.question = "SENT_BACK", "どの会議でしたか。"
    session.flush()
    assert submit("meeting-as-post").words_shown_at is None
