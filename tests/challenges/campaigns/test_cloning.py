"""Last year's campaign as this year's draft: the same but for its days and what points at it."""

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from hypothesis import given, strategies
from sqlalchemy.orm import Session

from challenges.calendar import fiscal_year_start, is_working_day
from challenges.campaigns.cloning import clone, mend_units, next_slug, same_weekday
from challenges.campaigns.definitions import CampaignDefinition
from challenges.people.models import Membership, Unit
from challenges.vocabulary import MembershipKind

TODAY = date(2026, 11, 28)
JULY: dict[str, Any] = {
    "slug": "light-meetings-2026",
    "ja": {
        "name": "会議をかるく",
        "purpose": "[決まり](/campaigns/light-meetings-2026/rules)を見る",
    },
    "first_day": "2026-07-01",
    "last_day": "2026-07-31",
    "audience": {"units": ["デジタル部"], "new_since": "2026-04-01"},
    "challenges": [{"slug": "first-hello", "steps": [1]}],
    "goal": {"target": 4800},
    "lessons": "去年の学び",
}


def july(**changes: Any) -> CampaignDefinition:
    return CampaignDefinition.model_validate({**JULY, **changes})


def cloned(definition: CampaignDefinition, today: date = TODAY) -> CampaignDefinition:
    return clone(definition, slug="light-meetings-2027", today=today)


def test_a_clone_is_the_same_but_for_slug_and_days() -> None:
    made = clone(july(), slug="light-meetings-2027", today=TODAY, lessons="今年の学び")
    back = made.model_copy(
        update={
            "slug": "light-meetings-2026",
            "first_day": date(2026, 7, 1),
            "last_day": date(2026, 7, 31),
            "audience": july().audience,
            "lessons": "去年の学び",
            "ja": july().ja,
        }
    )
    assert back.digest() == july().digest()
    assert (made.slug, made.lessons) == ("light-meetings-2027", "今年の学び")


def test_links_to_itself_lead_to_the_clone() -> None:
    text = "/campaigns/light-meetings-2026 /campaigns/light-meetings-2026-b /campaigns/other"
    made = cloned(july(en={"purpose": text}))
    assert made.ja.purpose == "[決まり](/campaigns/light-meetings-2027/rules)を見る"
    assert made.en.purpose == (
        "/campaigns/light-meetings-2027 /campaigns/light-meetings-2026-b /campaigns/other"
    )


def test_days_move_to_the_same_weekdays_of_the_next_year() -> None:
    made = cloned(july())
    # The first Wednesday and the fifth Friday of July.
    assert (made.first_day, made.last_day) == (date(2027, 7, 7), date(2027, 7, 30))


def test_who_is_new_is_judged_from_the_same_date() -> None:
    assert cloned(july()).audience.new_since == date(2027, 4, 1)
    leap = july(audience={"new_since": "2028-02-29"}, first_day="2028-03-01", last_day="2028-03-31")
    assert cloned(leap).audience.new_since == date(2029, 2, 28)


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        # The third Monday of January 2027 is no holiday; the second is 成人の日.
        ("2026-01-14", "2026-01-30", (date(2027, 1, 13), date(2027, 1, 29))),
        # 3 May is 憲法記念日, and three holidays follow it: the first day is the 6th.
        ("2026-05-04", "2026-05-29", (date(2027, 5, 6), date(2027, 5, 28))),
        # The last Tuesday of December lies before the closure, the first Monday of January in it.
        ("2025-12-01", "2026-01-06", (date(2026, 12, 7), date(2027, 1, 5))),
    ],
)
def test_days_move_around_closures(first: str, last: str, expected: tuple[date, date]) -> None:
    made = cloned(july(first_day=first, last_day=last), today=date(2026, 6, 1))
    assert (made.first_day, made.last_day) == expected


@given(
    first=strategies.dates(date(2024, 4, 1), date(2030, 3, 31)),
    length=strategies.integers(0, 120),
)
def test_a_clone_lies_in_the_next_year_on_open_days(first: date, length: int) -> None:
    last = date.fromordinal(first.toordinal() + length)
    made = cloned(july(first_day=first, last_day=last), today=first)
    assert made.first_day is not None
    assert made.last_day is not None
    assert made.first_day <= made.last_day
    assert is_working_day(made.first_day)
    assert is_working_day(made.last_day)
    assert 330 <= (made.first_day - first).days <= 400


def test_an_old_campaign_moves_to_the_first_year_to_come() -> None:
    old = july(first_day="2022-07-01", last_day="2022-07-29")
    made = cloned(old)
    assert made.first_day is not None
    assert fiscal_year_start(made.first_day) == date(2027, 4, 1)


def test_a_draft_without_days_is_cloned_without_days() -> None:
    made = cloned(july(first_day=None, last_day=None, audience={}))
    assert (made.first_day, made.last_day, made.audience.new_since) == (None, None, None)


@given(day=strategies.dates(date(2000, 1, 1), date(2090, 12, 31)), years=strategies.integers(0, 9))
def test_the_weekday_and_the_month_stay(day: date, years: int) -> None:
    moved = same_weekday(day, years)
    assert (moved.weekday(), moved.month, moved.year) == (
        day.weekday(),
        day.month,
        day.year + years,
    )
    assert abs(moved.day - day.day) <= 9


@pytest.mark.parametrize(
    ("slug", "first_day", "expected"),
    [
        ("light-meetings-2026", date(2027, 7, 7), "light-meetings-2027"),
        ("light-meetings", date(2027, 1, 6), "light-meetings-2026"),
        ("light-meetings", None, "light-meetings-2026"),
        ("a" * 64, date(2027, 7, 7), "a" * 59 + "-2027"),
    ],
)
def test_the_slug_ends_in_the_fiscal_year(slug: str, first_day: date, expected: str) -> None:
    assert next_slug(slug, first_day, today=TODAY) == expected


@pytest.fixture
def reorganised(session: Session, cast: SimpleNamespace) -> Session:
    """改革課 was moved from デジタル部, which ended, to 総務部."""
    top = Unit(name="総務部", path="総務部", position=5)
    session.add(top)
    session.flush()
    moved = Unit(name="改革課", path="総務部/改革課", parent_id=top.id, position=0)
    session.add(moved)
    session.flush()
    old = session.query(Membership).filter(Membership.unit_id == cast.section.id)
    old.update({"valid_to": date(2026, 3, 31)})
    session.add(
        Membership(
            person_id=cast.staff.id,
            unit_id=moved.id,
            kind=MembershipKind.STAFF,
            valid_from=date(2026, 4, 1),
        )
    )
    session.flush()
    return session


def test_units_that_were_moved_or_ended_are_mended_or_named(reorganised: Session) -> None:
    paths = ["デジタル部/改革課", "農林部／森林課", "デジタル部", "ない課"]
    mended = mend_units(reorganised, july(audience={"units": paths}), on=date(2026, 7, 1))
    assert mended.definition.audience.units == (
        "総務部/改革課",
        "農林部/森林課",
        "デジタル部",
        "ない課",
    )
    assert mended.renamed == {
        "デジタル部/改革課": "総務部/改革課",
        "農林部／森林課": "農林部/森林課",
    }
    assert mended.missing == ("デジタル部", "ない課")
