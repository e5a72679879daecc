"""Notices stand under their days, as one says them on that day."""

from dataclasses import fields
from datetime import date, datetime

import pytest

from app.notices.kinds import NoticeKind
from app.notices.queries import ListedNotice
from app.web.wording.notices import Told, address, by_day
from badges.catalogue.published import BadgeCatalogue
from challenges.calendar import TOKYO
from challenges.catalogue.published import Catalogue
from challenges.words.kinds import TextKind

MONDAY = date(2026, 11, 30)


@pytest.fixture
def told(app):
    with app.test_request_context():
        yield Told(Catalogue((), (), {}, {}), BadgeCatalogue((), {}, (), {}, {}))


def notice(**values):
    nothing = dict.fromkeys(field.name for field in fields(ListedNotice))
    return ListedNotice(
        **nothing | {"kind": NoticeKind.BADGE, "campaign_names": {"ja": ""}} | values
    )


def heading(told, day, *, today=MONDAY):
    at = datetime(day.year, day.month, day.day, 10, tzinfo=TOKYO)
    [(found, _lines)] = by_day([notice(happened_at=at)], told, today=today)
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


STEP, CAMPAIGN = "/challenges/first-hello#step-1", "/campaigns/light-meetings"
PLACES = {
    NoticeKind.QUESTION: STEP,
    NoticeKind.ACCEPTED: STEP,
    NoticeKind.WORDS: STEP,
    NoticeKind.CHEER: STEP,
    NoticeKind.THANKS: "/cheers#given",
    NoticeKind.BADGE: "/badges/first-step",
    NoticeKind.WAITING: "/team",
    NoticeKind.CAMPAIGN_OPENS: CAMPAIGN,
    NoticeKind.CAMPAIGN_ENDS: CAMPAIGN,
    NoticeKind.CAMPAIGN_MEND: f"/office{CAMPAIGN}/edit",
    NoticeKind.TAKEN_BACK: STEP,
    NoticeKind.MASKED: "/words/cheer/7/mine",
}
ABOUT = {
    NoticeKind.BADGE: {"badge": "first-step"},
    NoticeKind.CAMPAIGN_OPENS: {"campaign": "light-meetings"},
    NoticeKind.CAMPAIGN_ENDS: {"campaign": "light-meetings"},
    NoticeKind.CAMPAIGN_MEND: {"campaign": "light-meetings"},
    NoticeKind.MASKED: {"masked_kind": TextKind.CHEER, "masked_id": 7},
}
"""What a notice of that kind is about; the others are about a step."""


@pytest.mark.parametrize("kind", NoticeKind)
def test_every_kind_leads_to_its_place(app, shipped, kind):
    challenge = shipped.challenges.by_slug["first-hello"]
    about = ABOUT.get(kind, {"step_id": challenge.steps[0].id})
    with app.test_request_context():
        catalogues = Told(shipped.challenges, shipped.badges)
        assert address(notice(kind=kind, **about), catalogues, person_id=1) == PLACES[kind]
