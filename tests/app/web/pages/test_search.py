"""The search finds a few of each kind, and nothing that one may not see."""

import pytest

from app.clock import now
from app.studio import beginning
from challenges.campaigns.definitions import CampaignDefinition
from challenges.people import leaving
from tests.app.web.htmx import partial


def test_each_kind_is_found(as_, cast, climb, campaign_of):
    done = climb(cast.staff, "first-hello", at=now())
    done.submission.reflection = "会議のあとで、声をかけました。"
    campaign_of(at=now())
    text = as_(cast.staff).get("/search?q=会議").text
    for heading in ("チャレンジ", "バッジ", "キャンペーン", "自分の言葉"):
        assert f"<h2>{heading}</h2>" in text, heading
    assert 'href="/campaigns/light-meetings"' in text
    people = as_(cast.staff).get("/search?q=山本").text
    assert f'href="/people/{cast.colleague.id}"' in people


@pytest.mark.parametrize("who", ["colleague", "manager", "deputy", "outsider", "dx"])
def test_words_of_others_are_never_found(as_, cast, climb, who):
    climb(cast.staff, "first-hello", at=now()).submission.reflection = "ひみつの一歩でした"
    text = as_(getattr(cast, who)).get("/search?q=ひみつの一歩").text
    assert "ひみつの一歩でした" not in text
    assert "見つかりませんでした" in text


def test_who_left_is_not_found(as_, cast, session):
    leaving.deactivate(session, cast.staff, at=now())
    session.commit()
    assert "浜口 汐里" not in as_(cast.colleague).get("/search?q=浜口").text


def test_challenges_for_managers_are_found_by_managers_alone(as_, cast, catalogue):
    one = next(one for one in catalogue.challenges if one.audience != "everyone")
    title = one.wording["ja"].title
    for who, sees in ((cast.staff, False), (cast.manager, True)):
        page = as_(who).get("/search", query_string={"q": title}).text
        assert (f'href="/challenges/{one.slug}"' in page) is sees


def test_a_draft_of_a_campaign_is_not_found(as_, cast, session):
    definition = CampaignDefinition.model_validate(
        {"slug": "designed", "ja": {"name": "ないしょの企画"}}
    )
    beginning.begin(session, definition, by_id=cast.dx.id, at=now())
    session.commit()
    assert 'href="/campaigns/designed"' not in as_(cast.dx).get("/search?q=ないしょの企画").text


def test_nothing_found_suggests_what_is_near(as_, cast):
    text = as_(cast.staff).get("/search?q=押印廃止エクセル").text
    assert "近いのは、このあたりです" in text


def test_an_empty_search_says_where_to_begin(as_, cast):
    text = as_(cast.staff).get("/search?q=　").text
    assert "たとえば、こんなところから" in text


def test_a_visitor_is_asked_to_sign_in(client):
    assert client.get("/search?q=浜口").status_code == 302


def test_the_header_of_every_page_has_the_search(as_, cast, client):
    assert 'action="/search"' in as_(cast.staff).get("/settings").text
    assert 'action="/search"' not in client.get("/about").text


@pytest.mark.parametrize("words", ["会議", "", "zzzz"])
def test_what_is_found_comes_alone_while_one_types(as_, cast, words):
    answer = as_(cast.staff).get(f"/search?q={words}", headers=partial("section#found"))
    assert answer.status_code == 200
    assert 'id="found"' in answer.text
    assert "<html" not in answer.text
