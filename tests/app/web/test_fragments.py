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
from tests.app.web.htmx import partial

PAGES = [path for path in (ROOT / "templates").rglob("*.html") if "extends" in path.read_text()]
NAMES = ("team", "recent", "deputies", "found", "climb", "records", "problem")
WRONG = ("main", "title", "aside", "flash", "row", "", "../base", "__class__")


@pytest.fixture
def addresses(
    as_: Callable[[Person], FlaskClient],
    cast: SimpleNamespace,
    climb: Callable[..., Completion],
) -> list[str]:
    """Every page that opens with GET, with something to show."""
    completion = climb(cast.staff, "first-hello")
    climb(cast.staff, "first-hello", 2)
    return [
        "/",
        "/challenges",
        "/challenges?q=zzz",
        "/challenges/first-hello",
        "/challenges/phishing-mail",
        "/badges",
        "/badges/first-stone",
        f"/people/{cast.staff.id}",
        f"/completions/{completion.id}/withdrawal",
        "/team",
        "/settings",
        "/office",
        "/office/completions",
        f"/office/completions/{completion.id}",
        "/sign-in",
        "/nowhere",
    ]


def test_every_page_answers_every_target(
    app: Flask,
    as_: Callable[[Person], FlaskClient],
    cast: SimpleNamespace,
    addresses: list[str],
) -> None:
    every = {name for path in PAGES for name in fragments_of(app, path)}
    assert set(NAMES) <= every
    for number, address in enumerate(addresses):
        opened_by = {"/team": cast.manager, "/office": cast.dx}.get(address[:7].rstrip("/"))
        browser = as_(opened_by or cast.staff)
        page = browser.get(address)
        own = {name for name in every if f'id="{name}"' in page.text}
        # To a page, the fragments of others are names like any other. Each is asked of one page.
        of_others = sorted(every)[number :: len(addresses)]
        for name in sorted({*own, *of_others, *WRONG}):
            answer = browser.get(address, headers=partial(f"div#{name}"))
            assert answer.status_code == page.status_code, (address, name)
            is_whole = "</html>" in answer.text or page.status_code >= 300
            assert name in every or is_whole, (address, name)


def fragments_of(app: Flask, path: Path) -> set[str]:
    with app.test_request_context():
        place = path.relative_to(ROOT / "templates").as_posix()
        return set(fragments(app.jinja_env.get_template(place)))


def test_a_fragment_carries_its_own_name_as_id(
    app: Flask, as_: Callable[[Person], FlaskClient], cast: SimpleNamespace, addresses: list[str]
) -> None:
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
