"""Security headers of pages and static files."""

import dataclasses

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.config import Config
from app.factory import create_app

PLACES = ["/sign-in", "/", "/nowhere", "/healthz", "/challenges", "/static/app.css"]


@pytest.mark.parametrize("place", PLACES)
def test_every_answer_allows_our_own_files_and_nothing_inline(
    client: FlaskClient, place: str
) -> None:
    headers = client.get(place).headers
    policy = dict(
        part.strip().split(" ", 1) for part in headers["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert (
        policy["script-src"]
        == policy["style-src"]
        == policy["form-action"]
        == policy["connect-src"]
        == "'self'"
    )
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"


def test_pages_are_not_kept_by_shared_computers(client: FlaskClient) -> None:
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"


def test_caches_keep_a_page_and_its_fragment_apart(client: FlaskClient) -> None:
    assert {"HX-Request-Type", "HX-Target", "Accept-Language", "Cookie"} <= {
        name.strip() for name in client.get("/sign-in").headers["Vary"].split(",")
    }


def test_a_static_file_is_kept_for_a_year_under_its_digest(app: Flask, client: FlaskClient) -> None:
    with app.test_request_context():
        address = app.jinja_env.globals["asset"]("app.css")
    assert "?v=" in address
    answer = client.get(address)
    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert "Access-Control-Allow-Origin" not in answer.headers


def test_no_file_outside_the_folder_is_served(client: FlaskClient) -> None:
    for path in (
        "/static/../wsgi.py",
        "/static/%2e%2e/wsgi.py",
        "/static//etc/passwd",
        "/static/../instance/secret_key",
    ):
        assert client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("address", "is_secure"), [("https://step-up.example.jp", True), ("http://localhost", False)]
)
def test_https_makes_cookies_secure_and_is_remembered(
    config: Config, address: str, is_secure: bool
) -> None:
    app = create_app(dataclasses.replace(config, public_url=address))
    answer = app.test_client().get("/sign-in", base_url=address)
    cookies = answer.headers.getlist("Set-Cookie")
    assert cookies
    for cookie in cookies:
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is is_secure
    assert ("Strict-Transport-Security" in answer.headers) is is_secure
    app.extensions["stepup_database"].dispose()


@pytest.mark.parametrize(("proxies", "believed"), [(0, "127.0.0.1"), (1, "203.0.113.9")])
def test_forwarded_addresses_count_only_from_trusted_proxies(
    config: Config, proxies: int, believed: str
) -> None:
    app = create_app(dataclasses.replace(config, trusted_proxies=proxies))
    app.add_url_rule("/who", "who", lambda: __import__("flask").request.remote_addr)
    answer = app.test_client().get("/who", headers={"X-Forwarded-For": "198.51.100.1, 203.0.113.9"})
    assert answer.text == believed
    app.extensions["stepup_database"].dispose()
