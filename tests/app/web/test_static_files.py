"""Styles are written in many files and sent as one."""

import re
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.config import ROOT
from app.web.static_files import Styles

LAYERS = "@layer reset, tokens, base, layout, parts, pages;"


@pytest.fixture
def styles(client: FlaskClient) -> TestResponse:
    return client.get("/static/app.css")


def test_styles_come_in_one_answer(styles: TestResponse) -> None:
    assert styles.content_type == "text/css; charset=utf-8"
    assert "@import" not in styles.text
    assert int(styles.headers["Content-Length"]) == len(styles.data)


def test_every_css_file_is_joined_once() -> None:
    contents = (ROOT / "static" / Styles.NAME).read_text(encoding="utf-8")
    imported = [path for path, _layer in Styles.IMPORT.findall(contents)]
    written = (ROOT / "static" / "css").rglob("*.css")
    assert sorted(imported) == sorted(str(path.relative_to(ROOT / "static")) for path in written)
    assert contents.count("@import") == len(imported)  # each is written as the pattern expects


def test_layers_are_named_in_order_before_any_rule(styles: TestResponse) -> None:
    rules = re.sub(r"/\*.*?\*/", "", styles.text, flags=re.S)
    assert rules.lstrip().startswith(LAYERS)
    assert set(re.findall(r"@layer (\w+) {", rules)) <= set(re.findall(r"\w+", LAYERS))
    assert rules.count("{") == rules.count("}")


def test_unchanged_styles_are_not_sent_again(client: FlaskClient, styles: TestResponse) -> None:
    again = client.get("/static/app.css", headers={"If-None-Match": styles.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    since = client.get(
        "/static/app.css", headers={"If-Modified-Since": styles.headers["Last-Modified"]}
    )
    assert since.status_code == 304


def test_styles_can_only_be_read(client: FlaskClient) -> None:
    assert client.head("/static/app.css").data == b""
    assert client.post("/static/app.css").status_code == 405


def test_a_changed_file_shows_after_a_restart(tmp_path: Path) -> None:
    (tmp_path / "app.css").write_text('@import "base.css" layer(base);\n')
    (tmp_path / "base.css").write_text("a { color: red; }\n")
    assert b"red" in Styles(tmp_path).content
    (tmp_path / "base.css").write_text("a { color: blue; }\n")
    assert Styles(tmp_path).content == b"@layer base {\na { color: blue; }\n}\n"


def test_the_app_does_not_start_where_a_part_of_its_styles_is_missing(tmp_path: Path) -> None:
    (tmp_path / "app.css").write_text('@import "gone.css" layer(base);\n')
    with pytest.raises(FileNotFoundError, match=r"gone\.css"):
        Styles(tmp_path)
