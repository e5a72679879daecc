"""What a manager sees of themself: their own quarter beside their last one."""

from datetime import UTC, date, datetime, timedelta

import pytest

from challenges.calendar import quarter_start
from challenges.people.models import Membership, Person
from challenges.recognition import endorsing
from challenges.recognition.mirror import Hint, Image, Mirror, mirror
from challenges.recognition.models import Endorsement
from challenges.submissions import voiding
from challenges.vocabulary import MembershipKind


def afternoon_of(day):
    return datetime.fromisoformat(f"{day}T05:00").replace(tzinfo=UTC)


NOW = afternoon_of("2026-07-31")
WORDS = "手順を残したので、次の人が助かります。"


def look(session, cast, at=NOW, who="manager"):
    person = getattr(cast, who)
    return mirror(session, person.id, unit_ids=[cast.section.id], at=at)


def endorse(session, completion, by, at):
    return endorsing.endorse(
        session, completion, by_id=by.id, words=WORDS, kinds=["RESULTS"], at=at
    )


@pytest.fixture
def ten_people(session, cast):
    """Ten people in the section, besides its manager: the cast and others."""
    here = session.query(Membership).filter_by(
        unit_id=cast.section.id, is_primary=True, kind=MembershipKind.STAFF
    )
    for number in range(10 - here.count()):
        person = Person(employee_number=f"m{number}", name=f"職員{number}")
        session.add(person)
        session.flush()
        session.add(
            Membership(person_id=person.id, unit_id=cast.section.id, valid_from=date(2024, 4, 1))
        )
    session.flush()


@pytest.mark.parametrize(
    ("day", "first"),
    [("2026-03-31", "2026-01-01"), ("2026-04-01", "2026-04-01"), ("2026-12-31", "2026-10-01")],
)
def test_a_quarter_begins_every_three_months(day, first):
    assert quarter_start(date.fromisoformat(day)) == date.fromisoformat(first)


def test_an_empty_quarter_is_told_as_it_is(session, cast):
    assert look(session, cast) == Mirror(
        Image(0, 0, None, None, None), Image(0, 0, None, None, None), is_large_enough=False
    )


def test_ones_own_steps_of_both_quarters_are_counted(session, cast, climb):
    climb(cast.manager, "first-hello", at=afternoon_of("2026-07-01"))
    climb(cast.manager, "why-the-seal", at=afternoon_of("2026-06-30"))
    climb(cast.manager, "ask-when-stuck", at=afternoon_of("2026-03-31"))
    climb(cast.staff, "first-hello", at=afternoon_of("2026-07-01"))
    seen = look(session, cast)
    assert (seen.now.steps, seen.before.steps) == (1, 1)


def test_a_step_that_was_taken_back_does_not_count(session, cast, climb):
    done = climb(cast.manager, "first-hello", at=afternoon_of("2026-07-01"))
    voiding.void(session, done, by_id=cast.dx.id, reason="取り違えでした", at=NOW)
    assert look(session, cast).now.steps == 0


def test_words_are_counted_by_people_and_how_fresh_they_are(session, cast, climb):
    friday, monday = afternoon_of("2026-07-03"), afternoon_of("2026-07-06")
    for slug in ("first-hello", "why-the-seal"):
        endorse(session, climb(cast.staff, slug, at=friday), cast.manager, friday)
    endorse(session, climb(cast.colleague, "first-hello", at=friday), cast.manager, monday)
    endorse(session, climb(cast.colleague, "why-the-seal", at=friday), cast.deputy, monday)
    seen = look(session, cast)
    assert (seen.now.people, seen.now.freshness) == (2, 0)
    assert look(session, cast, who="deputy").now.freshness == 1, "a weekend is no delay"


def test_withdrawn_words_reached_nobody(session, cast, climb):
    done = climb(cast.staff, "first-hello", at=NOW)
    given = endorse(session, done, cast.manager, NOW)
    endorsing.withdraw(session, session.get_one(Endorsement, given), by_id=cast.manager.id, at=NOW)
    assert look(session, cast).now.people == 0


def test_the_unit_is_told_in_steps_from_ten_people_on(session, cast, climb, ten_people):
    climb(cast.staff, "good-failure", at=NOW)
    climb(cast.staff, "ask-when-stuck", at=NOW)
    climb(cast.manager, "good-failure", at=NOW)
    seen = look(session, cast)
    assert seen.is_large_enough
    assert seen.now.tellers == seen.before.tellers == 20, "one of ten, and none, look alike"


def test_nine_people_are_told_nothing_about(session, cast, climb, ten_people):
    one = session.query(Person).filter(Person.employee_number.like("m_")).first()
    one.deactivated_at = NOW
    climb(cast.staff, "good-failure", at=NOW)
    seen = look(session, cast)
    assert not seen.is_large_enough
    assert (seen.now.tellers, seen.now.answered_in) == (None, None)


def image(steps=1, people=1, freshness=0.0):
    return Image(steps, people, freshness, None, None)


@pytest.mark.parametrize(
    ("now", "before", "hint"),
    [
        (image(steps=0), image(), Hint.CLIMB),
        (image(people=0, freshness=None), image(people=0), Hint.SPREAD),
        (image(people=2), image(people=3), Hint.SPREAD),
        (image(people=3, freshness=5.5), image(people=3), Hint.SOONER),
        (image(people=3, freshness=5), image(people=3), Hint.TELL),
    ],
)
def test_one_thing_is_suggested(now, before, hint):
    assert Mirror(now, before, is_large_enough=False).hint is hint


def test_the_statements_are_the_same_for_many_people(
    database, session, cast, climb, ten_people, count_statements
):
    session.commit()
    with count_statements(session.get_bind().engine) as few:
        look(session, cast)
    for number, slug in enumerate(("first-hello", "why-the-seal", "ask-when-stuck")):
        at = NOW - timedelta(days=number)
        for person in (cast.staff, cast.colleague):
            endorse(session, climb(person, slug, at=at), cast.manager, at)
    with count_statements(session.get_bind().engine) as many:
        look(session, cast)
    assert len([one for one in many if one.startswith("SELECT")]) <= len(few) + 1
