"""Pages and files come compressed to those who can read that, and as they are to the others."""

import gzip
from collections.abc import Callable
from types import SimpleNamespace

import brotli
import pytest
from flask import Flask, Response, request
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.config import ROOT
from challenges.people.models import Person

BROWSER = {"Accept-Encoding": "gzip, deflate, br, zstd"}
READ = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}
FILES = [
    "/static/app.css",
    "/static/js/offline.js",
    "/static/vendor/htmx-4.0.1/htmx.min.js",
    "/static/vendor/lucide-1.62.0/icons.svg",
]


def content(answer: TestResponse) -> bytes:
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    return READ[answer.headers.get("Content-Encoding")](answer.data)


def vary(answer: TestResponse) -> set[str]:
    return {name.strip() for name in answer.headers["Vary"].split(",")}


@pytest.mark.parametrize(
    ("accepted", "encoding"),
    [
        ("gzip, deflate, br, zstd", "br"),
        ("gzip", "gzip"),
        ("br;q=0, gzip", "gzip"),
        ("identity", None),
        ("zstd", None),
        ("", None),
        ("nonsense;q=x", None),
    ],
)
@pytest.mark.parametrize("place", ["/sign-in", *FILES])
def test_everybody_gets_the_encoding_they_can_read(
    client: FlaskClient, place: str, accepted: str, encoding: str | None
) -> None:
    plain = client.get(place)
    answer = client.get(place, headers={"Accept-Encoding": accepted})
    assert answer.status_code == 200
    assert answer.headers.get("Content-Encoding") == encoding
    assert "Accept-Encoding" in vary(answer)
    assert "Accept-Encoding" in vary(plain)
    if place != "/sign-in":  # whose token differs each time
        assert content(answer) == plain.data
    if encoding:
        assert len(answer.data) < len(plain.data) / 2


def test_signed_in_pages_are_compressed_too(
    as_: Callable[[Person], FlaskClient], cast: SimpleNamespace
) -> None:
    answer = as_(cast.staff).get("/challenges", headers=BROWSER)
    assert answer.headers["Content-Encoding"] == "br"
    assert "</html>" in content(answer).decode()
    assert {"HX-Request-Type", "Accept-Language", "Cookie", "Accept-Encoding"} <= vary(answer)


@pytest.mark.parametrize("place", FILES)
@pytest.mark.parametrize("accepted", ["gzip, br", "gzip", "identity"])
def test_an_unchanged_file_is_not_sent_again(
    client: FlaskClient, place: str, accepted: str
) -> None:
    headers = {"Accept-Encoding": accepted}
    first = client.get(place, headers=headers)
    again = client.get(place, headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert "Accept-Encoding" in vary(again)
    other = client.get(place, headers={**headers, "If-None-Match": '"something else"'})
    assert (other.status_code, other.data) == (200, first.data)


def test_each_encoding_has_an_etag_of_its_own(client: FlaskClient) -> None:
    etags = {
        client.get(FILES[0], headers={"Accept-Encoding": one}).headers["ETag"]
        for one in ("br", "gzip", "identity")
    }
    assert len(etags) == 3


def test_part_of_a_file_is_sent_as_it_is(client: FlaskClient) -> None:
    answer = client.get("/static/js/offline.js", headers={**BROWSER, "Range": "bytes=0-9"})
    assert (answer.status_code, len(answer.data)) == (206, 10)
    assert "Content-Encoding" not in answer.headers


def test_head_tells_of_a_file_without_sending_it(client: FlaskClient) -> None:
    answer = client.head("/static/app.css", headers=BROWSER)
    assert (answer.status_code, answer.data) == (200, b"")


def test_every_file_arrives_as_it_is_stored(client: FlaskClient, app: Flask) -> None:
    """Also those with the same size and time, which share an ETag."""
    static = ROOT / "static"
    for path in static.rglob("*"):
        if path.is_file() and path.suffix in {".svg", ".js"}:
            answer = client.get(f"/static/{path.relative_to(static)}", headers=BROWSER)
            assert content(answer) == path.read_bytes(), path


@pytest.fixture
def machine(app: Flask) -> None:
    """Answers as an API and a calendar give them."""

    def give() -> Response:
        kind = {"json": "application/json", "ics": "text/calendar"}[request.args["kind"]]
        answer = Response(b"[" + b"1," * 2000 + b"1]", mimetype=kind)
        answer.set_etag("known")
        return answer.make_conditional(request)

    app.add_url_rule("/give", "give", give)


@pytest.mark.own_app
@pytest.mark.usefixtures("machine")
def test_answers_of_an_api_are_compressed_and_known_again(client: FlaskClient) -> None:
    first = client.get("/give?kind=json", headers=BROWSER)
    assert first.headers["Content-Encoding"] == "br"
    assert len(first.data) < 200
    again = client.get(
        "/give?kind=json", headers={**BROWSER, "If-None-Match": first.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.own_app
@pytest.mark.usefixtures("machine")
def test_a_calendar_is_never_compressed(client: FlaskClient) -> None:
    answer = client.get("/give?kind=ics", headers=BROWSER)
    assert "Content-Encoding" not in answer.headers
    assert answer.data.startswith(b"[1,")
