"""Sessions: readers cannot write, no update is lost, nobody is told "database is locked"."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, Response, abort, request
from sqlalchemy import event, select, text, update
from sqlalchemy.exc import DBAPIError

from app.db.sessions import Database, request_session
from app.db.write_lock import WriteLock
from challenges.errors import RuleBroken
from challenges.people.models import Person

THREADS, TIMES, WRITES = 8, 25, 100


def epoch(database: Database, number: str = "staff") -> int:
    with database.reading() as session:
        return session.scalars(
            select(Person.session_epoch).where(Person.employee_number == number)
        ).one()


def raise_epoch(database: Database, times: int) -> None:
    """Read a number and write it back one higher, which loses updates if two do it at once."""
    for _ in range(times):
        with database.writing() as session:
            person = session.scalars(
                select(Person).where(Person.employee_number == "staff").with_for_update()
            ).one()
            seen = person.session_epoch
            session.execute(
                update(Person).where(Person.id == person.id).values(session_epoch=seen + 1)
            )


def raise_epoch_elsewhere(url: str, times: int) -> None:
    """``raise_epoch`` for a process of its own."""
    raise_epoch(Database(url), times)


def test_a_read_session_cannot_write(database: Database) -> None:
    with database.reading() as session, pytest.raises(DBAPIError):
        session.execute(update(Person).values(name="誰か"))
    with database.reading() as session:
        assert "誰か" not in session.scalars(select(Person.name)).all()


def test_reading_ends_without_a_rollback(database_url: str) -> None:
    database, ended = Database(database_url, pool_size=1), []
    for how in ("commit", "rollback"):
        event.listen(database.engine, how, lambda _connection, how=how: ended.append(how))
    for _ in range(3):
        assert epoch(database) == 0
    assert ended == ["commit"] * 3
    database.dispose()


def test_one_connection_can_alternate_reading_and_writing(database_url: str) -> None:
    database = Database(database_url, pool_size=1)
    for _ in range(3):
        with database.reading() as session, pytest.raises(DBAPIError):
            session.execute(text("DELETE FROM practice"))
        raise_epoch(database, 1)
    assert epoch(database) == 3
    database.dispose()


def test_returning_commits_and_raising_rolls_back(database: Database) -> None:
    raise_epoch(database, 1)

    def break_a_rule() -> None:
        with database.writing() as session:
            session.execute(update(Person).values(session_epoch=99))
            raise RuleBroken

    with pytest.raises(RuleBroken):
        break_a_rule()
    assert epoch(database) == 1


def test_a_read_session_sees_one_snapshot(database: Database) -> None:
    with database.snapshot_session() as session:
        statement = select(Person.session_epoch).where(Person.employee_number == "staff")
        before = session.scalar(statement)
        raise_epoch(database, 1)
        assert session.scalar(statement) == before
    assert epoch(database) == 1


def test_threads_lose_no_update_and_see_no_locked_database(database: Database) -> None:
    problems: list[BaseException] = []

    def work() -> None:
        try:
            raise_epoch(database, TIMES)
        except BaseException as error:
            problems.append(error)

    threads = [threading.Thread(target=work) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    assert epoch(database) == THREADS * TIMES


@pytest.mark.kill
def test_processes_lose_no_update_and_see_no_locked_database(
    database: Database, database_url: str
) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [
        spawn.Process(target=raise_epoch_elsewhere, args=(database_url, TIMES)) for _ in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert epoch(database) == 3 * TIMES


def write_names(url: str, name: str, start: Any) -> None:
    """Write a name again and again, as fast as the write lock allows."""
    database = Database(url)
    start.wait()
    for _ in range(WRITES):
        with database.writing() as session:
            session.execute(text("INSERT INTO turn (name) VALUES (:name)"), {"name": name})


@pytest.mark.kill
def test_a_process_waiting_to_write_is_not_starved(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/turns.db"
    database = Database(url)
    with database.writing() as session:
        session.execute(text("CREATE TABLE turn (id INTEGER PRIMARY KEY, name TEXT)"))
    spawn = multiprocessing.get_context("spawn")
    start = spawn.Barrier(2)
    processes = [spawn.Process(target=write_names, args=(url, name, start)) for name in "ab"]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    with database.reading() as session:
        order = "".join(session.scalars(text("SELECT name FROM turn ORDER BY id")))
    slower = order[-1]
    assert (order.count("a"), order.count("b")) == (WRITES, WRITES)
    assert order.rstrip(slower).count(slower) > WRITES / 4, order


def write_for_ever(url: str, begun: Any) -> None:
    """Begin to write, and never end."""
    with Database(url).writing() as session:
        session.execute(update(Person).values(session_epoch=7))
        begun.set()
        threading.Event().wait()


@pytest.mark.kill
def test_a_process_killed_while_writing_blocks_nobody(
    database: Database, database_url: str
) -> None:
    spawn = multiprocessing.get_context("spawn")
    begun = spawn.Event()
    process = spawn.Process(target=write_for_ever, args=(database_url, begun))
    process.start()
    assert begun.wait(timeout=60)
    process.kill()
    process.join()
    raise_epoch(database, 1)
    assert epoch(database) == 1


def test_lock_files_belong_to_the_owner_of_the_folder(tmp_path: Path) -> None:
    folder = tmp_path / "instance"
    folder.mkdir()
    if os.geteuid() == 0:
        os.chown(folder, 65_534, 65_534)
    lock = WriteLock(str(folder / "stepup.db"))
    with lock:
        made = {path.name: path.stat() for path in folder.iterdir()}
    lock.close()
    assert made.keys() == {"stepup.db-next", "stepup.db-turn"}
    assert {(one.st_uid, one.st_gid) for one in made.values()} == {
        (folder.stat().st_uid, folder.stat().st_gid)
    }


def test_an_unavailable_write_lock_is_an_error_not_a_deadlock(tmp_path: Path) -> None:
    lock = WriteLock(str(tmp_path / "no-such-folder" / "stepup.db"))
    for _ in range(2):
        with pytest.raises(FileNotFoundError):
            lock.acquire()


def test_readers_do_not_wait_for_a_writer(database: Database) -> None:
    with database.writing() as session:
        session.execute(update(Person).values(session_epoch=5))
        seen: list[int] = []
        reader = threading.Thread(target=lambda: seen.append(epoch(database)))
        reader.start()
        reader.join(timeout=60)
        assert seen == [0]


def test_foreign_keys_hold(database: Database) -> None:
    with pytest.raises(DBAPIError), database.writing() as session:
        session.execute(text("UPDATE membership SET unit_id = 987654"))


def test_every_connection_is_prepared_also_after_a_rollback(database: Database) -> None:
    asked, prepared = (
        ("PRAGMA foreign_keys", 1) if database.is_sqlite else ("SHOW random_page_cost", "1.1")
    )
    for _ in range(2):
        with database.reading() as session:
            assert session.scalar(text(asked)) == prepared
            session.rollback()


def test_a_commit_on_sqlite_is_on_the_disk(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path}/here.db")
    with database.reading() as session:
        pragmas = {
            name: session.scalar(text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous")
        }
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}
    database.dispose()


# The one commit of a web request.


@pytest.fixture
def raising(app: Flask) -> Callable[[str], None]:
    """``raising(method)`` adds a page /raise that changes a person, then answers as its query asks:
    ``?status=303`` and so on."""
    app.config["WTF_CSRF_ENABLED"] = False

    def answer() -> Any:
        request_session().execute(update(Person).values(session_epoch=Person.session_epoch + 1))
        status = request.args["status"]
        if status == "rule":
            raise RuleBroken("だめです。")
        if status == "crash":
            raise ZeroDivisionError
        if status == "abort":
            abort(404)
        return Response(status=int(status))

    return lambda *methods: app.add_url_rule("/raise", "raise", answer, methods=list(methods))


@pytest.mark.parametrize("status", ["200", "204", "303"])
@pytest.mark.own_app
def test_a_request_answered_below_400_is_kept(
    app: Flask, raising: Callable[..., None], database: Database, status: str
) -> None:
    raising("POST")
    assert app.test_client().post(f"/raise?status={status}").status_code == int(status)
    assert epoch(database) == 1


@pytest.mark.parametrize(
    ("status", "code"),
    [("400", 400), ("409", 409), ("500", 500), ("rule", 422), ("abort", 404), ("crash", 500)],
)
@pytest.mark.own_app
def test_a_request_answered_with_400_or_more_changes_nothing(
    app: Flask, raising: Callable[..., None], database: Database, status: str, code: int
) -> None:
    raising("POST")
    assert app.test_client().post(f"/raise?status={status}").status_code == code
    assert epoch(database) == 0
    app.test_client().post("/raise?status=200")
    assert epoch(database) == 1


@pytest.mark.own_app
def test_a_get_that_tries_to_write_is_refused_by_the_database(
    app: Flask, raising: Callable[..., None], database: Database, cast: SimpleNamespace
) -> None:
    raising("GET")
    assert app.test_client().get("/raise?status=200").status_code == 500
    assert epoch(database) == 0
