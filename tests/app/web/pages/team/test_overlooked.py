"""The band about who may have been overlooked: for the manager alone, and not this week."""

import json
from datetime import date, timedelta

import pytest

from app.clock import now
from challenges.people.consents import set_consent
from challenges.recognition import endorsing
from challenges.vocabulary import Consent
from tests.app.web.htmx import partial

SLUGS = ("first-hello", "give-back-15", "good-failure", "why-the-seal", "dx-words", "safety-ten")


@pytest.fixture(autouse=True)
def _staff_is_overlooked(session, cast, climb):
    at = now() - timedelta(days=60)
    for person in (cast.staff, cast.colleague, cast.deputy):
        set_consent(session, person, Consent.STEPS, given=True, at=at)
        for slug in SLUGS:
            done = climb(person, slug, at=at)
            if person is not cast.staff:
                words = "手順が分かりやすく、助かりました。"
                endorsing.endorse(
                    session,
                    done,
                    by_id=cast.manager.id,
                    words=words,
                    kinds=["STEADINESS"],
                    at=now(),
                )
    session.commit()


def test_the_manager_sees_the_name_and_how_sure_it_is(as_, cast):
    page = as_(cast.manager).get("/team/overlooked").text
    assert "しばらく声をかけていない人はいませんか。" in page
    assert f'href="/people/{cast.staff.id}"' in page
    assert "推定" in page
    assert "見えているのはあなただけで、どこにも残りません。" in page


def test_the_desk_leads_there_without_a_name_for_the_manager_alone(as_, cast):
    link = 'href="/team/overlooked" hx-get="/team/overlooked"'
    assert link in as_(cast.manager).get("/team").text
    assert link not in as_(cast.deputy).get("/team").text


def test_in_the_desk_its_heading_stands_below_that_of_the_page(as_, cast):
    shown = as_(cast.manager).get("/team/overlooked", headers=partial("section#overlooked")).text
    assert "<h2>しばらく声をかけていない人はいませんか。</h2>" in shown
    assert "<h1" not in shown


@pytest.mark.parametrize("who", ["staff", "colleague", "deputy", "dx"])
@pytest.mark.parametrize(("method", "path"), [("get", ""), ("post", "/dismissals")])
def test_nobody_else_may_open_it(as_, cast, who, method, path):
    answer = getattr(as_(getattr(cast, who)), method)(f"/team/overlooked{path}")
    assert answer.status_code == 403
    assert "管理職本人" in answer.text


def test_a_manager_of_other_people_sees_none_of_them(as_, cast):
    page = as_(cast.outsider).get("/team/overlooked").text
    assert "思いあたる人は、いませんでした。" in page
    assert cast.staff.name not in page


def test_dismissed_it_stays_away_this_week_in_this_browser(as_, cast):
    browser = as_(cast.manager)
    assert browser.post("/team/overlooked/dismissals").status_code == 303
    assert "今週は、もう出しません。" in browser.get("/team/overlooked").text
    with browser.session_transaction() as cookie:
        assert date.fromisoformat(cookie["overlooked"]).weekday() == 0
    assert cast.staff.name in as_(cast.manager).get("/team/overlooked").text


def test_who_does_not_want_it_says_so_in_the_settings(as_, cast):
    browser, ticked = as_(cast.staff), 'id="not_suggested" name="not_suggested" value="1" checked'
    assert ticked not in browser.get("/settings").text
    browser.post("/settings/suggestions", data={"not_suggested": "1"})
    assert ticked in browser.get("/settings").text
    assert cast.staff.name not in as_(cast.manager).get("/team/overlooked").text
    browser.post("/settings/suggestions")
    assert cast.staff.name in as_(cast.manager).get("/team/overlooked").text


def test_the_log_names_nobody(as_, cast, capsys):
    browser = as_(cast.manager)
    capsys.readouterr()
    browser.get("/team/overlooked")
    browser.post("/team/overlooked/dismissals")
    lines = [json.loads(line) for line in capsys.readouterr().err.splitlines() if "{" in line]
    assert [(line["person"], line["address"]) for line in lines] == [(None, None)] * 2
