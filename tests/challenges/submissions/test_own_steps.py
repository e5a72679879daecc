"""Where somebody stands, as one statement tells it."""

from datetime import timedelta

import pytest

from challenges.submissions import habits, queries, voiding
from challenges.submissions.own_steps import own_steps, standing_of
from challenges.submissions.putting_aside import put_aside
from challenges.submissions.submitting import Evidence, submit


@pytest.fixture
def wait(session, step_of, at):
    """``wait(person)``: a submission of theirs waits for their manager."""

    def make(person):
        submit(
            session,
            person_id=person.id,
            step=step_of("meeting-as-post"),
            version=1,
            evidence=Evidence("投稿に替えました"),
            at=at,
        )

    return make


def test_it_is_what_the_single_questions_tell(session, cast, climb, wait, catalogue, at):
    climb(cast.staff, "first-hello")
    climb(cast.staff, "give-back-15")
    wait(cast.staff)
    challenge_id = catalogue.by_slug["first-hello"].id
    own = own_steps(session, cast.staff.id, challenge_id)
    standing = standing_of(session, cast.staff.id)
    assert own.submissions == queries.open_submissions(session, cast.staff.id)
    assert own.submissions == standing.submissions != {}
    assert own.records == queries.records_of_challenge(session, cast.staff.id, challenge_id)
    assert standing.climbed == {
        one.step_id for one in queries.recent_records(session, cast.staff.id, own=True, limit=9)
    }


def test_of_another_nothing_is_told(session, cast, climb, wait, catalogue):
    climb(cast.colleague, "first-hello")
    wait(cast.colleague)
    own = own_steps(session, cast.staff.id, catalogue.by_slug["first-hello"].id)
    assert (own.submissions, own.records, own.aside) == ({}, {}, None)
    assert standing_of(session, cast.staff.id).climbed == frozenset()


def test_what_the_office_voided_is_told_but_not_climbed(session, cast, climb, catalogue, at):
    done = climb(cast.staff, "first-hello")
    voiding.void(session, done, by_id=cast.dx.id, reason="同じ記録が二つありました", at=at)
    own = own_steps(session, cast.staff.id, catalogue.by_slug["first-hello"].id)
    assert own.records[done.step_id].void_reason == "同じ記録が二つありました"
    assert own.climbed == {}
    again = climb(cast.staff, "first-hello", at=at + timedelta(hours=1))
    own = own_steps(session, cast.staff.id, catalogue.by_slug["first-hello"].id)
    assert own.climbed == {again.step_id: again.id}


def test_the_days_of_a_habit_come_in_their_order(session, cast, climb, catalogue, at):
    challenge, step = next(
        (one, step)
        for one in catalogue.challenges
        for step in one.steps
        if step.days > 2 and step.number == 2
    )
    climb(cast.staff, challenge.slug, at=at - timedelta(days=9))
    for days in (1, 2):
        on = at - timedelta(days=days)
        habits.record_day(
            session,
            person_id=cast.staff.id,
            step=step,
            version=1,
            day=on.date(),
            reflection="した",
            at=at,
        )
    found = standing_of(session, cast.staff.id).submissions[step.id]
    assert list(found.days) == sorted(found.days)


def test_ones_own_note_for_later_is_told(session, cast, catalogue, at):
    wanted, other = (catalogue.by_slug[slug].id for slug in ("first-hello", "give-back-15"))
    put_aside(session, person_id=cast.staff.id, challenge_id=wanted, day=None, at=at)
    assert own_steps(session, cast.staff.id, wanted).aside.challenge_id == wanted
    assert own_steps(session, cast.staff.id, other).aside is None
