"""What a manager of managers sees of the units below: numbers from ten people on."""

from datetime import date

import pytest

from challenges.people.models import Membership, Person, Unit
from challenges.vocabulary import MembershipKind


@pytest.fixture
def head(session, cast):
    """Who manages the department above the section of the cast, and nothing else."""
    above = session.get_one(Unit, cast.section.parent_id)
    return settle(session, "head", above, MembershipKind.MANAGER)


def settle(session, number, unit, kind=MembershipKind.STAFF):
    person = Person(employee_number=number, name=f"職員 {number}")
    session.add(person)
    session.flush()
    session.add(
        Membership(person_id=person.id, unit_id=unit.id, kind=kind, valid_from=date(2024, 4, 1))
    )
    session.commit()
    return person


def fill(session, unit, size, start=0):
    return [settle(session, f"u{unit.id}-{start + n}", unit) for n in range(size)]


def test_single_submissions_of_units_below_are_not_shown(as_, cast, head, submit):
    submit(cast.staff, words="会議を投稿に替えました")
    browser = as_(head)
    for address in ("/team", "/team/units"):
        page = browser.get(address).text
        assert "会議を投稿に替えました" not in page
        assert cast.staff.name not in page
    assert "待っている人はいません。" in browser.get("/team").text
    assert 'href="/team/units"' in browser.get("/team").text


@pytest.mark.parametrize(("more", "is_told"), [(5, False), (6, True), (7, True)])
def test_units_are_told_from_ten_people_on(as_, cast, head, session, more, is_told):
    fill(session, cast.section, more)
    page = as_(head).get("/team/units").text
    assert (f'<th scope="row" data-label="所属">{cast.section.name}</th>' in page) is is_told


def test_numbers_are_those_of_people(as_, cast, head, session, climb, submit, now):
    people = fill(session, cast.section, 26)
    for person in people[:12]:
        climb(person, "first-hello", at=now)
        climb(person, "why-the-seal", at=now)
    for person in people[:11]:
        submit(person)
    session.commit()
    row = as_(head).get("/team/units").text.partition("<tbody>")[2].partition("</tbody>")[0]
    assert all(f">{count}人</td>" in row for count in (30, 12, 11))


@pytest.mark.parametrize("who", ["staff", "dx"])
def test_people_who_manage_nobody_are_kept_out(as_, cast, who):
    assert as_(getattr(cast, who)).get("/team/units").status_code == 403


def test_a_manager_of_one_unit_has_none_below(as_, cast):
    browser = as_(cast.manager)
    assert 'href="/team/units"' not in browser.get("/team").text
    assert "見せられる所属は、まだありません。" in browser.get("/team/units").text


def test_the_statements_are_the_same_for_many(app, as_, cast, head, session, count_statements):
    browser, engine = as_(head), app.extensions["stepup_database"].engine
    browser.get("/team/units")
    with count_statements(engine) as few:
        browser.get("/team/units")
    fill(session, cast.section, 30)
    with count_statements(engine) as many:
        browser.get("/team/units")
    assert len(few) == len(many)
