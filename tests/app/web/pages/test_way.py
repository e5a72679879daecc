"""「わたしの道のり」: one's own steps by fiscal year with the words they brought, also on paper.

Nobody opens anybody else's.
"""

from datetime import date, timedelta

import pytest

from app.clock import now
from app.queries.my_way import my_year
from app.web.wording.way import heading
from challenges.calendar import day_of, fiscal_year_start, noon_of
from challenges.people import consents
from challenges.people.models import RoleGrant
from challenges.recognition import cheering, endorsing
from challenges.recognition.cheering import Applause
from challenges.recognition.stamps import Stamp
from challenges.submissions import voiding
from challenges.vocabulary import Consent, Role

SENTENCE = "面談や人事評価の資料として提出を求めることはできません"
WRITTEN = "自分で書いたひとことです"
YEAR = fiscal_year_start(day_of(now())).year
EVERYBODY_ELSE = ("colleague", "manager", "deputy", "outsider", "dx", "coach")
ADDRESSES = ("/me/way", "/me/way/sheet")


@pytest.fixture
def walked(session, cast, climb):
    """A step of staff today, which they show, with an endorsement and a cheer for it."""
    done = climb(cast.staff, "first-hello", at=now())
    done.submission.reflection = WRITTEN
    consents.set_consent(session, cast.staff, Consent.STEPS, given=True, at=now())
    endorsing.endorse(
        session,
        done,
        by_id=cast.manager.id,
        kinds=["STEADINESS"],
        words="ていねいな一言でした。",
        at=now(),
    )
    applause = Applause(Stamp.HELPED, "私も助かりました。")
    cheering.cheer(session, [done.id], applause, by_id=cast.colleague.id, at=now())
    return done


@pytest.fixture
def coach(session, cast):
    session.add(RoleGrant(person_id=cast.outsider.id, role=Role.COACH, granted_at=now()))
    return cast.outsider


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_way_tells_steps_own_words_and_those_of_others(as_, cast, walked, address):
    shown = as_(cast.staff).get(address).text
    for words in (
        WRITTEN,
        "ていねいな一言でした。",
        "私も助かりました。",
        "はじめの一歩",
        "助かりました",
    ):
        assert words in shown


@pytest.mark.parametrize("who", EVERYBODY_ELSE)
@pytest.mark.parametrize("address", ADDRESSES)
def test_nobody_else_opens_it_whatever_the_address_asks(as_, cast, walked, coach, address, who):
    viewer = coach if who == "coach" else getattr(cast, who)
    browser = as_(viewer)
    for asked in ("", f"?person_id={walked.person_id}", f"?id={walked.person_id}&year={YEAR}"):
        shown = browser.get(f"{address}{asked}").text
        assert WRITTEN not in shown
        assert cast.staff.name not in shown


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_signed_out_browser_is_led_to_the_sign_in(client, address):
    answer = client.get(address)
    assert answer.status_code == 302
    assert "/sign-in" in answer.location


@pytest.mark.parametrize("address", ADDRESSES)
def test_each_year_has_its_own_steps(as_, session, cast, climb, address):
    before = noon_of(fiscal_year_start(day_of(now())) - timedelta(days=1))
    old = climb(cast.staff, "first-hello", at=before)
    old.submission.reflection = "去年の最後の日"
    new = climb(cast.staff, "dx-words", at=now())
    new.submission.reflection = "今年のこと"
    browser = as_(cast.staff)
    this, last = browser.get(address).text, browser.get(f"{address}?year={YEAR - 1}").text
    assert "今年のこと" in this
    assert "去年の最後の日" not in this
    assert "去年の最後の日" in last
    assert "今年のこと" not in last
    assert f"year={YEAR - 1}" in this or f'value="{YEAR - 1}"' in this


@pytest.mark.parametrize("year", [YEAR + 1, YEAR - 1, 1, 999_999])
@pytest.mark.parametrize("address", ADDRESSES)
def test_years_before_the_first_step_and_to_come_are_not_there(as_, cast, walked, address, year):
    assert as_(cast.staff).get(f"{address}?year={year}").status_code == 404


