"""The switches of a published campaign, the list of all, the pauses and the hand-over."""

import re
from datetime import timedelta

import pytest

from app.clock import now
from app.jobs.models import Job, JobState
from app.studio import audit, beginning, tokens
from app.studio.audit import AuditSearch
from app.web.rendering import PAGE_SIZE
from challenges.calendar import day_of, fiscal_year_start
from challenges.campaigns import pauses, reports
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import Campaign
from challenges.people import roles
from challenges.vocabulary import CampaignState, Role
from tests.app.web.pages.studio.conftest import WHOLE

BASE = "/office/campaigns/light-meetings"


@pytest.fixture
def opened(session, campaign_of):
    """A campaign that is open today, for everybody."""
    today = day_of(now())
    days = {
        "first_day": (today - timedelta(days=10)).isoformat(),
        "last_day": (today + timedelta(days=10)).isoformat(),
    }
    campaign = campaign_of(at=now() - timedelta(days=20), **days)
    session.commit()
    return campaign


def last_act(session):
    return audit.search(session, AuditSearch(), limit=1)[0]


def test_it_ends_today_with_a_reason(session, as_, cast, opened):
    browser = as_(cast.dx)
    answer = browser.post(f"{BASE}/stops", data={"reason": ""})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert browser.post(f"{BASE}/stops", data={"reason": "災害対応のため"}).status_code == 303
    session.expire_all()
    assert (opened.state, opened.last_day) == (CampaignState.CLOSED, day_of(now()))
    noted = last_act(session)
    assert (noted.act, noted.reason, noted.before["state"]) == ("stopped", "災害対応のため", "OPEN")


@pytest.mark.parametrize(
    ("address", "column"), [("boards", "has_board"), ("unit-lists", "shows_units")]
)
def test_what_staff_see_is_switched_with_a_reason(session, as_, cast, opened, address, column):
    browser = as_(cast.dx)
    assert browser.post(f"{BASE}/{address}", data={"on": "1"}).status_code == 422
    browser.post(f"{BASE}/{address}", data={"on": "1", "reason": "やってみます"})
    session.expire_all()
    assert getattr(opened, column) is True
    noted = last_act(session)
    assert (noted.before[column], noted.after[column]) == (False, True)


def test_what_is_over_is_put_away_and_found_again(session, as_, cast, opened):
    browser = as_(cast.dx)
    assert browser.post(f"{BASE}/archivings").status_code == 422
    browser.post(f"{BASE}/stops", data={"reason": "災害対応のため"})
    assert browser.post(f"{BASE}/archivings").status_code == 303
    assert "会議をかるく</a></th>" not in browser.get("/office/campaigns").text
    assert "会議をかるく</a></th>" in browser.get("/office/campaigns?archived=1").text


def test_an_owner_is_found_named_and_removed(session, as_, cast, opened):
    browser = as_(cast.dx)
    found = browser.get(f"{BASE}/edit?person=浜口").text
    assert f'value="owner:{cast.staff.id}"' in found
    browser.post(f"{BASE}/people", data={"act": f"owner:{cast.staff.id}"})
    browser.post(f"{BASE}/people", data={"act": f"deputy:{cast.deputy.id}"})
    assert as_(cast.staff).get(f"{BASE}/edit").status_code == 200
    assert as_(cast.deputy).get(f"{BASE}/edit").status_code == 200
    browser.post(f"{BASE}/people", data={"act": "owner:"})
    assert as_(cast.staff).get(f"{BASE}/edit").status_code == 403
    assert last_act(session).before["owner"] == "浜口 汐里"


@pytest.mark.parametrize("act", ["owner:99999", "owner:99999999999999", "owner:１", "boss:1", ""])
def test_a_person_or_part_that_is_none_is_not_found(as_, cast, opened, act):
    assert as_(cast.dx).post(f"{BASE}/people", data={"act": act}).status_code == 404


