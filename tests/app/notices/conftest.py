"""A mail server of the tests' own, people who want letters, and a clock that is moved by hand."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from sqlalchemy.orm import Session

from app.config import Config
from app.db.sessions import Database
from app.mail_server import read_mail_server
from app.notices import letter_wishes
from app.notices.letter_models import Letter
from app.notices.letter_planning import plan_weekly
from app.notices.letter_sending import Sender, sender
from challenges.calendar import TOKYO
from challenges.people.models import Person
from tests.app.notices.mail_server import Mailbox, MailServerOfTests

MONDAY = datetime(2026, 7, 13, 8, 30, tzinfo=TOKYO)
"""When the letter of the week of the tests goes out."""


class Clock:
    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def pass_(self, **spans: float) -> None:
        self.at += timedelta(**spans)


@pytest.fixture
def clock() -> Clock:
    return Clock(MONDAY)


@pytest.fixture
def box() -> Mailbox:
    return Mailbox()


@pytest.fixture
def smtp(box: Mailbox) -> Iterator[str]:
    """The address of the server, as SMTP_URL has it."""
    server = MailServerOfTests(box)
    server.start()
    yield f"smtp://127.0.0.1:{server.port}"
    box.answers.set()
    server.stop()


@pytest.fixture
def mail_config(config: Config, smtp: str) -> Config:
    server = read_mail_server(smtp, "ステップアップ <stepup@pref.example.jp>")
    return replace(config, mail_server=server)


@pytest.fixture
def worker(database: Database, mail_config: Config, clock: Clock) -> Sender:
    found = sender(database, mail_config, clock=clock)
    assert found is not None
    return found


@pytest.fixture
def wanted(session: Session) -> Callable[..., None]:
    """``wanted(person, …)``: they want the letter, and this week's is planned."""

    def plan(*people: Person) -> None:
        for person in people:
            letter_wishes.want_letter(session, person.id, at=MONDAY - timedelta(days=3))
        plan_weekly(session, after=0, limit=100, at=MONDAY)
        session.commit()

    return plan


@pytest.fixture
def states(database: Database) -> Callable[[], list[str]]:
    """The states of all letters, in their order."""

    def found() -> list[str]:
        with database.reading() as reader:
            return [one.state.value for one in reader.query(Letter).order_by(Letter.id)]

    return found
