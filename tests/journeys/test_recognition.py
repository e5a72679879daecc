"""What passes between two people is theirs: no stranger sees it; and it reads in English."""

import re

import pytest
from playwright.sync_api import expect

from app.clock import now
from challenges.people import consents
from challenges.recognition import cheering, endorsing
from challenges.recognition.cheering import Applause
from challenges.recognition.stamps import Stamp
from challenges.vocabulary import Consent
from tests.journeys.english import ask_for_english, reads_english

pytestmark = pytest.mark.journey

WRITTEN = "はじめて声をかけました。"
ENDORSED = "朝の声かけが、よく届いていました。"
CHEERED = "となりで聞いて、まねしました。"
WORDS = (WRITTEN, ENDORSED, CHEERED)


@pytest.fixture
def noticed(session, cast, climb, ask_staff, relay):
    """Staff did a step, with words about it, and were endorsed, cheered and asked. They showed it
    to their unit for a while and do no longer."""
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    done = climb(cast.staff, "first-hello", at=now())
    done.submission.reflection = WRITTEN
    endorsing.endorse(
        session, done, by_id=cast.manager.id, kinds=["STEADINESS"], words=ENDORSED, at=now()
    )
    applause = Applause(Stamp.IMITATE, CHEERED)
    cheering.cheer(session, [done.id], applause, by_id=cast.colleague.id, at=now())
    consents.set_consent(session, cast.staff, Consent.STEPS, given=False, at=now())
    session.commit()
    ask_staff("meeting-as-post", "どの会議を替えたのですか。")
    relay()
    return done


def doors(cast, done):
    """Where something of it might be seen."""
    return (
        "/",
        f"/people/{cast.staff.id}",
        f"/people/units/{cast.section.id}",
        f"/people?q={cast.staff.name[:2]}",
        f"/search?q={ENDORSED[:4]}",
        "/challenges/first-hello",
        f"/completions/{done.id}/cheers",
        f"/completions/{done.id}/withdrawal",
        "/cheers",
        "/notices",
        "/team",
        "/team/overlooked",
        "/team/mirror",
        "/badges/first-step",
        "/dashboard",
    )


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_a_stranger_sees_nothing(open_as, cast, noticed, size):
    mine = open_as("staff", size=size)
    mine.goto("/cheers")
    expect(mine.locator("main")).to_contain_text(CHEERED)
    mine.goto("/notices")
    expect(mine.locator("main")).to_contain_text("中村 岳さん")
    stranger = open_as("outsider", size=size)
    for address in doors(cast, noticed):
        stranger.goto(address)
        text = stranger.locator("body").inner_text()
        assert not [words for words in (*WORDS, "どの会議を") if words in text], address
        assert "山本 樹" not in text or "people" in address, address
    stranger.goto(f"/people/{cast.staff.id}")
    expect(stranger.get_by_role("link", name="応援")).to_have_count(0)


def test_who_has_not_signed_in_is_shown_the_door(visit, cast, noticed):
    page = visit("/sign-in")
    for address in (*doors(cast, noticed), "/settings/notices", "/pulse", "/settings/my-data.zip"):
        page.goto(address)
        if address != "/dashboard":  # which everybody may read
            expect(page.locator("#password")).to_be_visible()
        assert not [words for words in WORDS if words in page.content()], address


def test_a_link_of_another_opens_nothing(open_as, cast, noticed):
    page = open_as("outsider")
    page.goto(f"/completions/{noticed.id}/cheers")
    expect(page.get_by_role("button", name="まねします")).to_have_count(0)
    page.goto(f"/completions/{noticed.id}/withdrawal")
    expect(page.get_by_role("button", name="取り下げる")).to_have_count(0)


@pytest.mark.parametrize("size", ["wide", "phone"])
def test_recognition_in_english(open_as, accessible, cast, noticed, size):
    page = open_as("staff", size=size, locale="en-GB")
    ask_for_english(page)
    for address in (
        "/",
        "/cheers",
        "/notices",
        "/settings/notices",
        "/people",
        f"/people/{cast.colleague.id}",
        f"/people/units/{cast.section.id}",
        "/pulse",
    ):
        page.goto(address)
        reads_english(page, but=(*WORDS, "どの会議を替えたのですか。"))
        accessible(page)
    manager = open_as("manager", size=size, locale="en-GB")
    ask_for_english(manager)
    for address in ("/team", "/team/mirror", "/team/overlooked", "/team/units"):
        manager.goto(address)
        reads_english(manager, but=WORDS)
        accessible(manager)


def test_a_cheer_and_a_thank_you_in_english(open_as, session, cast, climb):
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    climb(cast.staff, "first-hello", at=now())
    session.commit()
    page, other = open_as("colleague", locale="en-GB"), open_as("staff", locale="en-GB")
    for one in (page, other):
        ask_for_english(one)
        expect(one.locator("html")).to_have_attribute("lang", "en")
    page.goto(f"/people/{cast.staff.id}")
    page.locator("a[href*='/cheers']").first.click()
    reads_english(page)
    page.locator(".stampgrid button").first.click()
    expect(page.locator("body")).to_contain_text("Your cheer is on its way")
    page.goto("/cheers")
    expect(page.locator("#given")).to_contain_text(cast.staff.name)
    reads_english(page)
    other.goto("/")
    other.get_by_role("button", name=re.compile("thank", re.IGNORECASE)).click()
    reads_english(other)
    page.goto("/cheers")
    expect(page.locator("#given")).to_contain_text(re.compile("thank", re.IGNORECASE))
