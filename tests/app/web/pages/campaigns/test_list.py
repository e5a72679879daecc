"""The list of campaigns: what is on, what is coming, what is over, by fiscal years."""

import re
from datetime import timedelta

from challenges.calendar import fiscal_year_start
from challenges.vocabulary import CampaignState


def heading(page):
    return re.search(r"<h1[^>]*>(.*?)</h1>", page, re.DOTALL)[1].strip()


def part(page, name):
    return page.partition(f'id="{name}"')[2].partition("</section>")[0]


def name(text):
    return {"name": text}


def test_without_any_the_page_says_what_to_do_instead(as_, cast):
    page = as_(cast.staff).get("/campaigns").text
    assert heading(page) == "いまは、開催中のキャンペーンはありません。"
    assert 'href="/challenges"' in page.partition("<main")[2]
    assert "これから、はじまります" in page


def test_each_stands_where_it_belongs(as_, cast, running, today):
    running(slug="on", ja=name("いまの"))
    running((5, 9), slug="coming", ja=name("つぎの"), state=CampaignState.SCHEDULED)
    running((-30, -9), slug="over", ja=name("まえの"), state=CampaignState.CLOSED)
    running((-60, -40), slug="put-away", ja=name("むかしの"), state=CampaignState.ARCHIVED)
    running((6, 8), slug="dropped", ja=name("やめた"), state=CampaignState.CLOSED).opened_at = None
    page = as_(cast.staff).get("/campaigns").text
    assert "いまの" in part(page, "on")
    assert "つぎの" in part(page, "coming")
    over = page.partition('id="over"')[2]
    assert all(
        one in over for one in ("まえの", "むかしの", "やめた", "はじまる前に取りやめました。")
    )
    year = fiscal_year_start(today - timedelta(days=9)).year
    assert f"{year}年度に終わったもの" in over


def test_one_that_is_on_is_the_heading(as_, cast, running):
    running((-3, 17))
    assert heading(as_(cast.staff).get("/campaigns").text) == "会議をかるく。あと二週間半です。"


def test_if_none_is_on_the_next_one_is(as_, cast, running, today):
    running((5, 9), state=CampaignState.SCHEDULED)
    first = today + timedelta(days=5)
    said = heading(as_(cast.staff).get("/campaigns").text)
    assert said.startswith(f"次のキャンペーンは、{first.month}月{first.day}日")


def test_whoever_is_outside_the_audience_sees_them_too(as_, cast, running):
    running(audience={"units": ["農林部"]})
    assert "会議をかるく" in as_(cast.staff).get("/campaigns").text


def test_ones_own_part_is_told_to_oneself_alone(as_, cast, running, count):
    count(running(), cast.staff, "first-hello")
    assert "あなたの一歩もあります" in as_(cast.staff).get("/campaigns").text
    assert "あなたの一歩もあります" not in as_(cast.colleague).get("/campaigns").text


def test_what_is_over_is_paged_at_the_same_number_of_statements(
    app, as_, cast, session, running, count_statements
):
    running((-9, -2), slug="over-0", state=CampaignState.CLOSED)
    session.commit()
    browser, engine = as_(cast.staff), app.extensions["stepup_database"].engine
    browser.get("/campaigns")
    with count_statements(engine) as few:
        browser.get("/campaigns")
    for number in range(1, 15):
        days = (-9 - number, -2 - number)
        running(days, slug=f"over-{number}", state=CampaignState.CLOSED)
    session.commit()
    with count_statements(engine) as many:
        page = browser.get("/campaigns").text
    assert len(few) == len(many) == 5
    assert 'href="/campaigns/over-0"' in page
    assert 'href="/campaigns/over-14"' not in page
    assert 'href="/campaigns/over-14"' in browser.get("/campaigns?over=2").text


def test_the_head_leads_there(as_, cast):
    head = as_(cast.staff).get("/campaigns").text.partition("</header>")[0]
    assert re.search(r'<a href="/campaigns" aria-current="page"[^>]*>キャンペーン</a>', head)


def test_on_a_phone_the_rest_of_the_sections_stands_under_more(as_, cast):
    heads = {
        who: as_(getattr(cast, who)).get("/").text.partition("</header>")[0]
        for who in ("staff", "manager", "dx")
    }
    more = {
        who: head.partition("<details")[2].partition("</details>")[0] for who, head in heads.items()
    }
    assert all('href="/dashboard"' in one for one in more.values())
    assert 'href="/badges"' not in more["staff"]
    for who in ("manager", "dx"):
        assert 'href="/badges"' in more[who]