def test_who_has_left_is_not_offered(session, as_, cast, opened):
    cast.staff.deactivated_at = now()
    session.commit()
    browser = as_(cast.dx)
    assert f"owner:{cast.staff.id}" not in browser.get(f"{BASE}/edit?person=浜口").text
    answer = browser.post(f"{BASE}/people", data={"act": f"owner:{cast.staff.id}"})
    assert answer.status_code == 404


def test_an_empty_office_is_led_to_the_first_campaign(as_, cast):
    page = as_(cast.dx).get("/office/campaigns").text
    assert "はじめのキャンペーンを、つくりませんか。" in page
    browser = as_(cast.dx)
    assert browser.post("/office/campaigns", data={"name": ""}).status_code == 422
    answer = browser.post("/office/campaigns", data={"name": "カイゼン月間"})
    assert answer.location.endswith("/edit")
    assert "「カイゼン月間」は、あと" in browser.get(answer.location).text
    again = browser.post("/office/campaigns", data={"name": "カイゼン月間"})
    assert again.location != answer.location


def test_the_list_says_what_stands_where(as_, cast, opened, draft):
    page = as_(cast.dx).get("/office/campaigns").text
    assert "いま、一つが開いています。" in page
    assert "開催中" in page
    assert "下書き" in page
    assert "表で見る" in page


def test_the_year_says_where_three_meet(session, as_, cast, opened, campaign_of):
    for number in (1, 2):
        campaign_of(
            slug=f"other-{number}",
            first_day=opened.first_day.isoformat(),
            last_day=opened.last_day.isoformat(),
            audience={"units": ["デジタル部"]},
        )
    session.commit()
    page = as_(cast.dx).get("/office/campaigns").text
    assert "三つが重なり、4人に同時に届きます。" in page


def test_the_list_is_paged_and_asks_no_more_for_more_campaigns(
    session, as_, cast, campaign_of, count_statements, database
):
    def schedule(numbers):
        for number in numbers:
            campaign_of(
                slug=f"c-{number}",
                state=CampaignState.SCHEDULED,
                first_day=f"{2060 + number}-06-01",
                last_day=f"{2060 + number}-06-30",
            )
        session.commit()

    browser = as_(cast.dx)
    schedule(range(1))
    browser.get("/office/campaigns")
    with count_statements(database.engine) as few:
        browser.get("/office/campaigns")
    schedule(range(1, PAGE_SIZE + 1))
    with count_statements(database.engine) as many:
        page = browser.get("/office/campaigns").text
    assert len(many) == len(few)
    assert "次へ" in page
    assert "このページには、もう何もありません。" in browser.get("/office/campaigns?page=9").text


def test_the_list_looks_drafts_over_once_and_anew_when_they_change(
    session, as_, cast, draft, count_statements, database
):
    browser = as_(cast.dx)
    browser.get("/office/campaigns")
    with count_statements(database.engine) as once:
        assert "直す 1" not in browser.get("/office/campaigns").text
    browser.post("/office/campaigns/kaizen/parts/what", data={"read": "1", "en.name": ""})
    assert "直す 1" in browser.get("/office/campaigns").text
    for number in range(3):
        beginning.begin(
            session,
            CampaignDefinition.model_validate({**WHOLE, "slug": f"other-{number}"}),
            by_id=cast.dx.id,
            at=now(),
        )
    session.commit()
    browser.get("/office/campaigns")
    with count_statements(database.engine) as more:
        browser.get("/office/campaigns")
    assert len(more) == len(once)


def test_a_pause_is_looked_at_begun_and_ended(session, as_, cast, opened):
    browser, today = as_(cast.dx), day_of(now())
    begun = (today - timedelta(days=2)).isoformat()
    planned = opened.last_day
    page = browser.get(f"/office/pauses?try=1&where=all&first_day={begun}").text
    assert "1件の日にちが動きます。" in page
    session.expire_all()
    assert session.get_one(Campaign, opened.id).last_day == planned
    data = {"where": "all", "first_day": begun, "last_day": ""}
    assert browser.post("/office/pauses", data=data).status_code == 422
    assert browser.post("/office/pauses", data={**data, "reason": "大雨"}).status_code == 303
    assert "災害のため、休んでいます。" in browser.get("/office/pauses").text
    session.expire_all()
    pause = pauses.going_on(session)[0]
    wrong = browser.post(f"/office/pauses/{pause.id}/endings", data={"last_day": "いつか"})
    assert wrong.status_code == 422
    browser.post(f"/office/pauses/{pause.id}/endings", data={"last_day": today.isoformat()})
    session.expire_all()
    assert opened.last_day == planned + timedelta(days=3)
    acts = [one.act for one in audit.search(session, AuditSearch(subject="pause"), limit=5)]
    assert acts == ["resumed", "paused"]


