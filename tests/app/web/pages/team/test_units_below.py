"""What a manager of managers sees of the units below: numbers from ten people on."""

from datetime import date

import pytest

from app.indicators.activity import MonthCount, UnitMonth
from app.indicators.periods import last_day_of, month_after, settled_on
from challenges.calendar import day_of
from challenges.people import consents
from challenges.people.models import Membership, Person, Unit
from challenges.vocabulary import Consent, MembershipKind


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


def test_steps_of_units_below_are_not_among_the_recent_ones(as_, cast, head, session, climb, now):
    for person in (cast.staff, cast.colleague):
        consents.set_consent(session, person, Consent.STEPS, given=True, at=now)
        done = climb(person, "first-hello", at=now)
        done.submission.reflection, done.submission.words_shown_at = "みんなに見せた言葉", now
    session.commit()
    of_head, of_manager = (as_(one).get("/team").text for one in (head, cast.manager))
    assert cast.staff.name in of_manager
    assert "みんなに見せた言葉" in of_manager
    assert cast.staff.name not in of_head
    assert "みんなに見せた言葉" not in of_head


def test_the_head_sees_steps_of_the_managers_who_report_to_them(
    as_, cast, head, session, climb, now
):
    consents.set_consent(session, cast.manager, Consent.STEPS, given=True, at=now)
    climb(cast.manager, "first-hello", at=now)
    session.commit()
    assert cast.manager.name in as_(head).get("/team").text


def test_without_a_manager_below_the_head_is_the_direct_one(as_, cast, head, session, climb, now):
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now)
    climb(cast.staff, "first-hello", at=now)
    cast.manager.deactivated_at = now
    session.commit()
    assert cast.staff.name in as_(head).get("/team").text


@pytest.mark.parametrize(("more", "is_told"), [(5, False), (6, True), (7, True)])
def test_units_are_told_from_ten_people_on(as_, cast, head, session, more, is_told):
    fill(session, cast.section, more)
    page = as_(head).get("/team/units").text
    assert (f'<th scope="row" data-label="所属">{cast.section.name}</th>' in page) is is_told


def test_units_stand_in_the_order_of_the_organisation(as_, cast, head, session):
    named = (("あの課", 2), ("かの課", 1))
    for name, position in named:
        path = f"デジタル部/{name}"
        parent_id = cast.section.parent_id
        unit = Unit(name=name, path=path, position=position, parent_id=parent_id)
        session.add(unit)
        session.flush()
        fill(session, unit, 30)
    page = as_(head).get("/team/units").text
    assert page.index("かの課") < page.index("あの課")


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


@pytest.fixture
def month_of_words(session, cast, now):
    """``month_of_words(tried, unnoticed)``: the last settled month of both sections."""
    month = day_of(now).replace(day=1)
    while settled_on(month) > day_of(now):
        month = month_after(month, -1)

    def write(tried, unnoticed):
        none = dict.fromkeys(UnitMonth.__table__.c.keys(), 0)
        for unit in (cast.section, cast.other_section):
            told = {"month": month, "unit_id": unit.id, "people": 60}
            session.add(UnitMonth(**none | told | {"tried": tried, "unnoticed": unnoticed}))
        session.add(MonthCount(month=month, counted_until=None, counted_on=last_day_of(month)))
        session.commit()

    return write


def shares_on(page):
    return page.partition('id="unnoticed"')[2].partition("</section>")[0]


def test_shares_of_units_are_told_without_a_name(as_, cast, head, session, month_of_words):
    fill(session, cast.section, 10)
    month_of_words(50, 20)
    of_head, of_office = (
        shares_on(as_(one).get(address).text)
        for one, address in ((head, "/team/units"), (cast.dx, "/office/unnoticed"))
    )
    assert cast.section.name in of_head
    assert "約40%" in of_head
    assert cast.other_section.name not in of_head
    assert "県庁全体" not in of_head
    assert cast.section.name in of_office
    assert cast.other_section.name in of_office
    for person in (cast.staff, cast.colleague, cast.manager):
        assert person.name not in of_head + of_office


@pytest.mark.parametrize(("tried", "is_told"), [(9, False), (10, True)])
def test_shares_need_ten_people_with_a_step(
    as_, cast, head, session, month_of_words, tried, is_told
):
    fill(session, cast.section, 10)
    month_of_words(tried, 5)
    assert (cast.section.name in shares_on(as_(head).get("/team/units").text)) is is_told
    assert ("約" in shares_on(as_(cast.dx).get("/office/unnoticed").text)) is is_told


def test_before_a_month_is_settled_nothing_is_told(as_, cast, head, session):
    fill(session, cast.section, 10)
    for one, address in ((head, "/team/units"), (cast.dx, "/office/unnoticed")):
        assert "まだ示せる数はありません" in shares_on(as_(one).get(address).text)


@pytest.mark.parametrize("who", ["manager", "staff", "dx"])
def test_shares_are_for_managers_of_managers(as_, cast, month_of_words, who):
    month_of_words(50, 20)
    assert "約40%" not in as_(getattr(cast, who)).get("/team/units").text
