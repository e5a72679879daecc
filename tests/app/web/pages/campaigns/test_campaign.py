"""The page of one campaign: how long, how far together, one's own part, what is promised."""

import re
from datetime import date, timedelta

import pytest
from flask import render_template

from app.clock import now
from app.queries.campaign_shares import PublicShares
from challenges.calendar import TOKYO
from challenges.campaigns import pauses, publishing
from challenges.campaigns.definitions import CampaignDefinition
from challenges.campaigns.models import (
    CampaignLogEntry,
    CampaignSnapshot,
    CampaignTotal,
)
from challenges.campaigns.pauses import DisasterPause, PausedUnit
from challenges.people import consents
from challenges.people.models import Membership, UncountedPeriod
from challenges.vocabulary import CampaignAct, CampaignState
from tests.app.figures import take

ADDRESS = "/campaigns/light-meetings"
NO_FIGURES = {
    "steps": 99,
    "automatic": 0,
    "units": [],
    "challenges": [],
    "queue": {
        "waiting": 0,
        "oldest_days": 0,
        "days_to_decide": None,
        "automatic": 0,
        "without_reviewer": [],
    },
}
"""What the snapshot of a campaign says that no unit takes part in."""
ASKS = ">やってみる</a>"


def heading(page):
    return re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)[1].strip()


def section(page, name):
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


@pytest.fixture
def see(as_, cast):
    """``see(cast.manager)``: the page as that person sees it; staff unless told otherwise."""
    return lambda person=None: as_(person or cast.staff).get(ADDRESS).text


@pytest.mark.parametrize(
    ("days", "said"),
    [
        ((-3, 0), "きょうまでです。"),
        ((-3, 1), "あしたまでです。"),
        ((-3, 2), "あと二日です。"),
        ((-3, 6), "あと六日です。"),
        ((-3, 7), "あと一週間です。"),
        ((-3, 10), "あと一週間半です。"),
        ((0, 14), "あと二週間です。"),
        ((0, 17), "あと二週間半です。"),
        ((0, 90), "あと三か月ほどです。"),
    ],
)
def test_the_heading_says_how_long_it_is_on_in_words(running, see, days, said):
    running(days)
    assert heading(see()) == f"会議をかるく。{said}"


def test_before_it_begins_the_heading_says_when(running, see, today):
    running((5, 30), state=CampaignState.SCHEDULED)
    first = today + timedelta(days=5)
    weekday = "月火水木金土日"[first.weekday()]
    page = see()
    assert heading(page) == f"会議をかるく。{first.month}月{first.day}日（{weekday}）から。"
    assert ASKS not in page


@pytest.mark.parametrize("state", [CampaignState.CLOSED, CampaignState.ARCHIVED])
def test_when_it_is_over_it_says_so_and_asks_nothing(running, see, today, state):
    running((-20, -2), state=state)
    last, page = today - timedelta(days=2), see()
    assert heading(page) == f"会議をかるく。{last.month}月{last.day}日に終わりました。"
    assert ASKS not in page
    assert "登った段は、そのまま残っています。" in page


def test_it_is_over_after_its_last_day_also_while_no_relay_runs(running, see):
    running((-20, -1), state=CampaignState.OPEN)
    assert "に終わりました。" in heading(see())


def test_one_that_never_began_says_so(running, see):
    running((3, 9), state=CampaignState.CLOSED).opened_at = None
    assert heading(see()) == "会議をかるく。はじまる前に取りやめました。"


@pytest.mark.parametrize("state", [CampaignState.DRAFT, CampaignState.WAITING])
@pytest.mark.parametrize("who", ["staff", "manager", "outsider", "dx"])
def test_a_draft_is_nowhere(as_, cast, session, running, state, who):
    campaign = running()
    campaign.state, campaign.version = state, 0
    browser = as_(getattr(cast, who))
    for address in (ADDRESS, f"{ADDRESS}/words", f"{ADDRESS}/board", f"{ADDRESS}.ics"):
        assert browser.get(address).status_code == 404, address
    for form in ("board-places", "board-place-removals", "nominations", "nomination-withdrawals"):
        assert browser.post(f"{ADDRESS}/{form}", data={"words": "x"}).status_code == 404, form
    assert "会議をかるく" not in browser.get("/campaigns").text
    assert "会議をかるく" not in browser.get("/").text


