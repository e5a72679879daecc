"""The calendar file: read by two independent readers, the same entry for ever, and no person."""

from datetime import date, timedelta

import ics
import pytest
import vobject

from app.clock import now
from challenges.campaigns import publishing
from challenges.campaigns.definitions import CampaignDefinition
from challenges.vocabulary import CampaignState

EVERY, ONE = "/campaigns.ics", "/campaigns/light-meetings.ics"


def by_vobject(text):
    """UID, first day, day after the last, name, status and link of each entry."""
    events = vobject.readOne(text).contents.get("vevent", [])
    return [
        (
            one.uid.value,
            one.dtstart.value,
            one.dtend.value,
            one.summary.value,
            one.status.value,
            one.url.value,
        )
        for one in events
    ]


def by_ics(text):
    """The same, read by the other one. It tells the last day itself of whole days."""
    found = ics.Calendar(text).events
    return sorted(
        (one.uid, one.begin.date(), one.end.date(), one.name, one.status, one.url) for one in found
    )


@pytest.fixture
def read(client):
    """``read()``: the calendar as a program without a sign-in gets it."""

    def get(address=EVERY, **headers):
        answer = client.get(address, headers=headers)
        assert answer.status_code == 200
        return answer

    return get


def test_two_readers_read_the_same_whole_days(read, running, today):
    campaign = running()
    text = read().text
    entry = (
        f"campaign-{campaign.id}@localhost",
        campaign.first_day,
        campaign.last_day + timedelta(days=1),
        "会議をかるく / Lighter meetings",
        "CONFIRMED",
        "http://localhost/campaigns/light-meetings",
    )
    assert by_vobject(text) == [entry]
    assert by_ics(text) == [entry]
    [event] = ics.Calendar(text).events
    assert event.all_day
    assert type(by_vobject(text)[0][1]) is date


def test_it_goes_over_the_end_of_a_year_and_lasts_one_day(read, running, today):
    running((0, 0), slug="one-day")
    text = read().text
    assert by_vobject(text)[0][1:3] == (today, today + timedelta(days=1))
    assert by_ics(text)[0][1:3] == (today, today + timedelta(days=1))


def test_a_new_version_keeps_the_uid_and_raises_the_sequence(read, running, session):
    campaign = running()
    before = vobject.readOne(read().text).vevent
    later = CampaignDefinition(
        slug=campaign.slug,
        ja={"name": "会議を、もっとかるく"},
        first_day=campaign.first_day,
        last_day=campaign.last_day + timedelta(days=3),
    )
    publishing.put_in_force(
        session, campaign, later, submitted_by_id=None, approved_by_id=None, at=now()
    )
    after = vobject.readOne(read().text).vevent
    assert after.uid.value == before.uid.value
    assert int(after.sequence.value) == int(before.sequence.value) + 1
    assert after.dtend.value == before.dtend.value + timedelta(days=3)
    assert after.dtstamp.value > before.dtstamp.value
    assert after.summary.value == "会議を、もっとかるく"


def test_days_moved_by_a_disaster_follow(read, running, session):
    campaign = running()
    before = by_vobject(read().text)[0]
    campaign.last_day += timedelta(days=2)
    campaign.sequence += 1
    after = by_vobject(read().text)[0]
    assert after[0] == before[0]
    assert after[2] == before[2] + timedelta(days=2)


@pytest.mark.parametrize("state", [CampaignState.CLOSED, CampaignState.ARCHIVED])
def test_what_never_began_is_told_as_cancelled(read, running, state):
    running((3, 9), state=state).opened_at = None
    assert by_vobject(read().text)[0][4] == "CANCELLED"
    assert by_ics(read().text)[0][4] == "CANCELLED"


def test_what_ended_early_was_no_less(read, running, session):
    running((-9, -2), state=CampaignState.CLOSED)
    assert by_vobject(read().text)[0][4] == "CONFIRMED"


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.WAITING])
def test_a_draft_is_not_in_it(client, read, running, state):
    campaign = running()
    campaign.state, campaign.version = state, 0
    assert by_vobject(read().text) == []
    assert by_ics(read().text) == []
    assert client.get(ONE).status_code == 404


def test_old_ones_drop_out(read, running):
    running((-420, -401), slug="old")
    running((-420, -400), slug="last-year")
    assert [one[5].rpartition("/")[2] for one in by_vobject(read().text)] == ["last-year"]


def test_one_campaign_has_a_file_of_its_own(read, client, running):
    running()
    running(slug="other")
    assert len(by_vobject(read().text)) == 2
    assert len(by_vobject(read(ONE).text)) == 1
    assert client.get("/campaigns/none-such.ics").status_code == 404
    assert client.get("/campaigns/light-meetings").status_code == 302, "the page needs a sign-in"


def test_lines_end_with_crlf_and_have_at_most_75_octets(read, running):
    running(ja={"name": "長い名前" * 15, "motto": "とても長い標語" * 10})
    lines = read().data.split(b"\r\n")
    assert lines[-1] == b""
    assert not any(b"\n" in line or b"\r" in line for line in lines)
    assert max(map(len, lines)) <= 75
    for line in lines:
        line.decode()  # no letter is cut in two
    text = read().text
    assert by_vobject(text)[0][3] == by_ics(text)[0][3] == "長い名前" * 15 + " / Lighter meetings"


def test_signs_of_the_format_in_a_name_stay_text(read, running):
    name = "会議、投稿; 共有, その他"
    running(ja={"name": name}, en={"name": ""})
    text = read().text
    assert by_vobject(text)[0][3] == by_ics(text)[0][3] == name


def test_it_is_utf8_not_compressed_and_asked_again_costs_nothing(read, client, running, session):
    running(ja={"name": "長い名前" * 15})
    first = read(**{"Accept-Encoding": "gzip, br"})
    assert first.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "Content-Encoding" not in first.headers
    again = client.get(EVERY, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    session.query(publishing.Campaign).one().sequence += 1
    assert client.get(EVERY, headers={"If-None-Match": first.headers["ETag"]}).status_code == 200


def test_as_a_download_it_has_a_name(read, running):
    running()
    assert read(ONE).headers["Content-Disposition"].startswith("inline")
    kept = read(f"{ONE}?download=1").headers["Content-Disposition"]
    assert kept == 'attachment; filename="light-meetings.ics"'
    assert "attachment" in read(f"{EVERY}?download").headers["Content-Disposition"]


def test_no_person_and_no_number_is_in_it(read, running, cast, count, session):
    campaign = running()
    campaign.owner_id = cast.dx.id
    count(campaign, cast.staff, "first-hello", words="ひとことです")
    text = read().text
    people = (cast.dx.name, cast.staff.name, "ひとことです", "pref.example.jp")
    assert not any(one in text for one in people)


def test_an_empty_calendar_is_a_calendar(read):
    assert by_vobject(read().text) == []


def test_the_public_address_gives_the_uid_and_the_link(config, running, session):
    from dataclasses import replace

    from app.factory import create_app

    campaign = running()
    session.commit()
    app = create_app(replace(config, public_url="https://stepup.example.jp"))
    text = app.test_client().get(EVERY).text
    app.extensions["stepup_database"].dispose()
    [entry] = by_vobject(text)
    assert entry[0] == f"campaign-{campaign.id}@stepup.example.jp"
    assert entry[5] == "https://stepup.example.jp/campaigns/light-meetings"
