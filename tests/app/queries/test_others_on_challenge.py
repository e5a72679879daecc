"""What others allow one to see of them on the page of a challenge."""

from datetime import date, timedelta

import pytest
from sqlalchemy import text

from app.config import Config
from app.queries.others_on_challenge import (
    LINES_AT_ONCE,
    Looking,
    _asked,
    _helpers,
    numbers,
    others,
)
from challenges.calendar import day_of
from challenges.people import consents
from challenges.people.models import Membership, Person
from challenges.submissions import sharing
from challenges.vocabulary import Consent, MembershipKind

KINDS = Config.counted_employments


@pytest.fixture
def looking(cast, catalogue, at):
    steps = [step.id for step in catalogue.by_slug["first-hello"].steps]
    return Looking(
        viewer_id=cast.colleague.id, unit_id=cast.section.id, step_ids=steps, on=day_of(at)
    )


def newcomers(session, cast, count):
    found = []
    for number in range(count):
        person = Person(employee_number=f"n{number}", name=f"新人 {number}", kana="")
        session.add(person)
        session.flush()
        session.add(
            Membership(
                person_id=person.id,
                unit_id=cast.section.id,
                kind=MembershipKind.STAFF,
                valid_from=date(2026, 4, 1),
            )
        )
        found.append(person)
    session.flush()
    return found


def allow(session, person, consent, at):
    consents.set_consent(session, person, consent, given=True, at=at)


@pytest.mark.parametrize(("more", "is_told"), [(5, False), (6, True), (7, True)])
def test_the_share_of_a_unit_below_ten_is_not_told(
    session, cast, climb, looking, at, more, is_told
):
    # four of the cast belong to the section
    for person in newcomers(session, cast, more):
        allow(session, person, Consent.STEPS, at)
        climb(person, "first-hello")
    share = numbers(session, looking, kinds=KINDS).share_of_unit
    assert (share is not None) is is_told


def test_only_those_count_who_allow_it_and_take_part(session, cast, climb, looking, at):
    people = newcomers(session, cast, 16)
    for person in people[:8]:
        climb(person, "first-hello")
    assert numbers(session, looking, kinds=KINDS).share_of_unit is None
    for person in people[:5]:
        allow(session, person, Consent.STEPS, at)
    told = numbers(session, looking, kinds=KINDS).share_of_unit
    consents.pause(session, people[0], at=at)
    consents.pause(session, people[1], at=at)
    consents.pause(session, people[2], at=at)
    assert told is not None
    assert numbers(session, looking, kinds=KINDS).share_of_unit < told


def test_lines_are_those_that_people_share(session, cast, climb, looking, at):
    done = climb(cast.staff, "first-hello")
    done.submission.reflection = "朝に一言、言ってみました。"
    session.flush()
    assert others(session, looking).lines == []
    sharing.show_words(session, done.submission, by_id=cast.staff.id, at=at)
    [line] = others(session, looking).lines
    assert (line.name, line.words) == (cast.staff.name, "朝に一言、言ってみました。")
    consents.pause(session, cast.staff, at=at)
    assert others(session, looking).lines == []


def test_whoever_offered_help_and_climbed_it_may_be_asked(session, cast, climb, looking, at):
    for person in (cast.outsider, cast.staff, cast.manager):
        climb(person, "first-hello")
    allow(session, cast.outsider, Consent.HELP, at)
    allow(session, cast.staff, Consent.HELP, at)
    allow(session, cast.deputy, Consent.HELP, at)  # has not climbed it
    found = [one.name for one in others(session, looking).helpers]
    assert found == [cast.staff.name, cast.outsider.name]
    consents.pause(session, cast.staff, at=at)
    assert [one.name for one in others(session, looking).helpers] == [cast.outsider.name]


def test_lines_of_ones_own_unit_come_first_then_the_newest(session, cast, climb, looking, at):
    people = (cast.outsider, cast.dx, cast.staff, cast.manager)
    for days, person in enumerate(people):
        done = climb(person, "first-hello", at=at - timedelta(days=days))
        done.submission.reflection = "言ってみました。"
        done.submission.submitted_at = done.happened_at
        session.flush()
        sharing.show_words(session, done.submission, by_id=person.id, at=at)
    found = others(session, looking).lines
    expected = (cast.staff, cast.manager, cast.outsider, cast.dx)
    assert [one.name for one in found] == [person.name for person in expected]


def test_no_more_lines_are_told_than_there_is_room_for(session, cast, climb, looking, at):
    for slug_step in (1, 2, 3):
        for person in (cast.staff, cast.manager, cast.outsider):
            done = climb(person, "first-hello", slug_step)
            done.submission.reflection = "言ってみました。"
            session.flush()
            sharing.show_words(session, done.submission, by_id=person.id, at=at)
    found = others(session, looking).lines
    assert len(found) == len({one.completion_id for one in found}) == LINES_AT_ONCE


def test_the_first_step_tells_how_many_people_from_ten_on(session, cast, climb, looking):
    for number, person in enumerate(newcomers(session, cast, 10), 1):
        climb(person, "first-hello")
        told = numbers(session, looking, kinds=KINDS).people
        assert told == (number if number >= 10 else None)


def test_who_lets_others_ask_is_found_without_reading_every_consent(session, database):
    if not database.is_sqlite:
        pytest.skip("PostgreSQL reads so few rows without an index")
    found = _helpers(1).params(_asked(Looking(1, 1, [1], date(2026, 11, 30))))
    bound = found.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    plan = [row.detail for row in session.execute(text(f"EXPLAIN QUERY PLAN {bound}"))]
    assert "ix_consent_given_consent" in plan[0]
    assert not [line for line in plan if "LIST SUBQUERY" in line or "SCAN" in line], plan
    assert not [line for line in plan if "TEMP B-TREE" in line], plan
