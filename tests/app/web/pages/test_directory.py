"""Colleagues are found by name and by unit; a stranger sees what the personnel list says alone."""

from datetime import timedelta

import pytest

from app.clock import now
from app.web.pages.directory import FURTHEST
from challenges.calendar import day_of
from challenges.people.models import Membership, Person, Unit
from tests.app.web.htmx import partial


@pytest.fixture
def many(session, cast):
    """More colleagues of one surname than a search shows."""
    for number in range(FURTHEST * 20 + 21):
        session.add(Person(employee_number=f"n{number}", name=f"林 {number:04}", kana="ハヤシ"))
    session.flush()


def test_a_colleague_is_found_by_name_and_by_kana(as_, cast, session):
    cast.staff.kana = "ハマグチ シオリ"
    session.commit()
    for words in ("浜口", "濵口汐里", "しおり", "ﾊﾏｸﾞﾁ", "ハマグチ　シ"):
        text = as_(cast.outsider).get("/people", query_string={"q": words}).text
        assert f'href="/people/{cast.staff.id}"' in text, words
        assert "デジタル部 改革課" in text


def test_a_unit_is_found_and_shows_its_people(as_, cast):
    browser = as_(cast.outsider)
    address = f"/people/units/{cast.section.id}"
    assert f'href="{address}"' in browser.get("/people?q=改革").text
    text = browser.get(address).text
    assert "浜口 汐里" in text
    assert f'href="/people/units/{cast.section.parent_id}"' in text
    assert f'href="{address}"' in browser.get(f"/people/units/{cast.section.parent_id}").text


def test_units_stand_in_the_order_of_the_organisation(as_, cast, session):
    parent = cast.section.parent_id
    for place, name in ((3, "あさひ課"), (1, "んの課"), (2, "中の課")):
        unit = Unit(parent_id=parent, name=name, path=f"デジタル部/{name}", position=place)
        person = Person(employee_number=name, name=f"職員 {place}", kana="")
        session.add_all((unit, person))
        session.flush()
        since = day_of(now()) - timedelta(days=9)
        session.add(Membership(person_id=person.id, unit_id=unit.id, valid_from=since))
    session.commit()
    text = as_(cast.staff).get(f"/people/units/{parent}").text
    assert text.index("んの課") < text.index("中の課") < text.index("あさひ課")


def test_the_directory_says_nothing_of_what_people_did(as_, cast, climb):
    climb(cast.staff, "first-hello", at=now())
    for address in ("/people?q=浜口", f"/people/units/{cast.section.id}"):
        text = as_(cast.outsider).get(address).text
        assert "浜口 汐里" in text
        assert "はじめの一声" not in text


@pytest.mark.parametrize("unit_id", [0, 999_999, 2**31, "x"])
def test_an_unknown_unit_is_a_404_page(as_, cast, unit_id):
    assert as_(cast.staff).get(f"/people/units/{unit_id}").status_code == 404


@pytest.mark.parametrize("address", ["/people", "/people/units/1", "/people?q=浜口"])
def test_a_visitor_is_asked_to_sign_in(client, address):
    answer = client.get(address)
    assert answer.status_code == 302
    assert "浜口" not in answer.text


def test_nobody_found_says_what_to_try(as_, cast):
    text = as_(cast.staff).get("/people?q=存在しない").text
    assert "「存在しない」さんは見つかりませんでした" in text
    assert "フリガナで試してください" in text


def test_a_search_ends_after_some_pages_and_says_so(as_, cast, many):
    browser = as_(cast.staff)
    last = browser.get(f"/people?q=林&page={FURTHEST}").text
    assert "もう一文字足すと" in last
    assert f"page={FURTHEST + 1}" not in last
    assert browser.get("/people?q=林&page=9999").text.count("林 ") == last.count("林 ")


def test_a_search_takes_the_same_statements_for_few_and_for_many(
    as_, cast, session, many, count_statements
):
    browser = as_(cast.staff)
    numbers = []
    for words in ("浜口", "林"):
        with count_statements(session.get_bind()) as counted:
            browser.get("/people", query_string={"q": words})
        numbers.append(len(counted))
    assert numbers[0] == numbers[1]


def test_typing_answers_with_the_list_alone(as_, cast):
    text = as_(cast.staff).get("/people?q=浜口", headers=partial("#found")).text
    assert text.lstrip().startswith('<section id="found">')


def test_who_comes_next_month_is_nowhere(as_, cast, session):
    person = Person(employee_number="new", name="新田 葵", kana="ニッタ アオイ")
    session.add(person)
    session.flush()
    day = day_of(now()) + timedelta(days=30)
    session.add(Membership(person_id=person.id, unit_id=cast.section.id, valid_from=day))
    session.commit()
    for address in ("/people?q=新田", "/people?q=にった", f"/people/units/{cast.section.id}"):
        assert "新田 葵" not in as_(cast.staff).get(address).text
