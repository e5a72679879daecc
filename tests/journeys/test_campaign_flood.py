"""A flood comes first in one unit: its campaign pauses there, and gets its days back."""

import urllib.request
from datetime import timedelta
from types import SimpleNamespace

import ics
import pytest
import vobject
from playwright.sync_api import Page, expect

from app.clock import now
from challenges.calendar import day_of
from tests.journeys.climbing import take_a_step
from tests.journeys.conftest import SIZES

pytestmark = pytest.mark.journey

UNIT = "デジタル部/改革課"
LOST = 3
"""Days that the flood took by the end of today."""


@pytest.fixture
def going_on(campaign_of, session):
    """Two campaigns that are on: one for the unit that is flooded, one for everybody."""
    today = day_of(now())
    days = {"first_day": today - timedelta(days=7), "last_day": today + timedelta(days=16)}
    planned = now() - timedelta(days=10)
    campaign_of(at=planned, audience={"units": [UNIT]}, **days)
    campaign_of(at=planned, slug="kaizen", ja={"name": "カイゼン月間"}, **days)
    session.commit()
    return SimpleNamespace(today=today, **days)


@pytest.fixture
def in_calendar(server):
    """``in_calendar("kaizen")``: the last day of a campaign and its number of changes, as two
    independent readers find them in the calendar that anybody can get."""

    def read(slug):
        with urllib.request.urlopen(f"{server}/campaigns.ics") as answer:  # noqa: S310  # ours
            text = answer.read().decode()
        found = [
            one for one in vobject.readOne(text).vevent_list if one.url.value.endswith(f"/{slug}")
        ]
        other = [one for one in ics.Calendar(text).events if one.url.endswith(f"/{slug}")]
        assert [one.dtend.value for one in found] == [one.end.date() for one in other]
        return found[0].dtend.value - timedelta(days=1), int(found[0].sequence.value)

    return read


def choose_the_unit(page: Page, first_day) -> None:
    page.goto("/office/campaigns")
    page.get_by_role("link", name="災害時の休止").click()
    page.get_by_role("radio", name="選んだ所属と、その下").check(force=True)
    page.get_by_label("所属をさがして加える").fill("改革")
    page.locator("main").get_by_role("button", name="さがす").click()
    page.get_by_role("button", name=f"{UNIT}を加える").click()
    page.get_by_label("休みはじめの日").fill(first_day.isoformat())
    page.get_by_role("button", name="どう動くかを見る").click()


@pytest.mark.parametrize("size", SIZES)
def test_a_flood_pauses_one_unit_and_its_days_come_back(
    open_as, accessible, in_calendar, relay, going_on, size
):
    _, changes = in_calendar("light-meetings")
    other_campaign = in_calendar("kaizen")
    later = going_on.last_day + timedelta(days=LOST)
    office = open_as("dx", size=size)
    choose_the_unit(office, going_on.today - timedelta(days=LOST - 1))
    expect(office.get_by_role("heading", name="1件の日にちが動きます。")).to_be_visible()
    accessible(office)
    office.get_by_label("理由").fill("大雨の対応に入ったため")
    office.get_by_role("button", name="休止を始める").click()
    expect(office.locator("h1")).to_have_text("災害のため、休んでいます。")
    accessible(office)
    assert in_calendar("light-meetings") == (later, changes + 1)
    assert in_calendar("kaizen") == other_campaign
    staff = open_as("staff", size=size)
    expect(staff.locator(".campaign-bands")).to_contain_text("いまは災害対応が先です。")
    accessible(staff)
    staff.goto("/campaigns/kaizen")
    expect(staff.locator("main .notice")).to_contain_text("日にちは変わりません。")
    take_a_step(staff, words="避難所から、ひとこと書きました")
    relay()
    staff.goto("/campaigns/light-meetings")
    expect(staff.locator("main .notice")).to_contain_text("休んだ日数だけ、あとで延ばします。")
    expect(staff.locator("#log li").first).to_contain_text("大雨の対応に入ったため")
    expect(staff.locator("#my_part")).to_contain_text("わたしの分は、いま一歩。")
    expect(staff.locator("main")).to_contain_text("みんなで1歩")
    accessible(staff)
    outsider = open_as("outsider", size=size)
    expect(outsider.locator(".campaign-bands")).not_to_contain_text("災害")
    office.get_by_role("button", name="この日で終える").click()
    expect(office.locator("h1")).to_have_text("いまは、どこも休んでいません。")
    staff.reload()
    moved = staff.locator("#log li").first
    expect(moved).to_contain_text("災害対応の日数だけ、期間を動かしました。")
    expect(moved).to_contain_text(f"最後の日は{later.month}月{later.day}日")
    assert in_calendar("light-meetings") == (later, changes + 1)
