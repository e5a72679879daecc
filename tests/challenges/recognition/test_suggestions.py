"""Whom a manager may have overlooked: told to the manager alone, about their own reports."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from challenges.calendar import day_of
from challenges.people import consents
from challenges.people.models import Membership, Person
from challenges.recognition import endorsing
from challenges.recognition.models import Cheer, Endorsement
from challenges.recognition.stamps import Stamp
from challenges.recognition.suggestions import set_suggested, suggestions
from challenges.submissions.models import Completion
from challenges.vocabulary import Consent, MembershipKind

SLUGS = ("first-hello", "give-back-15", "good-failure", "why-the-seal", "dx-words", "safety-ten")


@pytest.fixture
def look(session, at):
    """``look(person)``: what that person is told."""

    def ask(person, *, on=None):
        session.flush()
        return suggestions(session, person.id, on=on or day_of(at))

    return ask


@pytest.fixture
def praise(session, cast, at):
    def give(completion, by=None):
        words = "手順が分かりやすく、助かりました。"
        endorsing.endorse(
            session,
            completion,
            by_id=(by or cast.manager).id,
            words=words,
            kinds=["STEADINESS"],
            at=at,
        )

    return give


@pytest.fixture
def overlooked(session, cast, climb, allow, praise, at):
    """Everybody of the section took the same steps months ago; staff alone got no words."""
    for person in (cast.staff, cast.colleague, cast.deputy):
        allow(person)
        for slug in SLUGS:
            done = climb(person, slug, at=at - timedelta(days=60))
            if person is not cast.staff:
                praise(done)
    return cast.staff


def test_the_manager_is_reminded_of_who_got_no_words(look, cast, overlooked):
    [one] = look(cast.manager)
    assert (one.person_id, one.by_manager, one.by_peers) == (overlooked.id, True, False)
    assert not one.is_new


@pytest.mark.parametrize("who", ["staff", "colleague", "deputy", "outsider", "dx"])
def test_nobody_else_is_told_anything(look, cast, overlooked, who):
    assert look(getattr(cast, who)) == []


def test_a_manager_further_up_is_not_told_of_single_people(session, look, cast, overlooked, at):
    head = Person(employee_number="head", name="部長 一", kana="", email="head@pref.example.jp")
    session.add(head)
    session.flush()
    session.add(
        Membership(
            person_id=head.id,
            unit_id=cast.section.parent_id,
            kind=MembershipKind.MANAGER,
            valid_from=day_of(at) - timedelta(days=400),
        )
    )
    assert look(head) == []


def test_cheers_of_peers_are_told_apart_from_the_managers_words(
    session, look, cast, climb, allow, praise, at
):
    for person in (cast.staff, cast.colleague, cast.deputy):
        allow(person)
        for slug in SLUGS:
            done = climb(person, slug, at=at - timedelta(days=60))
            praise(done)
            if person is not cast.staff:
                applaud(session, done, by=cast.staff, at=at)
    [one] = look(cast.manager)
    assert (one.person_id, one.by_manager, one.by_peers) == (cast.staff.id, False, True)


def applaud(session, completion, *, by, at):
    session.add(
        Cheer(
            completion_id=completion.id,
            giver_id=by.id,
            receiver_id=completion.person_id,
            stamp=Stamp.HELPED,
            given_at=at,
            week=day_of(at) - timedelta(days=day_of(at).weekday()),
        )
    )


def test_who_does_not_want_it_is_left_out(session, look, cast, overlooked):
    for _ in range(2):
        set_suggested(session, overlooked.id, wanted=False)
    assert look(cast.manager) == []
    for _ in range(2):
        set_suggested(session, overlooked.id, wanted=True)
    assert len(look(cast.manager)) == 1


def test_who_pauses_or_shows_nothing_looks_the_same(session, look, cast, overlooked, at):
    consents.pause(session, overlooked, at=at)
    assert look(cast.manager) == []
    consents.resume(session, overlooked, at=at)
    consents.set_consent(session, overlooked, Consent.STEPS, given=False, at=at)
    assert look(cast.manager) == []


def test_who_came_last_week_is_not_named(session, look, cast, overlooked, at):
    own = session.scalars(select(Membership).where(Membership.person_id == overlooked.id)).one()
    own.valid_from = day_of(at) - timedelta(days=7)
    assert look(cast.manager) == []


def test_a_word_taken_back_does_not_count(session, look, cast, overlooked, praise, at):
    for done in session.scalars(select(Completion).where(Completion.person_id == overlooked.id)):
        praise(done)
    assert look(cast.manager) == []
    session.execute(
        update(Endorsement).where(Endorsement.person_id == overlooked.id).values(withdrawn_at=at)
    )
    assert [one.person_id for one in look(cast.manager)] == [overlooked.id]


def test_it_takes_one_statement_and_writes_nothing(session, cast, overlooked, count_statements, at):
    session.flush()
    with count_statements(session.get_bind()) as statements:
        suggestions(session, cast.manager.id, on=day_of(at))
    assert len(statements) == 1
    assert statements[0].startswith("SELECT")
