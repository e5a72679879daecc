"""A fresh clone speaks English at its first start, from messages.po alone."""

from pathlib import Path

import pytest
from flask import Flask
from flask_babel import Babel, force_locale, gettext, ngettext

from app.web import translations

PO = r"""msgid ""
msgstr ""
"Plural-Forms: nplurals=2; plural=(n != 1);\n"

msgid "設定"
msgstr "Settings"

msgid "段 %(num)sつ"
msgid_plural "段 %(num)sつ"
msgstr[0] "%(num)s step"
msgstr[1] "%(num)s steps"
"""


@pytest.fixture
def source(tmp_path: Path) -> Path:
    source = tmp_path / "translations/en/LC_MESSAGES/messages.po"
    source.parent.mkdir(parents=True)
    source.write_text(PO, encoding="utf-8")
    return source


def started(source: Path) -> Flask:
    app = Flask("stepup")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(source.parents[2])
    translations.init_app(app, Babel(app), source)
    return app


def said(source: Path, text: str) -> str:
    with started(source).test_request_context(), force_locale("en"):
        return gettext(text)


def test_first_start_speaks_english_and_writes_nothing(source):
    assert said(source, "設定") == "Settings"
    assert [path.name for path in source.parent.iterdir()] == ["messages.po"]


def test_plurals_are_english(source):
    with started(source).test_request_context(), force_locale("en"):
        plurals = [ngettext("段 %(num)sつ", "段 %(num)sつ", n) for n in (0, 1, 2)]
    assert plurals == ["0 steps", "1 step", "2 steps"]


def test_changed_text_is_used_at_the_next_start(source):
    said(source, "設定")
    source.write_text(PO.replace("Settings", "My settings"), encoding="utf-8")
    assert said(source, "設定") == "My settings"


def test_compiled_file_of_an_older_release_is_not_used(source):
    source.with_suffix(".mo").write_bytes(b"left by an older release")
    assert said(source, "設定") == "Settings"
