"""Midnights that nobody was awake for: every relay was down over them, and one starts later."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from playwright.sync_api import Page, expect

from app.clock import now
from app.relay.worker import run_once
from challenges.calendar import day_of, midnight_of
from challenges.vocabulary import CampaignState
from tests.app.web.days import in_words
from tests.journeys.climbing import take_a_step
from tests.journeys.conftest import SIZES

pytestmark = pytest.mark.journey

ROOT = Path(__file__).resolve().parents[2]
AT_LAST = 60
"""Seconds that no machine needs; what takes longer never comes."""
NIGHTS = 3
"""Over which no relay ran."""


@pytest.fixture
def start_relay(database_url, tmp_path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """``start_relay()``: `relay run`, as a process of its own. It leaves when it is told to."""
    started = []

    def start() -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "DATABASE_URL": database_url,
            "STEPUP_INSTANCE": str(tmp_path),
        }
        command = [sys.executable, "-m", "flask", "--app", "wsgi", "relay", "run"]
        started.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        return started[-1]

    yield start
    for process in started:
        process.send_signal(signal.SIGTERM)
        try:
            assert process.wait(timeout=AT_LAST) == 0
        finally:
            process.kill()


@pytest.fixture
def nights(campaign_of, session, database, config):
    """What a relay left behind that went down three nights ago: one campaign whose first day is
    today, and one whose days have all gone by, both scheduled."""
    today, planned = day_of(now()), now() - timedelta(days=10)
    first_night = today - timedelta(days=NIGHTS)
    for slug, first, last in (
        ("light-meetings", today, today + timedelta(days=16)),
        ("three-days", first_night, today - timedelta(days=1)),
    ):
        names = {"ja": {"name": "会議をかるく" if first == today else "三日のためし"}}
        days = {"slug": slug, "first_day": first, "last_day": last}
        campaign_of(CampaignState.SCHEDULED, at=planned, **days, **names)
    session.commit()
    evening = midnight_of(first_night) - timedelta(minutes=10)
    run_once(database, config, clock=lambda: evening)
    return first_night, today


def reload_until(page: Page, words: str) -> None:
    """Look at the page again and again, as its reader would, until it says so."""
    end = monotonic() + AT_LAST
    while words not in page.locator("main").inner_text():
        assert monotonic() < end, f"{page.url} never says {words!r}"
        page.reload()


def log_of(page: Page) -> list[str]:
    """The lines of the log on the page of a campaign, newest first."""
    lines = page.locator("#log li").all_inner_texts()
    return [re.sub(r"\s+", " ", line).strip() for line in lines]


def test_midnights_without_a_relay_are_made_up_in_the_morning(
    open_as, accessible, start_relay, database, config, nights
):
    first_night, today = nights
    staff = [open_as("staff", size=size) for size in SIZES]
    office = [open_as("dx", size=size) for size in SIZES]
    # At night. The pages go by the day, and nothing has been opened yet.
    for page in staff:
        expect(page.get_by_role("link", name="会議をかるく")).to_be_visible()
        page.goto("/campaigns/light-meetings")
        assert not any("はじまりました" in line for line in log_of(page))
    for page in office:
        page.goto("/office/campaigns/light-meetings")
        expect(page.locator("h1")).to_have_text("まだ始まっていません。")
        accessible(page)
    take_a_step(staff[0], words="始業前に、ひとこと書きました")
    # In the morning.
    start_relay()
    for page in staff:
        page.goto("/campaigns/light-meetings")
        # Facts and schedule are two duties of a relay. Either may be the first.
        reload_until(page, "はじまりました。")
        reload_until(page, "みんなで1歩")
        expect(page.locator("#my_part")).to_contain_text("わたしの分は、いま一歩。")
        assert log_of(page)[0] == f"{in_words(today)} はじまりました。"
        accessible(page)
        page.goto("/campaigns/three-days")
        assert log_of(page)[:2] == [
            f"{in_words(today)} 終わりました。",
            f"{in_words(first_night)} はじまりました。",
        ]
        accessible(page)
        page.goto("/")
        expect(page.get_by_role("link", name="会議をかるく")).to_be_visible()
        expect(page.locator("main")).not_to_contain_text("三日のためし")
        accessible(page)
    for page in office:
        page.reload()
        expect(page.locator("h1")).to_have_text("きのうまでの数は、まだありません。")
    # A second relay, five minutes later, finds nothing left to open or close.
    later = now() + timedelta(minutes=5)
    run_once(database, config, clock=lambda: later)
    for slug, turns in (("light-meetings", 1), ("three-days", 2)):
        staff[0].goto(f"/campaigns/{slug}")
        lines = [
            line for line in log_of(staff[0]) if re.search("はじまりました|終わりました", line)
        ]
        assert len(lines) == turns
