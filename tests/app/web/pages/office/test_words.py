"""The words of the office's tables, and the record of a completion."""

import re

import pytest

from app.clock import now
from app.jobs.starting import start

BEFORE = (
    "何が",
    "いくつ",
    "くわしく",
    "ようす",
    "した日",
    "数える所属",
    "待っている",
    "だれの",
    "できること",
    "進みぐあい",
    "決まり方",
    "登った人",
)
"""Headings that were no words of an office."""


@pytest.fixture
def pages(as_, cast, session, done, parked, waiting_submissions):
    waiting_submissions(1)
    start(session, "recount", {}, "a", at=now(), asked_by_id=cast.dx.id, total=20)
    session.commit()
    browser = as_(cast.dx)
    addresses = ("/office", "/office/completions?q=staff", f"/office/completions/{done.id}")
    return {address: browser.get(address).text for address in (*addresses, "/office/promise")}


def headings(page):
    column = r'<th scope="col"[^>]*>([^<]+)<|<dt>([^<]+)<|data-label="([^"]+)"'
    return {"".join(found) for found in re.findall(column, page)}


def test_headings_are_the_words_of_an_office(pages):
    said = set().union(*(headings(page) for page in pages.values()))
    assert said & set(BEFORE) == set()
    assert {"項目", "件数", "内容", "状態", "実施日", "集計する所属"} <= said
    assert "送信待ちの通知" in pages["/office"]


def test_a_heading_of_a_column_is_that_of_its_cards(pages):
    for address, page in pages.items():
        columns = set(re.findall(r'<th scope="col"[^>]*>([^<]+)<', page))
        assert set(re.findall(r'<td[^>]*data-label="([^"]+)"', page)) <= columns, address


def test_a_completion_opens_as_its_record(as_, cast, done):
    page = as_(cast.dx).get(f"/office/completions/{done.id}").text
    assert "<h1>達成の記録</h1>" in page
    assert f"<title>浜口 汐里 ・ はじめの一声 ・ やってみた ・ 達成の記録 {done.id} | " in page
    page = page.partition("<main")[2]
    fold = page.partition("<details")[2]
    assert fold.partition("<summary>")[0].strip() == 'class="fold card">'
    assert "この達成を取り消す</summary>" in fold
    assert "/voidings" in fold
    assert "/voidings" not in page.partition("<details")[0]


@pytest.mark.parametrize("reason", ["短い", "あ" * 401, "\n \n"])
def test_a_refused_reason_is_kept_in_the_open_fold(as_, cast, done, reason):
    answer = as_(cast.dx).post(f"/completions/{done.id}/voidings", data={"reason": reason})
    assert answer.status_code == 422
    assert '<details class="fold card" open>' in answer.text
    assert f">\n{reason}</textarea>" in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert done.voided_at is None


def test_a_reason_is_given_back_when_the_session_has_ended(client, done):
    answer = client.post(f"/completions/{done.id}/voidings", data={"reason": "同じ記録です"})
    assert answer.status_code == 401
    assert "同じ記録です" in answer.text
