"""A fresh clone speaks English at its first start, also where it may write nothing."""

import os
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


def said(source: Path, text: str) -> str:
    app = Flask("stepup")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(source.parents[2])
    translations.init_app(app, Babel(app), source)
    with app.test_request_context(), force_locale("en"):
        return gettext(text)


def test_the_first_start_compiles(source):
    assert said(source, "設定") == "Settings"
    assert sorted(path.name for path in source.parent.iterdir()) == ["messages.mo", "messages.po"]
    assert source.with_suffix(".mo").stat().st_mode & 0o777 == 0o644


def test_a_changed_text_is_compiled_anew(source):
    said(source, "設定")
    source.write_text(PO.replace("Settings", "My settings"), encoding="utf-8")
    later = source.with_suffix(".mo").stat().st_mtime + 1
    os.utime(source, (later, later))
    assert said(source, "設定") == "My settings"


def test_what_is_compiled_already_is_left_alone(source):
    said(source, "設定")
    before = source.with_suffix(".mo").stat().st_ino
    said(source, "設定")
    assert source.with_suffix(".mo").stat().st_ino == before


def test_where_nothing_may_be_written_it_is_kept_in_memory(source):
    source.with_suffix(".mo").mkdir()  # stands in the way also for root, whom no permission stops
    os.utime(source.with_suffix(".mo"), (0, 0))
    app = Flask("stepup")
    app.config["BABEL_TRANSLATION_DIRECTORIES"] = str(source.parents[2])
    translations.init_app(app, Babel(app), source)
    with app.test_request_context(), force_locale("en"):
        assert gettext("設定") == "Settings"
        assert [ngettext("段 %(num)sつ", "段 %(num)sつ", n) for n in (0, 1, 2)] == [
            "0 steps",
            "1 step",
            "2 steps",
        ]
