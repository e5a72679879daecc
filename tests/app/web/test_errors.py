"""Errors are pages in the person's language, with a request id. htmx gets one block."""

import json
import re
from typing import Any

import pytest
from flask import Flask, abort
from flask.testing import FlaskClient

from challenges.errors import NotAllowed, RuleBroken

pytestmark = pytest.mark.own_app

WORDS = {
    "not-found": (404, "そのページは見つかりません"),
    "method": (405, "その開き方はできません"),
    "too-large": (413, "少し大きすぎました"),
    "rule": (422, "もう一度だけ確かめてください"),
    "forbidden": (403, "このページは開けません"),
    "crash": (500, "こちらの不具合です"),
}


@pytest.fixture(autouse=True)
def faults(app: Flask) -> None:
    """Routes that fail in every way."""

    def fail(how: str) -> str:
        if how == "rule":
            raise RuleBroken("ひとことを書いてください。一行で十分です。")
        if how == "forbidden":
            raise NotAllowed
        if how == "crash":
            raise ZeroDivisionError("secret detail")
        abort({"not-found": 404, "method": 405, "too-large": 413}[how])

    app.add_url_rule("/fail/<how>", "fail", fail, methods=["GET", "POST"])


@pytest.mark.parametrize("how", WORDS)
def test_a_problem_is_a_page_in_words(client: FlaskClient, how: str) -> None:
    status, title = WORDS[how]
    answer = client.get(f"/fail/{how}")
    assert answer.status_code == status
    assert f'<h1 data-focus tabindex="-1" autofocus>{title}</h1>' in answer.text
    assert '<html lang="ja">' in answer.text
    assert "Traceback" not in answer.text
    assert "secret detail" not in answer.text


@pytest.mark.parametrize("how", WORDS)
def test_error_pages_are_in_english_for_english_readers(client: FlaskClient, how: str) -> None:
    status, _ = WORDS[how]
    answer = client.get(f"/fail/{how}", headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert answer.status_code == status
    assert '<html lang="en">' in answer.text
    main = answer.text[answer.text.index("<main") : answer.text.index("</main>")]
    assert not re.search(r"[ぁ-んァ-ヶ一-龠]", main)


@pytest.mark.parametrize("how", WORDS)
def test_htmx_gets_the_live_region_only_and_keeps_its_form(client: FlaskClient, how: str) -> None:
    status, title = WORDS[how]
    headers = {
        "HX-Request": "true",
        "HX-Request-Type": "partial",
        "HX-Target": "section#my_submission",
    }
    answer = client.post(f"/fail/{how}", headers=headers)
    assert answer.status_code == status
    assert answer.headers["HX-Retarget"] == "#flash"
    assert answer.headers["HX-Reswap"] == "innerHTML"
    assert answer.text.strip().startswith("<section")
    assert (title if how != "forbidden" else "この操作はできません") in answer.text
    assert "<html" not in answer.text


def test_a_broken_rule_says_its_own_sentence(client: FlaskClient) -> None:
    assert "ひとことを書いてください。一行で十分です。" in client.get("/fail/rule").text


def test_text_is_repeated_where_the_answer_replaces_the_form(client: FlaskClient) -> None:
    answer = client.post(
        "/fail/rule", data={"reflection": "昼休みに<b>書きました", "csrf_token": "secret"}
    )
    assert "昼休みに&lt;b&gt;書きました" in answer.text
    assert "secret" not in answer.text


@pytest.mark.parametrize(
    ("came_from", "leads_to", "label"),
    [
        (None, "/", "ホームへ戻る"),
        ("http://localhost/challenges?page=2", "http://localhost/challenges?page=2", "前のページ"),
        ("https://evil.example/", "/", "ホームへ戻る"),
    ],
)
def test_the_way_on_says_where_it_leads(
    client: FlaskClient, came_from: str | None, leads_to: str, label: str
) -> None:
    headers = {"Referer": came_from} if came_from else {}
    main = client.post("/fail/rule", headers=headers).text.partition("<main")[2]
    [link] = re.findall(r'<a class="btn[^"]*" href="([^"]*)"[^>]*>([^<]*)<', main)
    assert link[0] == leads_to
    assert label in link[1]


def test_unknown_addresses_and_wrong_methods_get_pages(client: FlaskClient) -> None:
    assert client.get("/nowhere").status_code == 404
    answer = client.delete("/sign-in")
    assert answer.status_code == 405
    assert {"GET", "POST"} <= {word.strip() for word in answer.headers["Allow"].split(",")}


def test_an_oversized_request_is_refused(client: FlaskClient) -> None:
    answer = client.post("/sign-in", data={"name": "x" * 300_000, "password": "y"})
    assert answer.status_code == 413
    assert "少し大きすぎました" in answer.text


def last_lines(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [
        json.loads(line) for line in capfd.readouterr().err.splitlines() if line.startswith("{")
    ]


def test_page_header_and_log_line_share_one_request_id(
    client: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    answer = client.get("/fail/crash")
    id_ = answer.headers["X-Request-Id"]
    assert f"<code>{id_}</code>" in answer.text
    line = next(line for line in last_lines(capfd) if line["event"] == "request")
    assert (line["id"], line["method"], line["path"], line["status"]) == (
        id_,
        "GET",
        "/fail/crash",
        500,
    )


def test_a_crash_is_logged_with_traceback_and_request_id(
    client: FlaskClient, capfd: pytest.CaptureFixture[str]
) -> None:
    id_ = client.get("/fail/crash").headers["X-Request-Id"]
    line = next(line for line in last_lines(capfd) if line["level"] == "error")
    assert line["id"] == id_
    assert "ZeroDivisionError: secret detail" in line["exception"]


@pytest.mark.parametrize(
    ("given", "kept"), [("abcdef0123456789", True), ("short", False), ("bad id\x7f", False)]
)
def test_a_proxys_request_id_is_kept_if_it_is_one(
    client: FlaskClient, given: str, kept: bool
) -> None:
    answer = client.get("/healthz", headers={"X-Request-Id": given})
    assert (answer.headers["X-Request-Id"] == given) is kept


def test_the_back_link_stays_on_this_site(client: FlaskClient) -> None:
    own = client.get(
        "/fail/rule", headers={"Referer": "http://localhost/challenges?minutes=10"}
    ).text
    assert 'href="http://localhost/challenges?minutes=10"' in own
    for other in ("http://localhost.evil.example/", "javascript:alert('evil.example')"):
        assert "evil.example" not in client.get("/fail/rule", headers={"Referer": other}).text


@pytest.mark.parametrize("path", ["/challenges?q=%00", "/sign-in?next=%00", "/nowhere/%00"])
def test_a_null_character_breaks_nothing(client: FlaskClient, path: str) -> None:
    assert client.get(path).status_code in {200, 302, 404}
    assert client.post("/sign-in", data={"name": "a\0b", "password": "\0"}).status_code == 401
