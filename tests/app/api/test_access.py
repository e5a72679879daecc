"""Where the dashboard is not public, a program reads with a token of the office."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.api.lists import LISTS
from app.clock import now
from app.config import Config
from app.factory import create_app
from app.studio import tokens
from challenges.people.models import Person

ADDRESSES = [*(one.name for one in LISTS), "", "openapi.json", "catalogue.jsonld"]


@pytest.fixture
def closed(config: Config) -> Iterator[Flask]:
    app = create_app(replace(config, dashboard_public=False))
    yield app
    app.extensions["stepup_database"].dispose()


@pytest.fixture
def secret(session: Session, cast: SimpleNamespace) -> str:
    made = tokens.make(session, name="読む", scopes=["READ"], days=30, by_id=cast.dx.id, at=now())
    session.commit()
    return made


def asked(app: Flask, address: str, token: str | None) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    return app.test_client().get(f"/api/v1/{address}", headers=headers).status_code


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_a_token_nothing_is_read(closed: Flask, secret: str, address: str) -> None:
    answer = closed.test_client().get(f"/api/v1/{address}")
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="api"'
    assert asked(closed, address, secret) == 200
    for wrong in ("", "x", secret[:-1], secret.upper(), "stepup_"):
        assert asked(closed, address, wrong) == 401


def test_answers_for_one_program_are_kept_for_nobody_else(closed: Flask, secret: str) -> None:
    answer = closed.test_client().get(
        "/api/v1/units", headers={"Authorization": f"bearer {secret}"}
    )
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in answer.headers["Vary"]


def test_a_cookie_opens_nothing(
    closed: Flask, sign_in: Callable[..., FlaskClient], cast: SimpleNamespace
) -> None:
    person: Person = cast.dx
    browser = sign_in(closed.test_client(), person)
    assert browser.get("/api/v1/units").status_code == 401


def test_a_token_for_other_things_does_not_read(
    closed: Flask, session: Session, cast: SimpleNamespace
) -> None:
    other = tokens.make(
        session, name="送る", scopes=["IMPORT"], days=30, by_id=cast.dx.id, at=now()
    )
    session.commit()
    assert asked(closed, "units", other) == 403


def test_a_token_is_over_when_it_expires_or_is_revoked(
    closed: Flask, session: Session, cast: SimpleNamespace, secret: str
) -> None:
    long_ago = now() - timedelta(days=31)
    old = tokens.make(session, name="古い", scopes=["READ"], days=30, by_id=cast.dx.id, at=long_ago)
    session.commit()
    assert asked(closed, "units", old) == 401
    found = tokens.token_of(session, secret, at=now())
    assert found is not None
    tokens.revoke(session, found.id, by_id=cast.dx.id, at=now())
    session.commit()
    assert asked(closed, "units", secret) == 401