@pytest.mark.parametrize("address", ADDRESSES)
def test_words_that_are_no_year_open_the_present_one(as_, cast, walked, address):
    assert WRITTEN in as_(cast.staff).get(f"{address}?year=reiwa").text


@pytest.mark.parametrize(
    ("on", "said"),
    [
        (date(2026, 4, 20), "4月の港を出ました。"),
        (date(2026, 6, 20), "4月の港から、6月まで来ました。"),
        (date(2027, 4, 2), "道は、そのまま続いています。"),
    ],
)
def test_the_heading_says_how_far_one_has_come(app, session, cast, climb, catalogue, on, said):
    climb(cast.staff, "first-hello", at=noon_of(date(2026, 4, 8)))
    seen = my_year(session, cast.staff.id, catalogue=catalogue, year=None, on=on)
    with app.test_request_context():
        assert heading(seen) == said


def test_a_newcomer_is_invited(as_, cast):
    shown = as_(cast.staff).get("/me/way").text
    assert "ここから、道がはじまります。" in shown
    assert "/me/way/sheet" not in shown
    assert as_(cast.staff).get("/me/way/sheet").status_code == 200


def test_a_year_of_rest_is_no_lack(as_, session, cast, climb):
    climb(cast.staff, "first-hello", at=now() - timedelta(days=800))
    shown = as_(cast.staff).get(f"/me/way?year={YEAR - 1}").text
    assert "ひと休みの一年です。" in shown
    assert "これまでの石は、そのまま残っています" in shown


def test_what_the_office_took_back_is_not_on_the_way(as_, session, cast, walked):
    voiding.void(session, walked, by_id=cast.dx.id, reason="重ねて登録されていました", at=now())
    shown = as_(cast.staff).get("/me/way").text
    assert WRITTEN not in shown
    assert "ここから、道がはじまります。" in shown


def test_a_long_year_has_pages_and_its_paper_has_all(as_, session, cast, climb, catalogue):
    wanted = [one for one in catalogue.challenges if not one.is_retired][:22]
    for challenge in wanted:
        climb(
            cast.staff, challenge.slug, at=now()
        ).submission.reflection = f"記{challenge.number}。"
    browser = as_(cast.staff)
    first, second = browser.get("/me/way").text, browser.get("/me/way?page=2").text
    paper = browser.get("/me/way/sheet").text
    for challenge in wanted:
        said = f"記{challenge.number}。"
        assert (said in first) != (said in second)
        assert said in paper


def test_the_number_of_statements_does_not_grow_with_the_steps(
    as_, app, session, cast, climb, catalogue, count_statements
):
    browser = as_(cast.staff)
    engine = app.extensions["stepup_database"].engine

    def statements(address):
        browser.get(address)
        with count_statements(engine) as seen:
            browser.get(address)
        return len(seen)

    climb(cast.staff, "first-hello", at=now())
    before = [statements(address) for address in ADDRESSES]
    for challenge in catalogue.challenges[1:15]:
        climb(cast.staff, challenge.slug, at=now())
    assert [statements(address) for address in ADDRESSES] == before


def test_every_sheet_says_that_nobody_may_ask_for_it(as_, cast, walked):
    browser = as_(cast.staff)
    assert browser.get("/me/way/sheet").text.count(SENTENCE) == 1
    assert SENTENCE in browser.get("/me/way").text
    cast.staff.language = "en"
    paper = browser.get("/me/way/sheet").text
    assert f'<span lang="ja">{SENTENCE}</span>' in paper
    assert "Nobody may ask for this sheet" in paper


def test_home_and_the_own_page_lead_there_and_those_of_others_do_not(as_, cast):
    browser = as_(cast.staff)
    assert 'href="/me/way"' in browser.get("/").text
    assert 'href="/me/way"' in browser.get(f"/people/{cast.staff.id}").text
    assert 'href="/me/way"' in browser.get("/settings").text
    assert 'href="/me/way"' not in browser.get(f"/people/{cast.colleague.id}").text
