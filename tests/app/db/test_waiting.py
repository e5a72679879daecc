"""A writer that stops while it writes makes others wait for a bounded time, and readers not at all.

Stopped really: a process of its own gets SIGSTOP in the middle of its transaction.
"""

import multiprocessing
import os
import signal
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from time import monotonic
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session

from app.config import Config
from app.db import waiting
from app.db.sessions import Database
from app.db.write_lock import WriteLock
from app.factory import create_app
from challenges.people.models import Person

WORDS = "少し待ってからもう一度どうぞ"


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Requests lose patience after half a second."""
    monkeypatch.setattr(waiting, "FOR_WRITER", 0.5)
    monkeypatch.setattr(waiting, "FOR_FILE", 0.5)


def write_for_ever(url: str, begun: Any) -> None:
    """Begin to change everybody, and never end."""
    with Database(url).writing() as session:
        session.execute(update(Person).values(session_epoch=Person.session_epoch))
        begun.set()
        threading.Event().wait()


@pytest.fixture
def stopped_writer(database_url: str) -> Callable[[], Any]:
    """``with stopped_writer():`` a process has changed every person, and is stopped by SIGSTOP."""

    @contextmanager
    def stop() -> Iterator[None]:
        spawn = multiprocessing.get_context("spawn")
        begun = spawn.Event()
        process = spawn.Process(target=write_for_ever, args=(database_url, begun))
        process.start()
        assert begun.wait(timeout=60)
        assert process.pid
        os.kill(process.pid, signal.SIGSTOP)
        try:
            yield
        finally:
            process.kill()
            process.join()

    return stop


@pytest.mark.kill
@pytest.mark.usefixtures("soon")
def test_a_stopped_writer_stops_nobody_else(
    as_: Callable[[Person], FlaskClient],
    cast: SimpleNamespace,
    session: Session,
    stopped_writer: Callable[[], Any],
) -> None:
    browser = as_(cast.staff)
    assert browser.get("/").status_code == 200
    session.commit()
    with stopped_writer():
        for path in ("/", "/challenges", "/settings", "/healthz", "/readyz"):
            assert browser.get(path).status_code == 200, path
        began = monotonic()
        refused = browser.post("/settings/pauses")
        assert monotonic() - began < 30
        assert refused.status_code == 503
        assert WORDS in refused.text
        assert int(refused.headers["Retry-After"]) > 0
        assert browser.get("/healthz").status_code == 200
    assert browser.post("/settings/pauses").status_code == 303


@pytest.mark.kill
@pytest.mark.usefixtures("soon")
def test_what_was_written_comes_back_with_the_refusal(
    as_: Callable[[Person], FlaskClient],
    cast: SimpleNamespace,
    session: Session,
    stopped_writer: Callable[[], Any],
) -> None:
    browser = as_(cast.staff)
    session.commit()
    with stopped_writer():
        page = browser.post("/settings/pauses", data={"reflection": "昼休みに書きました"})
        fragment = browser.post(
            "/settings/pauses", headers={"HX-Request": "true", "HX-Request-Type": "partial"}
        )
    assert (page.status_code, fragment.status_code) == (503, 503)
    assert "昼休みに書きました" in page.text
    assert fragment.headers["HX-Retarget"] == "#flash"


@pytest.mark.kill
@pytest.mark.usefixtures("soon")
def test_many_who_want_to_write_are_all_answered_soon(
    app: Flask,
    cast: SimpleNamespace,
    session: Session,
    sign_in: Callable[..., FlaskClient],
    stopped_writer: Callable[[], Any],
) -> None:
    """Each would keep a thread of the web server; only the first ones wait long."""
    browsers = [sign_in(app.test_client(), cast.staff) for _ in range(12)]
    session.commit()
    found = []

    def post(browser: FlaskClient) -> None:
        found.append(browser.post("/settings/pauses").status_code)

    with stopped_writer():
        began = monotonic()
        for _ in range(2):
            threads = [threading.Thread(target=post, args=(one,)) for one in browsers[:4]]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        assert monotonic() - began < 30
    assert found == [503] * 8


def test_others_wait_briefly_after_one_has_waited_in_vain(tmp_path: Path) -> None:
    one, other = (WriteLock(str(tmp_path / "stepup.db")) for _ in range(2))
    with one:
        for patience in (0.3, 60):
            began = monotonic()
            with pytest.raises(waiting.WriterBusy):
                other.acquire(within=patience)
            assert monotonic() - began < 30
    other.acquire(within=60)
    other.release()


def test_a_lock_that_was_not_got_is_not_released(tmp_path: Path) -> None:
    lock = WriteLock(str(tmp_path / "stepup.db"))
    with lock:
        with pytest.raises(waiting.WriterBusy):
            lock.acquire(within=0.01)
        other = WriteLock(str(tmp_path / "stepup.db"))
        with pytest.raises(waiting.WriterBusy):
            other.acquire(within=0.01)
    lock.acquire(within=1)
    lock.release()


def test_commands_wait_as_long_as_it_takes(database: Database, monkeypatch: Any) -> None:
    monkeypatch.setattr(waiting, "FOR_WRITER", 0.01)
    done = []

    def write() -> None:
        with database.writing() as session:
            session.execute(update(Person).values(session_epoch=3))
            done.append(True)

    with database.writing() as session:
        session.execute(update(Person).values(session_epoch=2))
        thread = threading.Thread(target=write)
        thread.start()
        thread.join(timeout=0.3)
        assert not done
    thread.join()
    assert done


@pytest.mark.usefixtures("soon")
def test_a_table_that_is_being_changed_is_not_waited_for_without_end(
    as_: Callable[[Person], FlaskClient],
    cast: SimpleNamespace,
    session: Session,
    database: Database,
) -> None:
    """As while `db upgrade` changes a table: PostgreSQL locks readers out, SQLite does not."""
    browser = as_(cast.staff)
    session.commit()
    with database.writing() as changing:
        if not database.is_sqlite:
            changing.execute(text("LOCK TABLE person IN ACCESS EXCLUSIVE MODE"))
        answer = browser.get("/")
        assert answer.status_code == (200 if database.is_sqlite else 503)
        assert browser.get("/healthz").status_code == 200
    assert browser.get("/").status_code == 200


@pytest.mark.usefixtures("soon")
def test_a_file_that_another_program_locks_is_not_waited_for_without_end(
    as_: Callable[[Person], FlaskClient],
    cast: SimpleNamespace,
    session: Session,
    database: Database,
) -> None:
    if not database.is_sqlite:
        return
    browser = as_(cast.staff)
    session.commit()
    shell = sqlite3.connect(database.engine.url.database or "", isolation_level=None)
    shell.execute("BEGIN IMMEDIATE")
    assert browser.get("/").status_code == 200
    assert browser.post("/settings/pauses").status_code == 503
    shell.close()
    assert browser.post("/settings/pauses").status_code == 303


def test_a_request_does_not_wait_long_for_a_free_connection(
    config: Config,
    cast: SimpleNamespace,
    sign_in: Callable[..., FlaskClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(waiting, "FOR_CONNECTION", 0.2)
    app = create_app(config)
    engine = app.extensions["stepup_database"].engine
    browser = sign_in(app.test_client(), cast.staff)
    with ExitStack() as stack:
        with suppress(PoolTimeout):
            while True:
                stack.enter_context(engine.connect())
        answer = app.test_client().get("/readyz")
        assert (answer.status_code, answer.text) == (503, "The database does not answer.\n")
        assert app.test_client().get("/healthz").status_code == 200
        assert browser.get("/").status_code == 503
    assert app.test_client().get("/readyz").status_code == 200
    engine.dispose()


def test_a_connection_keeps_its_bounds_to_requests(database_url: str) -> None:
    """Request, command and request again on one connection."""
    database = Database(database_url, pool_size=1)
    asked = "PRAGMA busy_timeout" if database.is_sqlite else "SHOW lock_timeout"
    short, long = (3000, 15_000) if database.is_sqlite else ("8s", "0")
    seen = []
    for for_request in (True, False, True, True):
        with database.reading(for_request=for_request) as session:
            seen.append(session.scalar(text(asked)))
            session.rollback()
    assert seen == [short, long, short, short]
    database.dispose()


def test_a_command_that_is_stopped_loses_its_rows_in_the_end(database: Database) -> None:
    if database.is_sqlite:
        return
    with database.reading() as session:
        assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "30min"


def test_only_what_may_pass_is_called_unavailable(database: Database) -> None:
    assert waiting.is_unavailable(waiting.WriterBusy())
    assert waiting.is_unavailable(PoolTimeout())
    assert not waiting.is_unavailable(ZeroDivisionError())
    for statement in ("SELECT nothing FROM nowhere", "UPDATE membership SET unit_id = 987654"):
        with pytest.raises(DBAPIError) as raised, database.writing() as session:
            session.execute(text(statement))
        assert not waiting.is_unavailable(raised.value), statement


def test_a_dry_run_takes_no_turn_and_keeps_nothing(database: Database) -> None:
    names = select(Person.name).where(Person.employee_number == "staff")
    with database.write_turn(), database.trying() as session:
        session.execute(update(Person).values(name="誰か"))
        session.flush()
        assert session.scalar(names) == "誰か"
        with database.reading() as reader:
            assert reader.scalar(names) == "浜口 汐里"
    with database.reading() as reader:
        assert reader.scalar(names) == "浜口 汐里"


def test_a_dry_run_checks_references_too(database: Database) -> None:
    with pytest.raises(DBAPIError), database.trying() as session:
        session.execute(text("UPDATE membership SET unit_id = 987654"))


@pytest.mark.parametrize("command", ["people", "catalogue"])
def test_dry_runs_of_commands_work_while_somebody_writes(
    app: Flask, database: Database, tmp_path: Path, command: str
) -> None:
    people = tmp_path / "people.csv"
    people.write_text(
        "職員番号,氏名,フリガナ,メール,所属,職名,管理職,発令日\n"
        "9,森 葵,,,総務部,主事,,2026-04-01\n",
        "utf-8",
    )
    words = ["import", str(people)] if command == "people" else ["load"]
    with database.write_turn():
        result = app.test_cli_runner().invoke(args=[command, *words, "--dry-run"])
    assert result.exit_code == 0, result.output
