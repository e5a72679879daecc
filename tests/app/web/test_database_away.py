"""The database goes away while people are at work: a page says so, and the next request works."""

from pathlib import Path

import pytest
from sqlalchemy import text

pytestmark = pytest.mark.own_app
"""Its connections are its own, so that the test can cut them and not those it works with."""

WORDS = "少し待ってからもう一度どうぞ"


@pytest.fixture
def cut(database):
    """``cut()``: drop every connection of the app, as a restart of the database does. Whether there
    was any.

    A SQLite file has no connections to lose, so there everything goes on.
    """

    def lose():
        if not database.is_sqlite:
            with database.writing() as session:
                session.execute(
                    text(
                        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        " WHERE pid <> pg_backend_pid() AND datname = current_database()"
                    )
                )
        return not database.is_sqlite

    return lose


@pytest.mark.parametrize("ask", ["get /", "get /badges", "post /settings/pauses", "get /sign-in"])
def test_pages_explain_the_outage_and_recover_after_it(as_, cast, session, cut, ask):
    browser = as_(cast.staff)
    assert browser.get("/").status_code == 200
    session.commit()
    is_lost = cut()
    method, path = ask.split()
    answers = [getattr(browser, method)(path) for _ in range(4)]
    assert (answers[0].status_code == 503) is is_lost
    for answer in answers:
        assert answer.status_code < 400 or (answer.status_code == 503 and WORDS in answer.text)
        assert "Content-Security-Policy" in answer.headers
        assert answer.headers["X-Request-Id"]
    assert answers[-1].status_code < 400


def test_an_invalid_database_address_gets_a_page_in_words(as_, cast, session, cut):
    """The 404 page also needs the signed-in person, and so the database."""
    browser = as_(cast.staff)
    assert browser.get("/no-such-page").status_code == 404
    session.commit()
    is_lost = cut()
    first, *_, last = [browser.get("/no-such-page") for _ in range(4)]
    assert (first.status_code, last.status_code) == (503 if is_lost else 404, 404)
    assert (WORDS in first.text) is is_lost
    assert "Content-Security-Policy" in first.headers


def test_an_unopenable_database_file_gets_a_page_in_words(as_, cast, session, database, tmp_path):
    """A SQLite file may be on a disk that is gone."""
    if not database.is_sqlite:
        return
    browser = as_(cast.staff)
    session.commit()
    session.close()
    database.dispose()
    file = Path(database.engine.url.database)
    away = file.rename(file.with_name("away"))
    file.mkdir()
    answers = [browser.get(path) for path in ("/", "/no-such-page", "/sign-in")]
    file.rmdir()
    away.rename(file)
    for answer in answers:
        assert answer.status_code == 503
        assert WORDS in answer.text
    assert browser.get("/").status_code == 200


def test_readyz_reports_the_missing_database(client, cut):
    assert client.get("/readyz").status_code == 200
    is_lost = cut()
    first = client.get("/readyz")
    assert (first.status_code, first.text) == (
        (503, "The database does not answer.\n") if is_lost else (200, "ready\n")
    )
    assert {client.get("/readyz").status_code for _ in range(4)} <= {200, 503}
    assert client.get("/readyz").status_code == 200
