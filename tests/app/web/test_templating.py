"""The macros, filters and attributes that templates use."""

import re

import pytest
from flask import Flask
from jinja2.runtime import Macro

from app.config import ROOT
from app.web.templating import PARTS, attributes


@pytest.fixture
def macros(app: Flask) -> dict[str, Macro]:
    """Every part by its name."""
    modules = [app.jinja_env.get_template(f"ui/{name}.html").make_module({}) for name in PARTS]
    found = [
        (name, one)
        for module in modules
        for name, one in vars(module).items()
        if isinstance(one, Macro)
    ]
    assert len(found) == len(dict(found)), (
        "two files of templates/ui/ have a macro of the same name"
    )
    return dict(found)


def test_every_file_of_parts_is_joined_to_ui(app: Flask, macros: dict[str, Macro]) -> None:
    assert {path.stem for path in (ROOT / "templates" / "ui").iterdir()} == set(PARTS)
    assert vars(app.jinja_env.globals["ui"]).keys() == macros.keys()


def test_parts_may_be_built_of_parts_of_other_files(app: Flask) -> None:
    with app.test_request_context():
        notice = app.jinja_env.globals["ui"].notice("<b>", "good")
    assert "#i-circle-check" in notice
    assert "&lt;b&gt;" in notice


def test_the_manual_says_how_each_part_is_called(macros: dict[str, Macro]) -> None:
    manual = (ROOT / "docs" / "ui.md").read_text(encoding="utf-8")
    manual = manual[: manual.index("## Pages, by class")]
    said = {
        name: re.findall(r"(?:^|, )(\*{0,2}\w+)", given)
        for name, given in re.findall(r"\bui\.(\w+)\(([^)]*)\)(?=`| %})", manual)
        if "…" not in given
    }
    assert said == {
        name: [*one.arguments, *["**attrs"] * one.catch_kwargs] for name, one in macros.items()
    }


def test_what_a_macro_is_given_becomes_attributes():
    assert (
        attributes({"hx_post": "/x", "required": True, "maxlength": 400})
        == ' hx-post="/x" required maxlength="400"'
    )


def test_what_is_not_so_is_left_out():
    assert (
        attributes({"required": False, "autocomplete": None, "type": "button", "class_": "wide"})
        == ""
    )


def test_what_people_wrote_cannot_leave_its_attribute():
    assert attributes({"aria_label": '"><script>'}) == ' aria-label="&#34;&gt;&lt;script&gt;"'
