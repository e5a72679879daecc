"""A form of another site, or one that is too old, changes nothing and gets an error page."""

import re
from collections.abc import Callable
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.db.sessions import Database
from app.web.csrf import unmasked
from challenges.people.models import Person
from challenges.submissions.models import Completion


@pytest.fixture
def browser(app: Flask, as_: Callable[[Person], FlaskClient], cast: SimpleNamespace) -> FlaskClient:
    """Staff, signed in, with CSRF protection on."""
    app.config["WTF_CSRF_ENABLED"] = True
    return as_(cast.staff)


def token_of(browser: FlaskClient) -> str:
    found = re.search(
        r'name="csrf_token" value="([^"]+)"', browser.get("/challenges/first-hello").text
    )
    assert found
    return found[1]


def action_of(browser: FlaskClient) -> str:
    found = re.search(
        r'<form[^>]*action="(/challenges/first-hello/[^"]+)"',
        browser.get("/challenges/first-hello").text,
    )
    assert found
    return found[1]


def completions(database: Database) -> int:
    with database.reading() as session:
        return session.scalars(select(func.count()).select_from(Completion)).one()


@pytest.mark.parametrize("token", [None, "", "made-up"])
def test_a_post_without_a_token_changes_nothing(
    browser: FlaskClient, database: Database, token: str | None
) -> None:
    form = {"reflection": "できました"} | ({} if token is None else {"csrf_token": token})
    answer = browser.post(action_of(browser), data=form)
    assert answer.status_code == 400
    assert "ページを開き直してください" in answer.text
    assert completions(database) == 0


def test_a_post_with_the_token_works(browser: FlaskClient, database: Database) -> None:
    answer = browser.post(
        action_of(browser), data={"reflection": "できました", "csrf_token": token_of(browser)}
    )
    assert answer.status_code == 303
    assert completions(database) == 1


def test_htmx_sends_the_token_as_a_header(browser: FlaskClient, database: Database) -> None:
    headers = {"X-CSRFToken": token_of(browser), "HX-Request": "true"}
    assert (
        browser.post(
            action_of(browser), data={"reflection": "できました"}, headers=headers
        ).status_code
        == 303
    )
    assert completions(database) == 1


def test_a_token_is_useless_to_another_person(
    browser: FlaskClient,
    as_: Callable[[Person], FlaskClient],
    cast: SimpleNamespace,
    database: Database,
) -> None:
    theirs = token_of(as_(cast.colleague))
    assert (
        browser.post(action_of(browser), data={"reflection": "…", "csrf_token": theirs}).status_code
        == 400
    )
    assert completions(database) == 0


def test_signing_in_and_the_language_are_protected_too(app: Flask) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    stranger = app.test_client()
    for place, form in (
        ("/sign-in", {"name": "staff", "password": "x"}),
        ("/language", {"language": "en"}),
    ):
        assert stranger.post(place, data=form).status_code == 400


def test_the_token_is_masked_anew_in_each_answer(browser: FlaskClient) -> None:
    first, second = token_of(browser), token_of(browser)
    assert len(first) == len(second)
    same = sum(one == other for one, other in zip(first, second, strict=True))
    assert same < len(first) / 4
    assert unmasked(first).split(".")[0] == unmasked(second).split(".")[0]


def test_forms_and_scripts_of_one_page_share_its_mask(browser: FlaskClient) -> None:
    text = browser.get("/challenges/first-hello").text
    tokens = set(re.findall(r'name="csrf_token" value="([^"]+)"', text))
    tokens |= set(re.findall(r'"X-CSRFToken": "([^"]+)"', text))
    assert len(tokens) == 1


@pytest.mark.parametrize("token", ["A", "AAAA", "日本", "=", "a.b.c", "A" * 9000])
def test_a_token_that_is_none_is_refused(browser: FlaskClient, token: str) -> None:
    answer = browser.post(action_of(browser), data={"reflection": "x", "csrf_token": token})
    assert answer.status_code == 400


def test_the_bare_token_is_not_taken(browser: FlaskClient, database: Database) -> None:
    bare = unmasked(token_of(browser))
    answer = browser.post(action_of(browser), data={"reflection": "x", "csrf_token": bare})
    assert answer.status_code == 400
    assert completions(database) == 0
