"""Whoever does it already (「もうやっている」) waits for nobody, also where a manager checks."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from badges.awards.awarding import bring_up_to_date
from badges.awards.deeds import deeds_of
from badges.catalogue.reading import read_badges
from challenges.calendar import day_of
from challenges.errors import CannotEndorseOneself, NotAllowed, NotTheirManager
from challenges.people import org_chart
from challenges.people.models import Membership
from challenges.recognition import endorsing
from challenges.recognition.recent import TeamScope, climbed_lately
from challenges.submissions import reviewing, submitting, verifying, withdrawing
from challenges.submissions.models import Completion, Submission
from challenges.submissions.overdue import accept_overdue
from challenges.submissions.submitting import Evidence
from challenges.vocabulary import DecidedHow, MembershipKind, SubmissionState

PRAISE = "続けてきたことが、みんなの手本です。"


@pytest.fixture
def say(session, cast, step_of, at):
    """``say(slug, already=True)``: staff submits the first step; the completion, or None."""

    def make(slug="meeting-as-post", *, already=True, words="前から投稿にしています", at=at):
        step = step_of(slug)
        completed = submitting.submit(
            session,
            person_id=cast.staff.id,
            step=step,
            version=step.challenge.version,
            evidence=Evidence(words, "https://example.jp/", is_already_doing=already),
            at=at,
        )
        return session.get_one(Completion, completed) if completed else None

    return make


@pytest.fixture
def seen_by(session, at):
    """``seen_by(person)``: the recent steps that this person sees as a manager."""

    def look(person):
        session.flush()
        units = org_chart.managed_units(session, person.id, on=day_of(at))
        everywhere = set().union(*(unit.unit_ids for unit in units))
        asked = [unit.unit_id for unit in units]
        scope = TeamScope(person.id, everywhere, at, day_of(at), asked)
        return climbed_lately(session, scope, limit=20)

    return look


def verify(session):
    session.flush()
    return list(verifying.decisions_that_disagree(session))


@pytest.mark.parametrize("slug", ["meeting-as-post", "why-the-seal", "first-hello"])
def test_it_is_accepted_at_once_and_marked(session, say, at, slug):
    done = say(slug)
    assert (done.decided_how, done.decided_by_id) == (DecidedHow.ALREADY_DOING, None)
    assert (done.happened_at, done.submission.state) == (at, SubmissionState.ACCEPTED)
    assert verify(session) == []


def test_without_these_words_the_manager_is_asked(session, say):
    assert say(already=False) is None
    assert session.scalars(select(Submission)).one().state is SubmissionState.WAITING


def test_a_managers_question_is_answered_to_the_manager(session, cast, say, at):
    say(already=False)
    submission = session.scalars(select(Submission)).one()
    reviewing.send_back(
        session, submission, by_id=cast.manager.id, question="どの会議でしたか。", at=at
    )
    assert say(already=True) is None
    withdrawing.reopen_submission(session, submission, by_id=cast.staff.id, at=at)
    assert say(already=True) is None, "nor after thinking again"
    assert submission.state is SubmissionState.WAITING


def test_a_waiting_submission_can_be_reworded_into_already_doing(session, cast, say, at):
    say(already=False)
    submission = session.scalars(select(Submission)).one()
    withdrawing.reopen_submission(session, submission, by_id=cast.staff.id, at=at)
    assert say(already=True).decided_how is DecidedHow.ALREADY_DOING
    assert verify(session) == []


def test_the_manager_may_endorse_it_afterwards(session, cast, say, at):
    done = say()
    with pytest.raises(CannotEndorseOneself):
        endorsing.endorse(session, done, by_id=cast.staff.id, words=PRAISE, at=at)
    with pytest.raises(NotTheirManager):
        endorsing.endorse(session, done, by_id=cast.outsider.id, words=PRAISE, at=at)
    assert endorsing.endorse(session, done, by_id=cast.manager.id, words=PRAISE, at=at)


def test_a_badge_for_an_endorsement_waits_for_one(session, cast, say, at):
    done = say()
    badges = read_badges(session)
    [deed] = deeds_of(session, cast.staff.id, catalogue=badges)
    assert not deed.endorsed
    given = _awarded(session, cast, badges, at)
    assert "first-step" in given
    assert "noticed" not in given
    endorsing.endorse(session, done, by_id=cast.manager.id, words=PRAISE, at=at)
    assert _awarded(session, cast, badges, at) == {"noticed"}


def _awarded(session, cast, badges, at):
    changed = bring_up_to_date(session, person_id=cast.staff.id, catalogue=badges, at=at)
    return {one.badge for one in changed}


def test_whoever_would_have_been_asked_sees_it_with_its_words(cast, say, seen_by):
    done = say()
    for who in (cast.manager, cast.deputy):
        [one] = seen_by(who)
        assert (one.completion_id, one.reflection) == (done.id, "前から投稿にしています")
        assert (one.is_already_doing, one.is_open) == (True, False)


def test_nobody_else_sees_it_without_consent(session, cast, say, seen_by, at):
    say()
    head = Membership(
        person_id=cast.colleague.id,
        unit_id=cast.section.parent_id,
        kind=MembershipKind.MANAGER,
        is_primary=False,
        valid_from=at.date(),
    )
    session.add(head)
    assert seen_by(cast.outsider) == []
    assert seen_by(cast.colleague) == [], "the head of the department was not to be asked"


def test_a_step_that_no_manager_checks_is_not_shown_by_it(cast, say, seen_by):
    say("first-hello")
    assert seen_by(cast.manager) == []


def test_only_its_person_takes_it_back(session, cast, say, step_of, at):
    done = say()
    with pytest.raises(NotAllowed):
        withdrawing.withdraw_acceptance(session, done, by_id=cast.manager.id, at=at)
    withdrawing.withdraw(session, done, by_id=cast.staff.id, at=at)
    assert (done.submission.state, done.submission.is_already_doing) == ("DRAFT", True)
    assert say(already=False, words="投稿に替えました") is None
    assert not done.submission.is_already_doing
    assert verify(session) == []


def test_it_never_becomes_overdue(session, say, at):
    say()
    assert accept_overdue(session, at=at + timedelta(days=30)) == 0


def test_history_names_a_mark_that_the_submission_contradicts(session, say):
    done = say()
    done.submission.is_already_doing = False
    [told] = verify(session)
    assert told.startswith(f"completion {done.id}: is decided by ALREADY_DOING")