def test_a_pause_of_chosen_units_leaves_the_others(session, as_, cast, opened):
    browser = as_(cast.dx)
    page = browser.get("/office/pauses?where=units&unit=森林").text
    assert 'value="add:農林部/森林課"' in page
    chosen = browser.get("/office/pauses?where=units&act=add:農林部/森林課&try=1").text
    assert "いま日にちが動くものはありません。" in chosen
    assert browser.get("/office/pauses?where=units&try=1").status_code == 422
    assert browser.post("/office/pauses/99/endings", data={}).status_code == 404


def test_who_adds_a_unit_means_chosen_ones_and_not_all(as_, cast, opened):
    browser = as_(cast.dx)
    page = browser.get("/office/pauses?where=all&act=add:農林部/森林課").text
    assert re.search(r'value="units"\s+checked', page)
    assert 'name="units" value="農林部/森林課"' in page
    everywhere = browser.get("/office/pauses?where=all&units=農林部/森林課&try=1").text
    assert "1件の日にちが動きます。" in everywhere
    assert 'name="units" value=' not in everywhere


def test_the_hand_over_names_all_that_is_open(session, as_, cast, opened, draft):
    roles.grant_role(session, cast.staff, Role.COACH, at=now())
    session.commit()
    page = as_(cast.dx).get("/office/handover").text
    for words in ("会議をかるく", "が終わりの日です", "西 光 (dx)", "浜口 汐里 (staff)", "二人"):
        assert words in page


def test_the_hand_over_names_what_else_waits_and_reads(session, as_, cast):
    job = Job(kind="lint-campaigns", arguments={}, key="k", due_at=now(), created_at=now())
    job.state = JobState.PARKED
    session.add(job)
    scopes = [next(iter(tokens.Scope)).value]
    days = tokens.LIFETIMES[0]
    tokens.make(session, name="集計", scopes=scopes, days=days, by_id=cast.dx.id, at=now())
    session.commit()
    page = as_(cast.dx).get("/office/handover").text
    assert "止まっている作業</a>（1件）" in page
    assert "/office/tokens" in page
    assert "止まっている配達" not in page


def test_the_hand_over_knows_whether_the_report_is_written(session, as_, cast, opened):
    opened.state = CampaignState.CLOSED
    session.commit()
    assert "報告はこれからです" in as_(cast.dx).get("/office/handover").text
    reports.write(
        session, opened.id, learned="学び", do_differently="", read=0, by_id=cast.dx.id, at=now()
    )
    session.commit()
    assert "報告は書きました" in as_(cast.dx).get("/office/handover").text


def test_the_year_before_and_after_can_be_looked_at(as_, cast, draft):
    browser, this = as_(cast.dx), fiscal_year_start(day_of(now())).year
    for address, year in (
        ("", this),
        (f"?year={this}", this),
        (f"?year={this + 1}", this + 1),
        ("?year=9999", this),
        ("?year=x", this),
    ):
        page = browser.get(f"/office/campaigns{address}").text
        assert f"{year}年度のキャンペーン" in page, address
        assert f"?year={year + 1}#year" in page
    assert "/campaigns.ics" in page


def test_the_list_counts_what_the_night_found(session, as_, cast, opened):
    opened.error_codes = ["unit_ended", "challenge_retired"]
    session.commit()
    assert "直す 2" in as_(cast.dx).get("/office/campaigns").text
