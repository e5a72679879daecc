"""What others allow one to see of them on the page of a challenge."""

from datetime import date

import pytest

from app.config import Config
from app.queries.others_on_challenge import Looking, helpers, share_of_unit, shared_lines
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
    share = share_of_unit(session, looking, kinds=KINDS)
    assert (share is not None) is is_told


def test_only_those_count_who_allow_it_and_take_part(session, cast, climb, looking, at):
    people = newcomers(session, cast, 16)
    for person in people[:8]:
        climb(person, "first-hello")
    assert share_of_unit(session, looking, kinds=KINDS) is None
    for person in people[:5]:
        allow(session, person, Consent.STEPS, at)
    told = share_of_unit(session, looking, kinds=KINDS)
    consents.pause(session, people[0], at=at)
    consents.pause(session, people[1], at=at)
    consents.pause(session, people[2], at=at)
    assert told is not None
    assert share_of_unit(session, looking, kinds=KINDS) < told


def test_lines_are_those_that_people_share(session, cast, climb, looking, at):
    done = climb(cast.staff, "first-hello")
    done.submission.reflection = "朝に一言、言ってみました。"
    session.flush()
    assert shared_lines(session, looking) == []
    sharing.show_words(session, done.submission, by_id=cast.staff.id, at=at)
    [line] = shared_lines(session, looking)
    assert (line.name, line.words) == (cast.staff.name, "朝に一言、言ってみました。")
    consents.pause(session, cast.staff, at=at)
    assert shared_lines(session, looking) == []


def test_whoever_offered_help_and_climbed_it_may_be_asked(session, cast, climb, looking, at):
    for person in (cast.outsider, cast.staff, cast.manager):
        climb(person, "first-hello")
    allow(session, cast.outsider, Consent.HELP, at)
    allow(session, cast.staff, Consent.HELP, at)
    allow(session, cast.deputy, Consent.HELP, at)  # has not climbed it
    found = [one.name for one in helpers(session, looking)]
    assert found == [cast.staff.name, cast.outsider.name]
    consents.pause(session, cast.staff, at=at)
    assert [one.name for one in helpers(session, looking)] == [cast.outsider.name]
