"""Every error below /api/ is a problem with a sentence (RFC 9457)."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import TimeoutError as PoolTimeout

from app.config import Config
from app.factory import create_app

Read = Callable[..., Any]


def problem(answer: Any, status: int) -> dict[str, Any]:
    assert answer.status_code == status, answer.text
    assert answer.content_type == "application/problem+json"
    told = answer.json
    assert told["status"] == status
    assert told["type"] == "about:blank"
    assert told["title"]
    assert told["detail"].endswith(("。", "."))
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Set-Cookie" not in answer.headers
    return dict(told)


@pytest.mark.parametrize("address", ["/api/", "/api/v1/nothing", "/api/v2/measures", "/api/v1/x/y"])
def test_404(client: FlaskClient, address: str) -> None:
    problem(client.get(address), 404)


@pytest.mark.parametrize("broken", [{"HTTP_HOST": "a b"}, {"QUERY_STRING": "limit=\xff"}])
def test_400_for_what_cannot_even_be_read(client: FlaskClient, broken: dict[str, str]) -> None:
    answer = client.get("/api/v1/units", environ_overrides=broken)
    assert (answer.status_code, answer.content_type) == (400, "application/problem+json")
    assert answer.json["detail"].endswith(".")


def test_405(client: FlaskClient) -> None:
    answer = client.post("/api/v1/measures", data="x")
    problem(answer, 405)
    assert "GET" in answer.headers["Allow"]


def test_406(read: Read) -> None:
    told = problem(read("measures", headers={"Accept": "application/pdf"}), 406)
    assert "text/csv" in told["detail"]


@pytest.mark.parametrize(
    ("asked", "parameter"),
    [
        ({"limit": 0}, "limit"),
        ({"limit": 1001}, "limit"),
        ({"limit": ["1", "2"]}, "limit"),
        ({"limit": "many"}, "limit"),
        ({"cursor": "nonsense"}, "cursor"),
        ({"first": "30 February"}, "first"),
        ({"unit": "everywhere"}, "unit"),
        ({"unit": 2**40}, "unit"),
        ({"variant": "SOME"}, "variant"),
        ({"indicators": "tried-share"}, "indicators"),
        ({"format": "xlsx"}, "format"),
    ],
)
def test_422_names_what_is_wrong(read: Read, asked: dict[str, Any], parameter: str) -> None:
    told = problem(read("measures", **asked), 422)
    assert {one["parameter"] for one in told["errors"]} == {parameter}
    assert all(one["detail"] for one in told["errors"])


def test_all_mistakes_are_told_at_once(read: Read) -> None:
    told = problem(read("measures", limit=0, last="never", nonsense=1), 422)
    assert {one["parameter"] for one in told["errors"]} == {"limit", "last", "nonsense"}


@pytest.mark.own_app
@pytest.mark.parametrize(
    ("error", "status"), [(ZeroDivisionError("secret"), 500), (PoolTimeout("busy"), 503)]
)
def test_500_and_503(app: Flask, client: FlaskClient, error: Exception, status: int) -> None:
    def fail() -> None:
        raise error

    app.add_url_rule("/api/v1/failing", "failing", fail)
    answer = client.get("/api/v1/failing")
    told = problem(answer, status)
    assert "secret" not in answer.text
    assert ("Retry-After" in answer.headers) == (status == 503)
    assert "errors" not in told


def test_429_says_when_to_come_back(config: Config, client: FlaskClient) -> None:
    app = create_app(replace(config, api_requests=3))
    try:
        browser = app.test_client()
        left = [browser.get("/api/v1/units") for _ in range(3)]
        assert [one.headers["RateLimit"].split(";")[1] for one in left] == ["r=2", "r=1", "r=0"]
        assert left[0].headers["RateLimit-Policy"] == '"minute";q=3;w=60'
        answer = browser.get("/api/v1/units")
        problem(answer, 429)
        assert 1 <= int(answer.headers["Retry-After"]) <= 60
        assert answer.headers["RateLimit"].startswith('"minute";r=0;t=')
        elsewhere = browser.get("/api/v1/units", environ_base={"REMOTE_ADDR": "10.1.2.3"})
        assert elsewhere.status_code == 200
        assert browser.get("/sign-in").status_code == 200
    finally:
        app.extensions["stepup_database"].dispose()


def test_sentences_are_in_the_language_of_the_program(client: FlaskClient) -> None:
    english = client.get("/api/v1/nothing", headers={"Accept-Language": "en"}).json
    japanese = client.get("/api/v1/nothing", headers={"Accept-Language": "ja"}).json
    assert english["detail"].isascii()
    assert not japanese["detail"].isascii()


def test_a_page_that_fails_is_still_a_page(client: FlaskClient) -> None:
    assert client.get("/apiary").content_type.startswith("text/html")


def test_a_spreadsheet_with_the_parts_of_an_old_browser_is_answered(client: FlaskClient) -> None:
    agent = "Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Trident/7.0)"
    answer = client.get("/api/v1/units", headers={"User-Agent": agent})
    assert answer.content_type.startswith("application/json")