def test_an_unknown_campaign_is_a_404_page(as_, cast):
    answer = as_(cast.staff).get("/campaigns/none-such")
    assert answer.status_code == 404
    assert "そのページは見つかりません" in answer.text


@pytest.mark.parametrize("address", ["/campaigns", ADDRESS, f"{ADDRESS}/words", f"{ADDRESS}/board"])
def test_a_signed_out_visitor_is_sent_to_sign_in(client, running, address):
    running()
    answer = client.get(address)
    assert answer.status_code == 302
    assert answer.location.startswith("/sign-in")


def test_the_picture_grows_and_says_how_far_the_next_piece_is(running, see, session):
    session.get_one(CampaignTotal, running().id).steps = 2_839
    page = " ".join(see().split())
    assert "みんなの茶畑" in page
    assert "みんなで2,839歩。 24の畝のうち14が芽吹きました。 次の一つまで、あと161歩。" in page


def test_before_the_first_step_the_picture_waits_and_counts_nothing(running, see):
    running((3, 24), state=CampaignState.SCHEDULED)
    text = see()
    assert "はじめの一つを待っています。" in text
    assert "0歩" not in text
    assert "のうち0" not in text


def test_a_whole_picture_needs_no_more(running, see, session):
    session.get_one(CampaignTotal, running().id).steps = 4_800
    page = see()
    assert "24の畝が、みんな芽吹きました。" in page
    assert "次の一つまで" not in page


@pytest.mark.parametrize(
    ("people", "reached", "said"), [(18, 50, "百人に36人が加わりました。"), (5, 9, "")]
)
def test_a_goal_of_people_says_per_cent_but_not_of_few(
    running, see, session, today, people, reached, said
):
    campaign = running(goal={"kind": "share", "target": 40})
    session.add(
        CampaignSnapshot(
            campaign_id=campaign.id,
            day=today - timedelta(days=1),
            figures={**NO_FIGURES, "reached": reached, "people": people},
            made_at=now(),
        )
    )
    page = see()
    assert (said in page) if said else ("百人に" not in page)
    assert ("24の畝のうち21が" in page) is bool(said)


def test_ones_own_steps_are_there_at_once(running, see, cast, climb):
    running()
    assert "わたしの分は、これから。" in see()
    climb(cast.staff, "first-hello", at=now())
    climb(cast.staff, "give-back-15", at=now())
    climb(cast.staff, "thread-week", at=now())  # not of this campaign
    assert "わたしの分は、いま二歩。" in see()


def test_a_step_before_it_began_is_not_ones_part_in_it(running, see, cast, climb):
    running()
    climb(cast.staff, "first-hello", at=now() - timedelta(days=4))
    assert "わたしの分は、これから。" in see()
    climb(cast.staff, "give-back-15", at=now() - timedelta(days=3))
    assert "わたしの分は、いま一歩。" in see()


def test_a_change_of_the_rules_takes_no_step_from_anyone(running, see, session, cast, climb):
    campaign = running()
    climb(cast.staff, "first-hello", at=now() - timedelta(hours=1))
    changed = CampaignDefinition.model_validate(
        {
            "slug": campaign.slug,
            "first_day": campaign.first_day,
            "last_day": campaign.last_day,
            "audience": {"everyone": True},
            "challenges": [{"slug": "give-back-15"}],
        }
    )
    publishing.put_in_force(
        session, campaign, changed, submitted_by_id=None, approved_by_id=None, at=now()
    )
    assert "わたしの分は、いま一歩。" in see()


