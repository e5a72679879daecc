"""「記録のあつかい」: what is kept, for what, who sees it and how long."""

import re

import pytest

from app.clock import now
from app.notices.forgetting import KEPT
from app.retention import periods
from app.retention.kinds import WordsKind
from app.web.wording.retention import KINDS
from challenges.shares import SMALLEST_GROUP

PATH = "/about/data"
LINK = f'href="{PATH}"'


def plain(page):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page.partition("<main")[2]))


def test_it_is_open_to_everybody(client, as_, cast):
    stranger, own = client.get(PATH), as_(cast.staff).get(PATH)
    assert stranger.status_code == own.status_code == 200
    assert "サインインして受け取る" in plain(stranger.text)
    assert 'href="/settings#my-data"' in own.text


def test_every_kind_of_words_is_there_and_has_no_invented_period(client):
    text = plain(client.get(PATH).text)
    for words in KINDS.values():
        assert words.name in text
    assert text.count(" 未設定 ") >= len(WordsKind)
    assert "年 " not in text.partition("人の言葉")[2].partition("そのほかの記録")[0].replace(
        "年度", ""
    )


def test_a_period_stands_there_once_it_is_entered(client, session, cast):
    how = {"after": 0, "agreed": 0, "named": "", "by_id": cast.dx.id, "at": now()}
    periods.change(session, WordsKind.CHEER, 3, **how)
    session.commit()
    assert "書いた年度の次の年度のはじめから3年" in plain(client.get(PATH).text)


@pytest.mark.parametrize(
    "told",
    [
        "人事評価・昇任・配置には使いません。",
        f"起きてから{KEPT.days}日",
        f"{SMALLEST_GROUP}人に満たない数は出しません",
        "情報公開請求",
        "一つのファイルで受け取れます",
        "問い合わせ先： 未登録",
        "相談用の控え",
        "メールを送った日時",
    ],
)
def test_it_says_what_people_ask(client, told):
    assert told in plain(client.get(PATH).text)


def test_it_is_complete_in_english(client):
    text = plain(client.get(PATH, headers={"Accept-Language": "en"}).text).replace("日本語", "")
    assert "How records are handled" in text
    assert re.findall(r"[ぁ-んァ-ヶ一-龠]", text) == []


@pytest.mark.parametrize("address", ["/about", "/settings", "/challenges"])
def test_a_link_leads_there(as_, cast, address):
    assert LINK in as_(cast.staff).get(address).text


def test_a_stranger_finds_it_in_the_footer(client):
    assert LINK in client.get("/sign-in").text.partition('<footer class="foot">')[2]
