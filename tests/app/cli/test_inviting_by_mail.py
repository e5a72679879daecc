"""`people invite --by-mail`: links go out by mail, and nobody is left out in silence."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy.orm import Session

from app.clock import now
from app.config import Config
from app.db.sessions import Database
from app.identity import invitations
from app.mail_server import read_mail_server
from app.notices.letter_models import Letter
from app.notices.letter_sending import send_all, sender
from tests.app.notices.mail_server import Mailbox, serving

Run = Callable[..., Result]


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def config(config: Config, box: Mailbox) -> Any:
    with serving(box) as url:
        yield replace(config, mail_server=read_mail_server(url, "stepup@pref.example.jp"))


@pytest.fixture
def run(app: Flask, session: Session) -> Run:
    def invite(*words: str) -> Result:
        session.commit()  # lets the command write
        return app.test_cli_runner().invoke(args=["people", "invite", *words])

    return invite


@pytest.fixture
def post(database: Database, config: Config) -> Callable[[], None]:
    """``post()``: the relay sends what waits."""

    def send() -> None:
        worker = sender(database, config, clock=now)
        assert worker is not None
        send_all(worker)
        worker.connection.close()

    return send


def test_each_gets_a_link_of_their_own_and_none_is_printed(
    run: Run, post: Callable[[], None], box: Mailbox, app: Flask, cast: Any
) -> None:
    said = run("staff", "dx", "--by-mail")
    assert (said.exit_code, said.output) == (0, "2人にメールで送ります。\n")
    post()
    found = {}
    for address, mail in box.taken:
        [text, html] = [mail.get_body((kind,)).get_content() for kind in ("plain", "html")]
        [link] = re.findall(r"http://localhost/invitations/(\S+)", text)
        assert link in html
        read = invitations.read(link, secret=app.config["SECRET_KEY"], at=now())
        assert read is not None
        found[address] = read.person_id
    assert found == {person.email: person.id for person in (cast.staff, cast.dx)}


def test_who_has_no_address_is_named_for_a_link_by_hand(
    run: Run, post: Callable[[], None], box: Mailbox, cast: Any
) -> None:
    cast.staff.email, cast.colleague.email = None, "no address at all"
    said = run("staff", "colleague", "manager", "--by-mail")
    assert said.output.splitlines() == [
        "1人にメールで送ります。",
        "メールアドレスがないので、リンクを手渡してください:",
        "staff\t浜口 汐里",
        "colleague\t山本 樹",
    ]
    post()
    assert box.addresses() == [cast.manager.email]


def test_asked_twice_in_a_minute_one_mail_goes_out(
    run: Run, post: Callable[[], None], box: Mailbox, database: Database
) -> None:
    run("staff", "--by-mail")
    run("staff", "--by-mail")
    with database.reading() as session:
        keys = [one.key for one in session.query(Letter)]
    post()
    assert len(box.taken) == len(set(keys)) == len(keys)


def test_an_unknown_number_sends_nothing_to_anybody(
    run: Run, post: Callable[[], None], box: Mailbox
) -> None:
    assert run("staff", "1", "--by-mail").exit_code == 1
    post()
    assert box.taken == []


class TestWithoutMailServer:
    @pytest.fixture
    def config(self, config: Config) -> Config:
        return replace(config, mail_server=None)

    def test_a_sentence_says_what_is_missing(self, run: Run, database: Database) -> None:
        said = run("staff", "--by-mail")
        assert said.exit_code == 1
        assert "SMTP_URL と MAIL_FROM を設定すると、メールで送れます。" in said.output
        with database.reading() as session:
            assert session.query(Letter).count() == 0