def test_the_next_small_step_is_one_of_the_campaign(running, see, cast, climb):
    running(challenges=[{"slug": "give-back-15", "steps": [1]}])
    page = section(see(), "my_part")
    assert page.count(ASKS) == 1
    assert "/challenges/give-back-15" in page
    climb(cast.staff, "give-back-15", at=now())
    page = section(see(), "my_part")
    assert ASKS not in page  # its second step does not count here
    assert "いまできる段は、ここまでです。" in page


def test_a_challenge_for_managers_is_shown_to_them_alone(running, see, cast):
    running(challenges=[{"slug": "first-hello"}, {"slug": "start-with-myself"}])
    assert "/challenges/start-with-myself" not in see()
    assert "/challenges/start-with-myself" in see(cast.manager)


def test_whoever_is_not_of_the_audience_sees_it_and_is_asked_nothing(running, see, cast):
    running(audience={"units": ["農林部"]})
    page = see()
    assert ASKS not in page
    assert "ほかの所属の人たちに向けたキャンペーンです。" in page
    assert "農林部の人の一歩。" in page
    assert ASKS in see(cast.outsider)


def test_the_main_appointment_decides_who_is_reached(running, see, cast, session):
    running(audience={"units": ["農林部"]})
    session.add(
        Membership(
            person_id=cast.staff.id,
            unit_id=cast.other_section.id,
            kind="STAFF",
            is_primary=False,
            valid_from=date(2024, 4, 1),
        )
    )
    assert ASKS not in see()


@pytest.mark.parametrize(
    ("audience", "said"),
    [
        ({"managers": True}, "管理職の人の一歩。"),
        ({"new_since": "2020-04-01"}, "2020年4月1日から新しい職場にいる人の一歩。"),
    ],
)
def test_managers_and_people_in_a_new_post_can_be_meant(running, see, cast, audience, said):
    running(audience=audience)
    assert said in see()
    assert ASKS in see(cast.manager)
    assert (ASKS in see(cast.staff)) is ("new_since" in audience)


def test_nothing_is_asked_of_whoever_takes_a_rest(running, see, cast, session):
    running()
    consents.pause(session, cast.staff, at=now())
    assert ASKS not in see()


def test_nor_on_days_that_do_not_count(running, see, cast, session, today):
    running()
    session.add(UncountedPeriod(person_id=cast.staff.id, first_day=today))
    assert ASKS not in see()


@pytest.fixture
def disaster(session, cast, today):
    def begin(*units):
        pause = DisasterPause(
            first_day=today,
            all_units=not units,
            reason="台風",
            begun_at=now(),
            begun_by_id=cast.dx.id,
        )
        session.add(pause)
        session.flush()
        session.add_all(PausedUnit(pause_id=pause.id, unit_id=one.id) for one in units)
        return pause

    return begin


def test_in_a_disaster_a_calm_band_comes_first(running, see, disaster, today, session):
    running()
    pause = disaster()
    page = see()
    assert "いまは災害対応が先です。" in page
    assert ASKS not in page
    pause.last_day = today - timedelta(days=1)
    pause.first_day = today - timedelta(days=2)
    session.commit()
    assert "いまは災害対応が先です。" not in see()


def test_a_disaster_of_one_department_lets_the_others_go_on(running, see, disaster, cast):
    running()
    disaster(cast.section)
    assert ASKS not in see()
    assert ASKS in see(cast.outsider)


@pytest.mark.parametrize(
    ("audience", "promise"),
    [
        ({"units": ["デジタル部"]}, "休んだ日数だけ、あとで延ばします。"),
        ({"everyone": True}, "このキャンペーンはほかの所属で続き、日にちは変わりません。"),
    ],
)
def test_days_are_promised_back_only_where_they_are_given(
    running, see, cast, session, today, audience, promise
):
    running(audience=audience)
    units = [cast.section.id]
    pauses.begin(
        session, first_day=today, unit_ids=units, reason="台風", by_id=cast.dx.id, at=now()
    )
    page = see()
    assert "いまは災害対応が先です。" in page
    assert promise in page


