"""A challenge put aside is a note to oneself, with a day if one likes."""

from datetime import timedelta

import pytest

from challenges.calendar import day_of
from challenges.errors import InvalidField
from challenges.submissions.own_steps import own_steps
from challenges.submissions.putting_aside import FURTHEST, asides, put_aside, throw_away


@pytest.fixture
def put(session, cast, catalogue, at):
    def act(slug, day=None, *, person=None, later=timedelta(0)):
        put_aside(
            session,
            person_id=(person or cast.staff).id,
            challenge_id=catalogue.by_slug[slug].id,
            day=day,
            at=at + later,
        )

    return act


def test_what_has_a_day_comes_first(session, cast, catalogue, put, at):
    today = day_of(at)
    put("first-hello")
    put("dx-words", today + timedelta(days=9))
    put("why-the-seal", today)
    found = [one.challenge_id for one in asides(session, cast.staff.id)]
    wanted = ("why-the-seal", "dx-words", "first-hello")
    assert found == [catalogue.by_slug[slug].id for slug in wanted]


def test_putting_it_aside_again_moves_its_day(session, cast, put, at):
    put("first-hello", day_of(at))
    put("first-hello", None)
    assert [one.day for one in asides(session, cast.staff.id)] == [None]


def test_it_is_gone_once_begun_and_nobody_else_sees_it(session, cast, put, climb, at):
    put("first-hello", later=-timedelta(days=1))
    assert asides(session, cast.colleague.id) == []
    climb(cast.staff, "first-hello")
    assert asides(session, cast.staff.id) == []


def test_only_ones_own_is_thrown_away(session, cast, catalogue, put):
    put("first-hello")
    challenge_id = catalogue.by_slug["first-hello"].id
    assert not throw_away(session, person_id=cast.colleague.id, challenge_id=challenge_id)
    assert own_steps(session, cast.staff.id, challenge_id).aside
    assert throw_away(session, person_id=cast.staff.id, challenge_id=challenge_id)
    assert own_steps(session, cast.staff.id, challenge_id).aside is None


@pytest.mark.parametrize("days", [-1, FURTHEST.days + 1])
def test_a_day_that_is_over_or_too_far_is_refused(session, cast, put, at, days):
    with pytest.raises(InvalidField):
        put("first-hello", day_of(at) + timedelta(days=days))
    assert asides(session, cast.staff.id) == []


@pytest.mark.parametrize("days", [0, FURTHEST.days])
def test_today_and_the_furthest_day_are_taken(session, cast, put, at, days):
    put("first-hello", day_of(at) + timedelta(days=days))
    assert len(asides(session, cast.staff.id)) == 1


def test_putting_aside_many_times_at_once_leaves_one(race, session, cast, catalogue, at):
    challenge_id, person_id = catalogue.by_slug["first-hello"].id, cast.staff.id
    session.commit()

    def act(own):
        put_aside(own, person_id=person_id, challenge_id=challenge_id, day=None, at=at)

    assert race(act, times=8) == [None] * 8
    assert len(asides(session, person_id)) == 1
