"""The list of staff shows everybody who is there today, where they work, and nobody else."""

from datetime import timedelta

import pytest

from challenges.calendar import day_of
from challenges.people import leaving
from challenges.people.directory import people_found, units_found
from challenges.people.models import Membership, Person, Unit
from challenges.people.staff_list import members, units_above, units_in
from challenges.vocabulary import MembershipKind


@pytest.fixture
def today(at):
    return day_of(at)


@pytest.fixture
def called(session, cast, today):
    """``called("たか")``: the names that the outsider finds."""

    def find(words, *, limit=20, offset=0):
        asked = {"viewer_id": cast.outsider.id, "on": today}
        found = people_found(session, words, limit=limit, offset=offset, **asked)
        return [one.name for one in found]

    return find


def add(session, name, kana="", *, unit, first_day, **of_membership):
    person = Person(employee_number=f"n{name}{kana}", name=name, kana=kana)
    session.add(person)
    session.flush()
    session.add(
        Membership(person_id=person.id, unit_id=unit.id, valid_from=first_day, **of_membership)
    )
    session.flush()
    return person


def test_people_stand_in_the_order_of_what_is_typed(session, cast, called, today):
    for name, kana in (("高橋 葵", "タカハシ アオイ"), ("髙木 凜", "タカギ リン")):
        add(session, name, kana, unit=cast.section, first_day=today)
    assert called("たか") == ["髙木 凜", "高橋 葵"]
    assert called("高橋") == ["高橋 葵"]
    assert called("アオイ") == ["高橋 葵"]
    assert called("りん") == ["髙木 凜"]
    assert called("かはし") == []


def test_who_is_found_in_several_ways_stands_once(session, cast, called, today):
    add(session, "もり もりこ", "モリ モリコ", unit=cast.section, first_day=today)
    assert called("もり") == ["もり もりこ"]


def test_leafing_shows_everybody_once(session, cast, called, today):
    names = [f"林 {letter}{letter}子" for letter in "あいうえおかきくけ"]
    for name in names:
        add(session, name, f"ハヤシ {name[-3:]}", unit=cast.section, first_day=today)
    pages = [called("林", limit=4, offset=offset) for offset in (0, 4, 8)]
    assert [len(one) for one in pages] == [4, 4, 1]
    assert sorted(name for page in pages for name in page) == sorted(names)


def test_nobody_is_found_who_left_or_is_still_to_come(session, cast, called, today, at):
    leaving.deactivate(session, cast.staff, at=at)
    assert called("浜口") == []
    add(session, "新田 葵", "ニッタ", unit=cast.section, first_day=today + timedelta(days=1))
    assert called("新田") == []
    assert called("にった") == []
    assert called("") == []
    assert called("　") == []


def test_a_search_takes_one_statement_however_many_are_found(
    session, cast, called, today, count_statements
):
    for number in range(30):
        add(session, f"林 {number}", unit=cast.section, first_day=today)
    with count_statements(session.get_bind()) as counted:
        called("林")
    assert len(counted) == 1


def test_units_are_found_by_any_part_of_their_own_name(session, today):
    assert [unit.name for unit in units_found(session, "改革", on=today, limit=9)] == ["改革課"]
    assert [unit.name for unit in units_found(session, "デジタル", on=today, limit=9)] == [
        "デジタル部"
    ]
    assert units_found(session, "%", on=today, limit=9) == []
    assert units_found(session, " ", on=today, limit=9) == []


def test_units_stand_in_the_order_of_the_organisation(session, cast, today):
    department = session.get_one(Unit, cast.section.parent_id)
    new = Unit(name="あ課", path="デジタル部/あ課", parent_id=department.id, position=1)
    empty = Unit(name="い課", path="デジタル部/い課", parent_id=department.id, position=2)
    session.add_all([new, empty])
    session.flush()
    add(session, "林 葵", unit=new, first_day=today)
    add(session, "林 泉", unit=empty, first_day=today + timedelta(days=1))
    assert [one.name for one in units_in(session, None, on=today)] == ["デジタル部", "農林部"]
    assert [one.name for one in units_in(session, department.id, on=today)] == ["改革課", "あ課"]
    assert [one.name for one in units_above(session, new.id)] == ["デジタル部"]


def test_managers_come_first_and_deputies_once(session, cast, today):
    asked = {"viewer_id": cast.outsider.id, "on": today, "limit": 20}
    found = members(session, cast.section.id, **asked)
    assert found[0].name == "中村 岳"
    assert found[0].is_manager
    assert sorted(one.name for one in found[1:]) == ["山本 樹", "浜口 汐里", "田中 渚"]


def test_a_concurrent_appointment_is_told_from_the_main_one(session, cast, today):
    session.add(
        Membership(
            person_id=cast.outsider.id,
            unit_id=cast.section.id,
            kind=MembershipKind.STAFF,
            is_primary=False,
            valid_from=today,
        )
    )
    session.flush()
    found = members(session, cast.section.id, viewer_id=cast.staff.id, on=today, limit=20)
    assert [one.name for one in found if not one.is_primary] == ["森 太一"]
