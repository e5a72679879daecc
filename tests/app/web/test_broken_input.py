"""Whatever a client sends is answered, and never with 500.

A seeded loop goes over every route, header and field with text that has broken parsers before.
"""

import random
from collections.abc import Callable, Iterator
from itertools import cycle, product
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import EnvironBuilder

from app.web.broken_input import is_host, path_of
from challenges.people.models import Person

SEED = 20261128
ODD = (
    "",
    " ",
    "http://[",
    "//[::1",
    "http://[v1.x]/",
    "https://a:b:c/",
    "http://\u2100.example/",
    "%FF",
    "%00",
    "%",
    "\x00",
    "\x7f",
    "\xff\xfe",
    "-1",
    "0",
    "9" * 30,
    "9" * 5000,
    "１２",
    "1e309",
    "nan",
    "null",
    "..",
    "../../etc/passwd",
    "{{7*7}}",
    "'\"<>`;",
    "a" * 5000,
    "bytes=0-",
    "bytes=9999999-1",
    "bytes=--5",
    'W/"x", *',
    "*;q=x,;;q=,en;q=2",
    "Thu, 99 Foo 20260 99:99:99 GMT",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=\u3042",
    "application/x-www-form-urlencoded; charset=nonsense",
    "text/html;level=\x85",
    "div#main",
    "x#" + "y" * 300,
    "ja" * 100,
    "2026-02-30",
    "令和99年99月99日",
)
HEADERS = (
    "Accept",
    "Accept-Encoding",
    "Accept-Language",
    "Authorization",
    "Content-Length",
    "Content-Type",
    "Cookie",
    "Forwarded",
    "Host",
    "HX-Current-URL",
    "HX-Request",
    "HX-Request-Type",
    "HX-Target",
    "HX-Trigger",
    "If-Match",
    "If-Modified-Since",
    "If-None-Match",
    "If-Range",
    "Origin",
    "Range",
    "Referer",
    "Transfer-Encoding",
    "User-Agent",
    "X-CSRFToken",
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "X-Request-Id",
)
FIELDS = (
    "q",
    "page",
    "next",
    "status",
    "kind",
    "mindset",
    "minutes",
    "project",
    "stage",
    "show",
    "person",
    "name",
    "password",
    "again",
    "present",
    "language",
    "reflection",
    "words",
    "question",
    "reason",
    "day",
    "happened_on",
    "link",
    "unit",
    "ids",
    "id",
    "answer",
    "submission",
    "number",
    "from",
    "to",
    "csrf_token",
)


@pytest.fixture
def ask(app: Flask) -> Callable[..., int]:
    """Send a request as a server would pass it on, without what a client library puts right."""

    def send(path: str, *, method: str = "GET", cookie: str = "", **environ: Any) -> int:
        built = EnvironBuilder(path="/", method=method).get_environ()
        given = {"HTTP_COOKIE": cookie, "PATH_INFO": path, **environ}
        built |= {name: as_bytes(value) for name, value in given.items()}
        built["wsgi.input"] = environ.get("wsgi.input", built["wsgi.input"])
        statuses: list[int] = []
        body = app.wsgi_app(built, lambda status, *_: statuses.append(int(status[:3])))
        b"".join(body)
        getattr(body, "close", lambda: None)()
        return statuses[0]

    return send


def as_bytes(value: Any) -> Any:
    """Text as WSGI passes it: each byte of UTF-8 as one character."""
    return value.encode().decode("latin-1") if isinstance(value, str) else value


@pytest.fixture
def cookies(
    as_: Callable[[Person], FlaskClient], cast: SimpleNamespace, session: Session
) -> list[str]:
    """The cookies of a stranger, of staff, a manager and the DX office."""
    found = [""]
    for person in (cast.staff, cast.manager, cast.dx):
        held = as_(person).get_cookie("stepup")
        assert held
        found.append(f"stepup={held.value}")
    session.commit()  # which would keep others from writing
    return found


def routes(app: Flask, chance: random.Random) -> Iterator[tuple[str, str]]:
    """A path, well-formed or not, and a method for every route."""
    for rule in app.url_map.iter_rules():
        for method in sorted((rule.methods or set()) - {"OPTIONS"}):
            path = rule.rule
            for name in rule.arguments:
                value = chance.choice(("1", "first-hello", "2", *ODD[:30]))
                for converter in ("int:", "path:", ""):
                    path = path.replace(f"<{converter}{name}>", value)
            yield path, method


def odd_header(name: str, value: str) -> tuple[str, str]:
    key = name.upper().replace("-", "_")
    return (key if key.startswith("CONTENT_") else f"HTTP_{key}"), value


