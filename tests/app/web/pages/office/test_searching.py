"""Searching completions by a person's name or employee number."""

from datetime import date, timedelta

import pytest

from app.clock import now
from app.web.rendering import PAGE_SIZE
from challenges.people.models import Membership, Person
from challenges.submissions import voiding


@pytest.fixture
def namesake(session, cast, climb):
    """A person of the same name in another unit, with the kana in hiragana."""
    cast.staff.kana = "ハマグチ シオリ"
    other = Person(
        employee_number="100234", name=cast.staff.name, kana="はまぐち しおり", email=None
    )
    session.add(other)
    session.flush()
    session.add(
        Membership(person_id=other.id, unit_id=cast.other_section.id, valid_from=date(2025, 4, 1))
    )
    session.flush()
    climb(other, "first-hello")
    session.commit()
    return other


def rows(text):
    return text.count("<tr>") - 1


@pytest.mark.parametrize(
    "words",
    [
        "浜口汐里",
        "浜口 汐里",
        "浜口　汐里",
        "汐里",
        "はまぐちしおり",
        "はまぐち しおり",
        "ハマグチシオリ",
        "ハマグチ　シオリ",
        "ﾊﾏｸﾞﾁ ｼｵﾘ",
        "ﾊﾏｸﾞﾁｼｵﾘ",
        "しおり",
    ],
)
def test_a_person_is_found_however_the_name_is_typed(as_, cast, done, namesake, words):
    text = as_(cast.dx).get("/office/completions", query_string={"q": words}).text
    assert rows(text) == 2


def test_namesakes_are_told_apart_by_number_and_unit(as_, cast, done, namesake):
    text = as_(cast.dx).get("/office/completions?q=浜口").text
    for told in (">staff<", ">100234<", ">デジタル部/改革課<", ">農林部/森林課<"):
        assert told in text


@pytest.mark.parametrize(
    ("words", "is_found"), [("100234", True), ("１００２３４", True), ("10023", False)]
)
def test_an_employee_number_must_match_whole(as_, cast, namesake, words, is_found):
    text = as_(cast.dx).get("/office/completions", query_string={"q": words}).text
    assert ("はじめの一声" in text) is is_found
    assert ("見つかりませんでした" in text) is not is_found


def test_search_ignores_case(as_, cast, done, session):
    cast.staff.name = "Ana Silva"
    assert "はじめの一声" in as_(cast.dx).get("/office/completions?q=ana silva").text


@pytest.mark.parametrize(
    "words", ["%", "_", "|", "汐里|", "/", "\\", "\0", " ", "　", "x" * 5000, "' OR 1=1"]
)
def test_text_that_is_no_name_finds_nobody(as_, cast, done, words):
    answer = as_(cast.dx).get("/office/completions", query_string={"q": words})
    assert answer.status_code == 200
    assert "はじめの一声" not in answer.text


def test_a_null_character_finds_nothing(as_, cast):
    assert as_(cast.dx).get("/office/completions?q=%00").status_code == 200


def test_results_are_paged_and_keep_the_search_words(as_, cast, session, climb):
    for number in range(PAGE_SIZE + 1):
        one = climb(cast.staff, "first-hello", at=now() + timedelta(minutes=number))
        voiding.void(session, one, by_id=cast.dx.id, reason="何度も書かれました", at=now())
    browser = as_(cast.dx)
    first = browser.get("/office/completions?q=浜口汐里")
    assert rows(first.text) == PAGE_SIZE
    second = browser.get("/office/completions?q=浜口汐里&page=2").text
    assert rows(second) == 1
    assert 'value="浜口汐里"' in second
    third = browser.get("/office/completions?q=浜口汐里&page=3").text
    assert "見つかりませんでした" not in third
    assert "このページには、もう何もありません。" in third


def test_statement_count_does_not_grow_with_the_results(
    app, as_, cast, count_statements, done, namesake, climb
):
    browser, engine = as_(cast.dx), app.extensions["stepup_database"].engine
    browser.get("/office/completions?q=staff")
    with count_statements(engine) as few:
        browser.get("/office/completions?q=staff")
    for slug in ("dx-words", "why-the-seal", "stop-declaration"):
        climb(cast.staff, slug)
    with count_statements(engine) as many:
        assert rows(browser.get("/office/completions?q=浜口").text) == 5
    assert len(few) == len(many) <= 5
