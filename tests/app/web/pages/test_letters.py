"""The weekly letter in the settings, and ending it from the letter itself."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.clock import now
from app.config import Config
from app.factory import create_app
from app.mail_server import read_mail_server
from app.notices import letter_wishes
from app.notices.letter_models import LetterWish
from app.notices.letter_wishes import sign_stop

SERVER = read_mail_server("smtp://127.0.0.1:9", "stepup@pref.example.jp")
SECRET = "for tests only"
As = Callable[..., FlaskClient]


@pytest.fixture
def config(config: Config) -> Config:
    """Of an installation with a mail server."""
    return replace(config, mail_server=SERVER)


@pytest.fixture
def guarded(config: Config) -> Iterator[FlaskClient]:
    """A stranger's browser, with the protection of forms switched on."""
    app = create_app(config)
    app.config.update(TESTING=True)
    yield app.test_client()
    app.extensions["stepup_database"].dispose()


def is_wanted(session: Session, person: Any) -> bool:
    session.rollback()
    found = letter_wishes.standing(session, person.id).is_wanted
    session.commit()
    return found


def test_it_is_off_until_wanted_and_off_again(as_: As, cast: Any, session: Session) -> None:
    browser = as_(cast.staff)
    assert "手紙を受け取る" in browser.get("/settings").text
    for _ in range(2):
        assert browser.post("/settings/letter-wishes").status_code == 303
    assert "手紙をやめる" in browser.get("/settings").text
    assert session.query(LetterWish).count() == 1
    assert browser.post("/settings/letter-endings").status_code == 303
    assert not is_wanted(session, cast.staff)


def test_who_has_no_address_is_told_and_cannot_switch_it_on(
    as_: As, cast: Any, session: Session
) -> None:
    cast.staff.email = None
    browser = as_(cast.staff)
    page = browser.get("/settings").text
    assert "メールアドレスが登録されていない" in page
    assert "手紙を受け取る" not in page
    assert browser.post("/settings/letter-wishes").status_code == 422
    assert not is_wanted(session, cast.staff)


def test_opening_the_link_changes_nothing(client: FlaskClient, cast: Any, session: Session) -> None:
    letter_wishes.want_letter(session, cast.staff.id, at=now())
    address = f"/letters/unsubscriptions/{sign_stop(cast.staff.id, secret=SECRET)}"
    for _ in range(3):
        assert "週に一度の手紙をやめますか" in client.get(address).text
    assert client.head(address).status_code == 200
    assert is_wanted(session, cast.staff)


def test_the_button_ends_it_without_signing_in(
    client: FlaskClient, cast: Any, session: Session
) -> None:
    letter_wishes.want_letter(session, cast.staff.id, at=now())
    address = f"/letters/unsubscriptions/{sign_stop(cast.staff.id, secret=SECRET)}"
    assert client.post(address).status_code == 303
    assert "手紙は届きません" in client.get(address).text
    assert not is_wanted(session, cast.staff)


def test_a_mail_program_ends_it_with_one_post_and_no_token(
    guarded: FlaskClient, cast: Any, session: Session
) -> None:
    letter_wishes.want_letter(session, cast.staff.id, at=now())
    session.commit()
    address = f"/letters/unsubscriptions/{sign_stop(cast.staff.id, secret=SECRET)}"
    for _ in range(2):
        answer = guarded.post(address, data={"List-Unsubscribe": "One-Click"})
        assert answer.status_code == 200
    assert not is_wanted(session, cast.staff)
    assert guarded.post("/settings/letter-endings").status_code in {400, 401}


@pytest.mark.parametrize("token", ["1", "x.y", sign_stop(1, secret="of another installation")])
def test_a_link_that_we_did_not_sign_ends_nothing(
    client: FlaskClient, cast: Any, session: Session, token: str
) -> None:
    letter_wishes.want_letter(session, cast.staff.id, at=now())
    for act in (client.get, client.post):
        assert act(f"/letters/unsubscriptions/{token}").status_code == 404
    assert is_wanted(session, cast.staff)


def test_a_link_of_one_person_ends_no_letter_of_another(
    client: FlaskClient, cast: Any, session: Session
) -> None:
    for person in (cast.staff, cast.colleague):
        letter_wishes.want_letter(session, person.id, at=now())
    client.post(f"/letters/unsubscriptions/{sign_stop(cast.staff.id, secret=SECRET)}")
    assert is_wanted(session, cast.colleague)


class TestWithoutMailServer:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        return replace(config, mail_server=None)

    def test_nothing_offers_it(self, as_: As, client: FlaskClient, cast: Any) -> None:
        assert "週に一度の手紙" not in as_(cast.staff).get("/settings").text
        assert as_(cast.staff).post("/settings/letter-wishes").status_code == 404
        assert "/sign-in/forgotten" not in client.get("/sign-in").text
        assert client.get("/sign-in/forgotten").status_code == 404
        assert client.post("/sign-in/forgotten", data={"name": "staff"}).status_code == 404


def test_only_the_office_reads_which_letters_failed(as_: As, cast: Any, app: Flask) -> None:
    assert as_(cast.dx).get("/office/letters").status_code == 200
    for person in (cast.staff, cast.manager):
        assert as_(person).get("/office/letters").status_code == 403