@pytest.mark.parametrize("round_", range(2))
def test_no_route_breaks_at_odd_headers_paths_or_fields(
    app: Flask, ask: Callable[..., int], cookies: list[str], round_: int
) -> None:
    chance = random.Random(SEED + round_)
    for path, method in routes(app, chance):
        for _ in range(4):
            headers = [odd_header(name, chance.choice(ODD)) for name in chance.sample(HEADERS, k=4)]
            pairs = [(chance.choice(FIELDS), chance.choice(ODD)) for _ in range(4)]
            query = "&".join(f"{name}={chance.choice((quote(odd), odd))}" for name, odd in pairs)
            given = {"QUERY_STRING": query, **dict(headers)}
            status = ask(path, method=method, **{"cookie": chance.choice(cookies), **given})
            assert status < 500, (method, path, given)


def test_no_header_breaks_a_page_a_form_an_error_or_a_file(
    ask: Callable[..., int], cookies: list[str]
) -> None:
    """Each header by itself, with each odd text, at what reads headers most."""
    places = cycle(
        (
            ("/", "GET"),
            ("/nowhere", "GET"),
            ("/settings/pauses", "POST"),
            ("/static/js/offline.js", "GET"),
            ("/static/app.css", "GET"),
        )
    )
    for header, value in product(HEADERS, ODD):
        key, given = odd_header(header, value)
        environ = {key: given} if key != "HTTP_COOKIE" else {"cookie": given}
        path, method = next(places)
        status = ask(path, method=method, **{"cookie": cookies[1], **environ})
        assert status < 500, (method, path, header, value)


def test_no_field_breaks_a_form(
    app: Flask,
    as_: Callable[[Person], FlaskClient],
    cast: SimpleNamespace,
) -> None:
    browsers = [as_(person) for person in (cast.staff, cast.manager, cast.dx)]
    chance = random.Random(SEED)
    for path, method in routes(app, chance):
        for _ in range(10 if method == "POST" else 0):
            form = {name: chance.choice(ODD) for name in chance.sample(FIELDS, k=3)}
            answer = chance.choice(browsers).post(quote(path), data=form)
            assert answer.status_code < 500, (path, form)


class Leaving:
    """A body whose client goes away, or whose chunks are broken: reading fails."""

    def __init__(self, error: Exception) -> None:
        self._error = error

    def read(self, *_: int) -> bytes:
        raise self._error

    readline = readinto = read


@pytest.mark.parametrize(
    "error",
    [
        OSError("invalid chunk"),
        ConnectionResetError(),
        TimeoutError(),
        ValueError("no chunk"),
        UnicodeDecodeError("utf-8", b"\xff", 0, 1, "x"),
    ],
)
@pytest.mark.parametrize("path", ["/settings/pauses", "/sign-in", "/nowhere", "/"])
def test_a_body_that_ends_early_is_no_crash(
    ask: Callable[..., int],
    cookies: list[str],
    error: Exception,
    path: str,
    capfd: pytest.CaptureFixture[str],
) -> None:
    for method in ("GET", "POST"):
        status = ask(
            path,
            method=method,
            cookie=cookies[1],
            CONTENT_LENGTH="500",
            CONTENT_TYPE="application/x-www-form-urlencoded",
            **{"wsgi.input": Leaving(error)},
        )
        assert status == 400
    assert '"level": "error"' not in capfd.readouterr().err


@pytest.mark.parametrize("header", ["Referer", "HX-Current-URL"])
@pytest.mark.parametrize("value", ["http://[", "//[::1", "http://\u2100.example/", "\x00"])
def test_an_ended_session_is_explained_whatever_the_address(
    ask: Callable[..., int], header: str, value: str
) -> None:
    status = ask(
        "/settings/pauses",
        method="POST",
        HTTP_HX_REQUEST_TYPE="partial",
        **{f"HTTP_{header.upper().replace('-', '_')}": value},
    )
    assert status == 401


@pytest.mark.parametrize(
    "host",
    [None, "localhost", "stepup.example.jp:8443", "10.0.0.1:8000", "[::1]:80", "xn--wgv71a.jp."],
)
def test_hosts_of_real_clients_are_let_in(host: str | None) -> None:
    assert is_host(host)


@pytest.mark.parametrize(
    "host",
    ["", "[", "a b", "a..b", "[::1", "日本.jp", "x" * 64, "a:99999", "a:0", "a/b", "a@b", "a\x00"],
)
def test_broken_hosts_get_400(ask: Callable[..., int], host: str) -> None:
    assert not is_host(host)
    assert ask("/sign-in", HTTP_HOST=host) == 400


def test_the_path_of_an_address_is_taken_or_nothing() -> None:
    assert path_of("https://stepup.example.jp/team?page=2") == "/team"
    assert path_of("http://[") == path_of(None) == path_of("") == ""


def test_a_name_with_a_nul_is_no_page(client: FlaskClient) -> None:
    for address in ("/dashboard/indicators/%00", "/campaigns/a%00b", "/badges/%00", "/claims/%00"):
        assert client.get(address).status_code in (302, 303, 404), address
