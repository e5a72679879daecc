"""The page that explains the API. Its examples are taken from it and run."""

import html
import re
import shlex
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.serving import make_server

from app.api.lists import LISTS
from app.config import Config
from app.factory import create_app
from app.indicators.models import Measure
from challenges.people.models import Person

EXAMPLE = re.compile(r'data-example="(\w+)"><code>(.*?)</code>', re.DOTALL)


@pytest.fixture
def served(config: Config) -> Iterator[Flask]:
    """The app on a port of its own, which its settings know."""
    server = make_server("127.0.0.1", 0, None, threaded=True)
    app = create_app(replace(config, public_url=f"http://127.0.0.1:{server.server_port}"))
    server.app = app
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield app
    server.shutdown()
    thread.join()
    server.server_close()
    app.extensions["stepup_database"].dispose()


def examples(app: Flask, language: str) -> list[tuple[str, str]]:
    answer = app.test_client().get("/dashboard/api", headers={"Accept-Language": language})
    assert answer.status_code == 200
    return [(kind, html.unescape(text)) for kind, text in EXAMPLE.findall(answer.text)]


def run(kind: str, text: str, folder: Path) -> str:
    command = [sys.executable, "-c", text] if kind == "python" else shlex.split(text)
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_example_works_as_it_stands(
    served: Flask, session: Session, publish: Callable[..., Measure], tmp_path: Path, language: str
) -> None:
    for month in range(1, 13):
        publish(40.0 + month, month=month)
    session.commit()
    csv, python, tags, then = examples(served, language)
    assert run(*csv, tmp_path).startswith("id,indicator,version,unit_id")
    assert run(*python, tmp_path) == "9\n"
    assert '"tried-share"' in run(*tags, tmp_path)
    assert run(*tags, tmp_path) == ""
    assert '"value":52.0' in run(*then, tmp_path)


def test_an_analyst_reads_page_after_page(
    served: Flask, session: Session, publish: Callable[..., Measure], tmp_path: Path
) -> None:
    """The example in Python, with more rows than a page has."""
    for number in range(250):
        publish(float(number), month=number % 9 + 4, indicator=f"own-{number}")
    session.commit()
    [python] = [text for kind, text in examples(served, "en") if kind == "python"]
    assert run("python", python, tmp_path) == "250\n"


def test_the_page_names_every_list_and_its_filters(client: FlaskClient) -> None:
    text = client.get("/dashboard/api").text
    general = {"format", "limit", "cursor"}
    for one in LISTS:
        row = text[text.index(f"<code>/{one.name}</code>") :].partition("</tr>")[0]
        filters = set(re.findall(r"<code>(\w+)</code>", row))
        assert filters == one.parameters.model_fields.keys() - general


def test_a_browser_is_led_from_the_api_to_the_page(client: FlaskClient) -> None:
    browser = client.get("/api/v1/", headers={"Accept": "text/html,*/*;q=0.8"})
    assert (browser.status_code, browser.location) == (303, "/dashboard/api")
    program = client.get("/api/v1/").json
    assert program["lists"].keys() == {one.name for one in LISTS}
    for address in (*program["lists"].values(), program["openapi"], program["catalogue"]):
        assert client.get(address).status_code == 200


def test_where_the_dashboard_is_not_public_the_page_asks_to_sign_in(
    config: Config, sign_in: Callable[..., Any], cast: SimpleNamespace
) -> None:
    app = create_app(replace(config, dashboard_public=False))
    try:
        assert app.test_client().get("/dashboard/api").status_code == 302
        person: Person = cast.staff
        assert sign_in(app.test_client(), person).get("/dashboard/api").status_code == 200
    finally:
        app.extensions["stepup_database"].dispose()
