"""The page for developers shows every part, and exists only in debug mode."""

import re
from collections.abc import Iterator
from itertools import pairwise

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.config import ROOT, Config
from app.factory import create_app


@pytest.fixture
def developing(config: Config, monkeypatch: pytest.MonkeyPatch) -> Iterator[Flask]:
    """The app as `flask --debug` starts it."""
    monkeypatch.setenv("FLASK_DEBUG", "1")
    app = create_app(config)
    yield app
    app.extensions["stepup_database"].dispose()


def test_in_production_the_page_is_not_there(client: FlaskClient, as_, cast) -> None:
    assert client.get("/office/parts").status_code == 404
    assert as_(cast.dx).get("/office/parts").status_code == 404


@pytest.mark.parametrize("language", ["ja", "en"])
def test_it_shows_every_part(developing: Flask, language: str) -> None:
    answer = developing.test_client().get("/office/parts", headers={"Accept-Language": language})
    assert answer.status_code == 200
    shown = re.findall(r"<code>ui\.(\w+)</code>", answer.text)
    assert sorted(shown) == sorted(vars(developing.jinja_env.globals["ui"]))


def test_a_part_that_is_named_is_also_called(developing: Flask) -> None:
    folder = ROOT / "templates" / "parts"
    template = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.html"))
    for name in vars(developing.jinja_env.globals["ui"]):
        assert f"ui.{name}(" in template, name


def test_its_headings_go_down_one_at_a_time(developing: Flask) -> None:
    page = developing.test_client().get("/office/parts").text
    levels = [int(level) for level in re.findall(r"<h([1-6])\b", page)]
    assert levels[0] == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))


def test_no_id_is_used_twice(developing: Flask) -> None:
    ids = re.findall(r"\sid=\"([^\"]+)\"", developing.test_client().get("/office/parts").text)
    assert sorted(ids) == sorted(set(ids))
