"""Notices stand under their days, as one says them on that day."""

from dataclasses import fields
from datetime import date, datetime

import pytest

from app.notices.kinds import NoticeKind
from app.notices.queries import ListedNotice
from app.web.wording.notices import Told, by_day
from badges.catalogue.published import BadgeCatalogue
from challenges.calendar import TOKYO
from challenges.catalogue.published import Catalogue

MONDAY = date(2026, 11, 30)


@pytest.fixture
def told(app):
    with app.test_request_context():
        yield Told(Catalogue((), (), {}, {}), BadgeCatalogue((), {}, (), {}, {}))


def heading(told, day, *, today=MONDAY):
    nothing = dict.fromkeys(field.name for field in fields(ListedNotice))
    at = datetime(day.year, day.month, day.day, 10, tzinfo=TOKYO)
    names = {"kind": NoticeKind.BADGE, "happened_at": at, "campaign_names": {"ja": ""}}
    [(found, _lines)] = by_day([ListedNotice(**nothing | names)], told, today=today)
    return found


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 11, 30), "きょう 11月30日（月）"),
        (date(2026, 11, 29), "先週"),
        (date(2026, 11, 23), "先週"),
        (date(2026, 11, 22), "今月"),
        (date(2026, 11, 1), "今月"),
        (date(2026, 10, 31), "2026年10月"),
    ],
)
def test_the_heading_of_a_day_as_one_says_it_on_a_monday(told, day, words):
    assert heading(told, day) == words


def test_a_day_of_the_same_week_is_named(told):
    assert heading(told, MONDAY, today=date(2026, 12, 2)) == "11月30日（月）"
