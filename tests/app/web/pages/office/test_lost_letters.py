"""The office reads which letters did not arrive, or may have, and that mail stands still."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.clock import now
from app.config import Config
from app.notices.letter_models import SENDING_LASTS, Letter, LetterKind, LetterState
from app.notices.letter_sending import give_up_lost
from app.queries.office import MAIL_PATIENCE
from app.web.rendering import PAGE_SIZE
from challenges.people.models import Person
from tests.app.web.pages.test_letters import SERVER

As = Callable[..., FlaskClient]
Put = Callable[..., Letter]
PATH = "/office/letters"


@pytest.fixture
def config(config: Config) -> Config:
    """Of an installation with a mail server."""
    return replace(config, mail_server=SERVER)


@pytest.fixture
def put(session: Session) -> Put:
    """``put(person, state, …)``: a letter to that person that has come so far."""

    def make(
        person: Person,
        state: LetterState,
        *,
        kind: LetterKind = LetterKind.WEEKLY,
        reason: str | None = None,
        at: datetime | None = None,
    ) -> Letter:
        at = at or now()
        number = session.query(Letter).count()
        letter = Letter(person_id=person.id, kind=kind, key=f"{number}", state=state)
        letter.asked_at = letter.due_at = at
        letter.last_error = reason
        if state in (LetterState.SENDING, LetterState.UNKNOWN):
            letter.sending_at = at
        session.add(letter)
        session.commit()
        return letter

    return make


def test_what_may_have_arrived_and_what_did_not_are_told_apart(
    as_: As, cast: SimpleNamespace, put: Put
) -> None:
    put(cast.staff, LetterState.UNKNOWN, reason="SMTPServerDisconnected: closed")
    put(
        cast.colleague,
        LetterState.REFUSED,
        kind=LetterKind.PASSWORD,
        reason="550 5.1.1 no such mailbox",
    )
    put(cast.manager, LetterState.SENT)
    put(cast.deputy, LetterState.WANTED)
    put(cast.outsider, LetterState.CANCELLED)
    text = as_(cast.dx).get(PATH).text
    table = text[text.index("<tbody>") : text.index("</tbody>")]
    refused, unknown = table.split("<tr>")[1:]
    for words in ("浜口 汐里", "週に一度の手紙", "届いたか分からない", "closed"):
        assert words in unknown, words
    for words in ("山本 樹", "断られた（届いていない）", "550 5.1.1 no such mailbox"):
        assert words in refused, words
    assert "二度とは送りません" in text
    for person in (cast.manager, cast.deputy, cast.outsider):
        assert person.name not in table


def test_a_letter_whose_worker_died_is_listed_as_unknown(
    as_: As, cast: SimpleNamespace, put: Put, session: Session
) -> None:
    put(cast.staff, LetterState.SENDING, at=now() - SENDING_LASTS)
    browser = as_(cast.dx)
    assert "ありません。" in browser.get(PATH).text
    give_up_lost(session, at=now())
    text = browser.get(PATH).text
    assert "届いたか分からない" in text
    assert "the worker died" in text


def test_words_of_a_server_are_text(as_: As, cast: SimpleNamespace, put: Put) -> None:
    put(cast.staff, LetterState.REFUSED, reason="550 <script>alert(1)</script>")
    text = as_(cast.dx).get(PATH).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text


def test_the_list_is_paged_newest_first_and_costs_as_much_for_many(
    as_: As,
    app: Flask,
    cast: SimpleNamespace,
    put: Put,
    count_statements: Callable[..., Any],
) -> None:
    engine = app.extensions["stepup_database"].engine
    put(cast.staff, LetterState.UNKNOWN, reason="number 0")
    browser = as_(cast.dx)
    browser.get(PATH)
    with count_statements(engine) as for_one:
        browser.get(PATH)
    for number in range(1, PAGE_SIZE + 2):
        put(cast.staff, LetterState.UNKNOWN, reason=f"number {number}")
    with count_statements(engine) as for_many:
        first = browser.get(PATH).text
    assert len(for_many) == len(for_one)
    assert first.count("届いたか分からない") == PAGE_SIZE
    assert f"number {PAGE_SIZE + 1}<" in first
    assert "number 0<" not in first
    assert "number 0<" in browser.get(f"{PATH}?page=2").text


def test_the_overview_counts_them(as_: As, cast: SimpleNamespace, put: Put) -> None:
    browser = as_(cast.dx)
    assert "届かなかった手紙（0）" in browser.get("/office").text
    put(cast.staff, LetterState.UNKNOWN)
    put(cast.staff, LetterState.REFUSED)
    put(cast.staff, LetterState.SENT)
    assert "届かなかった手紙（2）" in browser.get("/office").text


@pytest.mark.parametrize(("over", "says"), [(-1, False), (60, True)])
def test_the_office_hears_that_mail_stands_still(
    as_: As, cast: SimpleNamespace, put: Put, over: int, says: bool
) -> None:
    put(cast.staff, LetterState.WANTED, at=now() - MAIL_PATIENCE - timedelta(seconds=over))
    assert ("メールが進んでいないようです。" in as_(cast.dx).get("/office").text) is says


def test_it_reads_in_english(as_: As, cast: SimpleNamespace, put: Put) -> None:
    cast.dx.language = "en"
    put(cast.staff, LetterState.UNKNOWN)
    put(cast.staff, LetterState.REFUSED)
    text = as_(cast.dx).get(PATH).text
    assert "届" not in text[text.index("<main") : text.index("</main>")]