def test_the_purpose_is_markdown_and_no_html(running, see):
    texts = {"name": "会議をかるく", "purpose": "**太字**と<script>alert(1)</script>"}
    running(ja=texts)
    page = section(see(), "purpose")
    assert "<strong>太字</strong>" in page
    assert "<script>" not in page


def test_the_promise_says_what_counts_and_in_which_version(running, see, session, today):
    campaign = running(challenges=[{"slug": "first-hello", "steps": [1, 2]}])
    page = " ".join(section(see(), "promise").split())
    digest = campaign_digest(session, campaign)
    assert f"<code>{digest[:4]} {digest[4:8]}</code>" in page
    assert "第1版" in page
    assert "のやってみた、慣れた。" in page
    assert "県庁のみんなの一歩。" in page
    assert "確認があとになっても数えます。" in page
    assert "参加を止めても、だれにも知らせません。" in page
    assert "災害対応に三日以上入ったら、止めます。" in page


def campaign_digest(session, campaign):
    return session.query(publishing.CampaignVersion).filter_by(campaign_id=campaign.id).one().digest


def test_all_steps_are_said_in_one_sentence(running, see):
    running()
    assert "この期間の二つのチャレンジの、どの段でも。" in see()


@pytest.fixture
def told(session):
    """``told(campaign, CampaignAct.STOPPED, …)``: a line of the log."""

    def make(campaign, act, by=None, **how):
        values = how.pop("values", {})
        entry = CampaignLogEntry(
            campaign_id=campaign.id, act=act, at=now(), by_id=by, values=values, **how
        )
        session.add(entry)
        session.flush()
        return entry

    return make


def test_the_log_names_the_post_and_never_the_person(running, see, told, cast, session):
    membership = session.query(Membership).filter_by(person_id=cast.dx.id).one()
    membership.post = "主幹"
    told(
        running(),
        CampaignAct.RULES_CHANGED,
        by=cast.dx.id,
        version=2,
        reason="現場には会議がない、という声から。",
        values={"gained": 37, "lost": 3},
    )
    page = section(see(), "log")
    assert "第2版。数えるものを変えました。" in page
    assert "現場には会議がない、という声から。" in page
    assert "37人の歩みが増えます。" in page
    assert "10人に満たない人は、これからの歩みの一部が" in page
    assert "森林課 主幹" in page
    assert cast.dx.name not in page


def test_the_post_is_that_of_the_day(running, see, told, cast, session, today):
    entry = told(running(), CampaignAct.PUBLISHED, by=cast.dx.id, version=1)
    entry.at = now() - timedelta(days=30)
    before = session.query(Membership).filter_by(person_id=cast.dx.id).one()
    before.valid_to = today - timedelta(days=10)
    session.flush()
    session.add(
        Membership(
            person_id=cast.dx.id,
            unit_id=cast.section.id,
            kind="STAFF",
            valid_from=today - timedelta(days=9),
        )
    )
    page = section(see(), "log")
    assert "森林課" in page
    assert "改革課" not in page


@pytest.mark.parametrize("act", list(CampaignAct))
@pytest.mark.parametrize("values", [{}, {"on": False}, {"last_day": "2026-07-31", "alone": True}])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_act_has_a_sentence(running, see, told, cast, act, values, language):
    cast.staff.language = language
    told(running(), act, by=cast.dx.id, version=3, reason="理由です。", values=values)
    page = section(see(), "log")
    assert "理由です。" in page
    assert "%(" not in page


def test_the_log_is_paged(running, see, told, as_, cast):
    campaign = running()
    for number in range(1, 8):
        told(campaign, CampaignAct.WORDING_CHANGED, version=number)
    page = section(see(), "log")
    assert "第7版。" in page
    assert "第1版。" not in page
    assert "第1版。" in section(as_(cast.staff).get(f"{ADDRESS}?log=2").text, "log")


