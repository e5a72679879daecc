"""htmx gets the fragment of the element that it names, and never a crash for a wrong name."""

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.config import ROOT
from app.web.rendering import fragments
from challenges.people.models import Person
from challenges.submissions.models import Completion
from tests.app.web.conftest import Opened
from tests.app.web.htmx import partial

PAGES = [path for path in (ROOT / "templates").rglob("*.html") if "extends" in path.read_text()]
NAMES = ("team", "recent", "deputies", "found", "climb", "records", "problem")
WRONG = ("main", "title", "aside", "flash", "row", "", "../base", "__class__")


def test_every_page_answers_every_target(app: Flask, every_page: list[Opened]) -> None:
    every = {name for path in PAGES for name in fragments_of(app, path)}
    assert set(NAMES) <= every
    for number, page in enumerate(every_page):
        own = {name for name in every if f'id="{name}"' in page.text}
        # To a page, the fragments of others are names like any other. Each is asked of some pages.
        strange = sorted(every | set(WRONG))
        for name in sorted({*own, *strange[number % 16 :: 16]}):
            answer = page.browser.get(page.address, headers=partial(f"div#{name}"))
            assert answer.status_code == 200, (page.address, name)
            is_whole = "</html>" in answer.text
            assert name in every or is_whole, (page.address, name)


@pytest.mark.parametrize("address", ["/nowhere", "/completions/1/withdrawal", "/sign-in"])
@pytest.mark.parametrize("name", [*NAMES, *WRONG])
def test_a_page_that_is_none_answers_every_target(
    as_: Callable[[Person], FlaskClient], cast: SimpleNamespace, address: str, name: str
) -> None:
    browser = as_(cast.staff)
    status = browser.get(address).status_code
    assert browser.get(address, headers=partial(f"div#{name}")).status_code == status < 500


def fragments_of(app: Flask, path: Path) -> set[str]:
    with app.test_request_context():
        place = path.relative_to(ROOT / "templates").as_posix()
        return set(fragments(app.jinja_env.get_template(place)))


def test_a_fragment_carries_its_own_name_as_id(
    as_: Callable[[Person], FlaskClient], cast: SimpleNamespace, climb: Callable[..., Completion]
) -> None:
    climb(cast.staff, "first-hello")
    browser = as_(cast.manager)
    for address, name in (("/team", "team"), ("/challenges/first-hello", "climb")):
        answer = browser.get(address, headers=partial(f"div#{name}"))
        assert f'id="{name}"' in answer.text
        assert "<html" not in answer.text


@pytest.mark.parametrize(
    "target", ["", "#", "div#", "div#main#x", "div#" + "x" * 9000, "div#\u3042"]
)
def test_a_target_that_is_no_name_gets_the_whole_page(
    as_: Callable[[Person], FlaskClient], cast: SimpleNamespace, target: str
) -> None:
    answer = as_(cast.staff).get(
        "/", headers={**partial(""), "HX-Target": target.encode().decode("latin-1")}
    )
    assert answer.status_code == 200
    assert "</html>" in answer.text


def test_blocks_of_the_frame_are_no_fragments(app: Flask) -> None:
    for path in PAGES:
        found = fragments_of(app, path)
        assert not found & {"main", "title", "aside", "kind", "flash"}, path
