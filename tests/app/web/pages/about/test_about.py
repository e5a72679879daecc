"""「はじめての方へ」: what a newcomer reads before anything else."""

import re

import pytest

from app import promise
from app.clock import now

ENGLISH = {"Accept-Language": "en"}
LINK = 'href="/about"'


def plain(page):
    return re.sub(r"<[^>]*>", " ", page.partition("<main")[2])


def test_it_is_open_to_everybody(client, as_, cast):
    stranger, own = client.get("/about"), as_(cast.staff).get("/about")
    assert stranger.status_code == own.status_code == 200
    assert "サインインする" in plain(stranger.text)
    assert "チャレンジを見る" in plain(own.text)


@pytest.mark.parametrize(
    "told",
    [
        "勤務時間内に行う取組です。時間外や持ち帰りは求めません。",
        "ここの記録は、人事評価・昇任・配置に使いません。",
        "参加は任意です",
        "三つの段階",
        "三つの心構え",
        "お墨付きとは",
        "だれに何が見えるか",
        "かかる時間",
        "管理職の確認は5開庁日まで。",
        "10人に満たない数は出しません",
        "日付までで、時刻は見えません",
    ],
)
def test_it_says_what_a_newcomer_asks(client, told):
    assert told in plain(client.get("/about").text)


def test_it_is_complete_in_english(client):
    text = plain(client.get("/about", headers=ENGLISH).text).replace("日本語", "")
    assert "working hours" in text
    assert re.findall(r"[ぁ-んァ-ヶ一-龠]", text) == []


@pytest.mark.parametrize("address", ["/sign-in", "/nowhere"])
def test_strangers_find_it_in_the_footer(client, address):
    foot = client.get(address).text.partition('<footer class="foot">')[2]
    assert LINK in foot
    assert 'href="/about#basis"' in foot


@pytest.mark.parametrize("address", ["/", "/challenges", "/settings", "/team", "/office"])
def test_every_page_has_it_in_the_footer(as_, cast, address):
    person = {"/team": cast.manager, "/office": cast.dx}.get(address, cast.staff)
    foot = as_(person).get(address).text.partition('<footer class="foot">')[2]
    assert "人事評価・昇任・配置に使いません。" in foot
    assert LINK in foot
    assert 'href="/about#basis"' in foot


def test_an_empty_home_leads_there_and_a_full_one_does_not(as_, cast, climb, session):
    browser = as_(cast.staff)
    assert LINK in browser.get("/").text.partition("<footer")[0]
    climb(cast.staff, "first-hello", at=now())
    assert LINK not in browser.get("/").text.partition("<footer")[0]


def test_until_the_office_enters_a_basis_none_is_invented(client):
    text = plain(client.get("/about").text)
    assert re.search(r"根拠：\s*未登録", text)
    assert re.search(r"問い合わせ先：\s*未登録", text)


@pytest.fixture
def entered(session, cast):
    """``entered(document_ja=…)``: a version of the basis."""

    def enter(**texts):
        present = promise.basis_in_force(session)
        after = present.id if present else 0
        promise.enter_basis(session, texts, after=after, by_id=cast.dx.id, at=now())
        session.commit()

    return enter


def test_what_the_office_entered_is_shown(client, entered):
    entered(
        document_ja="DX推進要領",
        article_ja="第5条",
        contact_ja="総務課",
        document_en="DX Guidelines",
    )
    japanese = plain(client.get("/about").text)
    assert re.search(r"根拠：\s*DX推進要領\s+第5条", japanese)
    assert re.search(r"問い合わせ先：\s*総務課", japanese)
    assert "DX Guidelines" not in japanese


@pytest.mark.parametrize(
    ("texts", "headers", "shown"),
    [
        ({"document_ja": "要領"}, ENGLISH, '<span lang="ja">要領</span>'),
        ({"document_en": "Guidelines"}, {}, '<span lang="en">Guidelines</span>'),
        ({"document_ja": "要領", "document_en": "Rules"}, ENGLISH, '<span lang="en">Rules</span>'),
        ({"contact_ja": "総務課"}, ENGLISH, '<span lang="ja">総務課</span>'),
    ],
)
def test_a_text_in_one_language_is_shown_in_both(client, entered, texts, headers, shown):
    entered(**texts)
    assert shown in client.get("/about", headers=headers).text


def test_a_contact_alone_is_no_basis(client, entered):
    entered(contact_ja="総務課")
    assert re.search(r"根拠：\s*未登録", plain(client.get("/about").text))


def test_what_was_entered_is_escaped(client, entered):
    entered(document_ja="<script>alert(1)</script>")
    page = client.get("/about").text
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_it_takes_one_statement_more_than_knowing_who_asks(app, client, count_statements):
    client.get("/about")
    with count_statements(app.extensions["stepup_database"].engine) as statements:
        assert client.get("/about").status_code == 200
    assert len(statements) == 1