def test_it_can_be_put_into_ones_own_calendar_while_it_lasts(running, see, session):
    campaign = running()
    assert f'href="{ADDRESS}.ics?download=1"' in see()
    campaign.state = CampaignState.CLOSED
    assert f'href="{ADDRESS}.ics?download=1"' not in see()


def test_it_reads_well_in_english(running, see, cast):
    running((-3, 17))
    cast.staff.language = "en"
    page = see()
    assert heading(page) == "Lighter meetings. Two and a half weeks left."
    assert not re.search(
        r"[ぁ-んァ-ヶ]", re.sub(r"<[^>]+>", "", page.partition("<h1")[2].partition('id="log"')[0])
    )


def test_the_page_costs_the_same_statements_however_much_there_is(
    app, as_, cast, session, running, told, count, count_statements, catalogue
):
    open_to_all = [one for one in catalogue.challenges if one.audience == "everyone"][:20]
    campaign = running(challenges=[{"slug": open_to_all[0].slug}])
    many = running(slug="many", challenges=[{"slug": one.slug} for one in open_to_all])
    for number in range(50):
        told(many, CampaignAct.WORDING_CHANGED, by=cast.dx.id, version=number)
    for person in (cast.colleague, cast.manager, cast.deputy, cast.outsider):
        for one in open_to_all:
            count(many, person, one.slug, words="やってみました")
    session.commit()
    browser, engine = as_(cast.staff), app.extensions["stepup_database"].engine
    browser.get(ADDRESS)
    seen = []
    for slug in (campaign.slug, many.slug):
        browser.get(f"/campaigns/{slug}")  # the first one of a night adds up the shares
        with count_statements(engine) as statements:
            assert browser.get(f"/campaigns/{slug}").status_code == 200
        seen.append(len(statements))
    assert seen[0] == seen[1] <= 4, seen


def test_days_are_those_of_tokyo(running, see, cast, climb, today):
    campaign = running((-3, 0))
    midnight = now().astimezone(TOKYO).replace(hour=0, minute=0, second=0, microsecond=0)
    climb(cast.staff, "first-hello", at=midnight - timedelta(days=3))
    climb(cast.staff, "give-back-15", at=midnight - timedelta(days=3, seconds=1))
    assert "わたしの分は、いま一歩。" in see()
    assert campaign.last_day == today


def test_the_shares_are_ones_own_department_and_the_prefecture_alone(app):
    shares = PublicShares(date(2026, 7, 14), own=45, whole=36, own_before=35, whole_before=None)
    with app.test_request_context():
        page = render_template("campaigns/shares.html", shares=shares, smallest_group=10)
    assert re.findall(r"<b>(\d+)</b>%", page) == ["45", "36"]
    assert "去年の同じころ 35%" in page
    assert page.count("去年の同じころ") == 1
    assert "10人に満たない所属は" in page


def test_the_share_of_ones_department_is_on_the_page(running, session, see, cast, today, at):
    tree = [
        ("デジタル部", 50, 20, 0, [("改革課", 40, 16, 0)]),
        ("農林部", 60, 42, 0, [("森林課", 40, 28, 0)]),
    ]
    take(session, running(), today - timedelta(days=1), at, tree=tree)
    shares = {
        person: re.findall(r"<b>(\d+)</b>%", section(see(person), "shares"))
        for person in (cast.staff, cast.outsider)
    }
    assert shares == {cast.staff: ["40", "55"], cast.outsider: ["70", "55"]}


def test_a_hidden_share_is_not_there_at_all(app, see, running):
    hidden = PublicShares(date(2026, 7, 14), None, 36, 35, 30)
    with app.test_request_context():
        page = render_template("campaigns/shares.html", shares=hidden, smallest_group=10)
    assert "あなたの部局" not in page
    running()
    assert "加わった人の割合" not in see()
