"""The office's tokens for programs, and what it says of its open data."""

import re
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.clock import now
from app.studio import catalogue_terms, tokens
from app.studio.models import AuditEntry
from app.studio.tokens import ApiToken
from challenges.people.models import Person

Open = Callable[[Person], FlaskClient]
FORM = {"name": "印刷量を毎月送る", "scopes": ["IMPORT"], "days": "90"}
SECRET = re.compile(r"stepup_[\w-]{43}")
WRONG_PERSONS = ("staff", "colleague", "manager", "deputy", "outsider")


@pytest.fixture
def made(session: Session, cast: SimpleNamespace) -> ApiToken:
    tokens.make(session, name="読む", scopes=["READ"], days=30, by_id=cast.dx.id, at=now())
    session.commit()
    return session.scalars(select(ApiToken)).one()


def test_the_secret_is_shown_once_and_kept_nowhere(
    session: Session, as_: Open, cast: SimpleNamespace
) -> None:
    office = as_(cast.dx)
    answer = office.post("/office/tokens", data=FORM)
    assert (answer.status_code, answer.location) == (303, "/office/tokens")
    [secret] = set(SECRET.findall(office.get("/office/tokens").text))
    again = office.get("/office/tokens").text
    assert secret not in again
    assert f"…{secret[-4:]}" in again
    token = session.scalars(select(ApiToken)).one()
    found = tokens.token_of(session, secret, at=now())
    assert found is not None
    assert (found.id, set(found.scopes)) == (token.id, {tokens.Scope.IMPORT})
    assert secret not in str(vars(token))
    entry = session.scalars(select(AuditEntry)).one()
    assert (entry.act, entry.subject_name, entry.by_id) == (
        "token_made",
        FORM["name"],
        cast.dx.id,
    )
    assert secret not in str(entry.after)


def test_a_revoked_token_is_over_at_once_and_once(
    session: Session, as_: Open, cast: SimpleNamespace, made: ApiToken
) -> None:
    office = as_(cast.dx)
    for _ in range(2):
        answer = office.post(f"/office/tokens/{made.id}/revocations")
        assert answer.status_code == 303
    assert "取り消しました" in office.get("/office/tokens").text
    entries = session.scalars(select(AuditEntry.act).order_by(AuditEntry.id)).all()
    assert entries == ["token_made", "token_revoked"]


def test_a_token_outlives_the_person_who_made_it(session: Session, cast: SimpleNamespace) -> None:
    secret = tokens.make(
        session, name="読む", scopes=["READ"], days=365, by_id=cast.dx.id, at=now()
    )
    cast.dx.deactivated_at = now()
    assert tokens.token_of(session, secret, at=now()) is not None


@pytest.mark.parametrize("days", tokens.LIFETIMES)
def test_a_token_lasts_as_long_as_was_chosen(
    session: Session, cast: SimpleNamespace, days: int
) -> None:
    at = now()
    secret = tokens.make(session, name="読む", scopes=["READ"], days=days, by_id=cast.dx.id, at=at)
    ends = at + timedelta(days=days)
    assert tokens.token_of(session, secret, at=ends - timedelta(seconds=1)) is not None
    assert tokens.token_of(session, secret, at=ends) is None


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": " "},
        {"name": "長" * 61},
        {"scopes": []},
        {"scopes": ["ALL"]},
        {"days": "7"},
        {"days": ""},
    ],
)
def test_a_form_that_is_not_whole_comes_back(
    session: Session, as_: Open, cast: SimpleNamespace, wrong: dict[str, Any]
) -> None:
    answer = as_(cast.dx).post("/office/tokens", data={**FORM, **wrong})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.text
    assert not session.scalars(select(ApiToken)).all()


def test_what_the_office_says_of_its_data_is_kept(
    session: Session, as_: Open, cast: SimpleNamespace
) -> None:
    office = as_(cast.dx)
    said = {"publisher": "みほん県", "licence_url": "https://example.jp/licence"}
    assert office.post("/office/open-data", data=said).status_code == 303
    assert 'value="みほん県"' in office.get("/office/open-data").text
    refused = office.post("/office/open-data", data={**said, "licence_url": "CC BY"})
    assert refused.status_code == 422
    assert 'value="CC BY"' in refused.text
    assert catalogue_terms.current(session).licence_url == "https://example.jp/licence"


@pytest.mark.parametrize("name", WRONG_PERSONS)
def test_only_the_office_opens_them(
    session: Session, as_: Open, cast: SimpleNamespace, made: ApiToken, name: str
) -> None:
    browser = as_(getattr(cast, name))
    for address in ("/office/tokens", "/office/open-data"):
        assert browser.get(address).status_code == 403
        assert browser.post(address, data=FORM).status_code == 403
    assert browser.post(f"/office/tokens/{made.id}/revocations").status_code == 403
    assert len(session.scalars(select(ApiToken)).all()) == 1
    assert made.revoked_at is None


def test_a_visitor_is_sent_to_sign_in(client: FlaskClient, made: ApiToken) -> None:
    for address in ("/office/tokens", "/office/open-data"):
        assert client.get(address).status_code == 302
        assert client.post(address, data=FORM).status_code in (302, 401)
    assert client.post(f"/office/tokens/{made.id}/revocations").status_code in (302, 401)


def test_a_token_that_is_not_there_is_not_found(as_: Open, cast: SimpleNamespace) -> None:
    assert as_(cast.dx).post("/office/tokens/99/revocations").status_code == 404


def test_the_list_takes_one_statement_more_than_none(
    app: Any, session: Session, as_: Open, cast: SimpleNamespace, count_statements: Any
) -> None:
    office, counted = as_(cast.dx), []
    for size in (1, 15):
        for number in range(size):
            tokens.make(
                session, name=f"{number}", scopes=["READ"], days=30, by_id=cast.dx.id, at=now()
            )
        session.commit()
        office.get("/office/tokens")
        with count_statements(app.extensions["stepup_database"].engine) as statements:
            office.get("/office/tokens")
        counted.append(len(statements))
    assert counted[0] == counted[1] <= 3
