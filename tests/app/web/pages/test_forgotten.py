"""「パスワードを忘れた」: a link by mail, and nobody learns who has an account."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.clock import now
from app.config import Config
from app.identity import passwords
from app.notices.letter_models import Letter, LetterKind, PasswordRequest
from app.notices.letter_planning import (
    PASSWORDS_AN_HOUR,
    answer_password_requests,
    ask_for_password,
)
from app.notices.letter_writing import Writer
from challenges.people import accounts
from tests.app.web.pages.test_letters import SERVER

GOOD = "asa no mikan wo futatsu"


@pytest.fixture
def config(config: Config) -> Config:
    return replace(config, mail_server=SERVER)


@pytest.fixture
def link(session: Session, config: Config) -> Callable[[], str]:
    """``link()``: the path that the mail to the person leads to, once the relay has answered."""

    def found() -> str:
        answer_password_requests(session, at=now())
        session.commit()
        [letter] = session.query(Letter).all()
        [mail] = Writer(config).write(session, [letter], at=now()).values()
        match = re.search(r"http://localhost(/invitations/\S+)", mail.text)
        assert match
        assert match[1] in mail.html
        session.commit()
        return match[1]

    return found


def ask(client: FlaskClient, name: str) -> Any:
    return client.post("/sign-in/forgotten", data={"name": name})


def test_the_link_sets_a_password_once_and_ends_old_sign_ins(
    client: FlaskClient, as_: Any, cast: Any, link: Callable[[], str], app: Flask
) -> None:
    elsewhere = as_(cast.staff)
    assert elsewhere.get("/settings").status_code == 200
    assert client.get("/sign-in/forgotten").status_code == 200
    assert ask(client, "staff@pref.example.jp").status_code == 303
    path = link()
    answer = client.post(path, data={"password": GOOD, "again": GOOD})
    assert answer.status_code == 303
    assert client.get("/settings").status_code == 200
    assert elsewhere.get("/settings").status_code in (302, 303)
    assert app.test_client().get(path).status_code == 410


def test_an_unknown_name_gets_the_same_answer_and_statements(
    client: FlaskClient, cast: Any, app: Flask, count_statements: Callable[..., Any]
) -> None:
    answers = []
    ask(client, "first")
    for name in ("staff", "nobody"):
        with count_statements(app.extensions["stepup_database"].engine) as statements:
            answer = ask(client, name)
        answers.append((answer.status_code, answer.headers["Location"], list(statements)))
    assert answers[0] == answers[1]


def test_what_was_typed_is_forgotten_and_strangers_get_no_mail(
    client: FlaskClient, cast: Any, session: Session
) -> None:
    cast.colleague.email = None
    cast.manager.deactivated_at = now()
    for name in ("nobody", "colleague", "manager", "my secret password"):
        ask(client, name)
    assert answer_password_requests(session, at=now()) == 4
    assert session.query(PasswordRequest).count() == 0
    assert session.query(Letter).count() == 0


def test_asking_again_and_again_sends_few_mails(session: Session, cast: Any, at: Any) -> None:
    for minute in range(30):
        for name in ("staff", "STAFF", "staff@pref.example.jp"):
            ask_for_password(session, name, at=at + timedelta(minutes=minute))
        answer_password_requests(session, at=at + timedelta(minutes=minute))
    assert session.query(Letter).count() == PASSWORDS_AN_HOUR


def test_too_many_tries_are_stopped_whoever_exists(client: FlaskClient, cast: Any) -> None:
    for name in ("staff", "nobody"):
        codes = [ask(client, name).status_code for _ in range(11)]
        assert codes == [303] * 10 + [429]


def test_an_empty_name_is_asked_for_again(client: FlaskClient, session: Session) -> None:
    assert ask(client, " ").status_code == 422
    assert session.query(PasswordRequest).count() == 0


def test_a_link_is_over_after_an_hour(
    session: Session, config: Config, cast: Any, client: FlaskClient
) -> None:
    early = now() - timedelta(hours=1, seconds=1)
    letter = Letter(person_id=cast.staff.id, kind=LetterKind.PASSWORD, key="x", asked_at=early)
    letter.due_at = early
    session.add(letter)
    session.flush()
    [mail] = Writer(config).write(session, [letter], at=early).values()
    match = re.search(r"http://localhost(/invitations/\S+)", mail.text)
    assert match
    assert client.get(match[1]).status_code == 410


def test_a_password_that_was_set_meanwhile_ends_the_link(
    client: FlaskClient, cast: Any, session: Session, link: Callable[[], str]
) -> None:
    ask(client, "staff")
    path = link()
    accounts.set_password(
        session,
        cast.staff.id,
        password_hash=passwords.hash_password(GOOD),
        epoch=cast.staff.session_epoch,
    )
    session.commit()
    assert client.get(path).status_code == 410
