"""What may be left undone is written only if nobody has to wait for it."""

import sqlite3
from collections.abc import Iterator
from threading import Event, Thread
from time import monotonic

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from app.db.sessions import Database
from challenges.people.models import Person


def say_english(session: Session) -> None:
    session.execute(update(Person).where(Person.employee_number == "staff").values(language="en"))


def language(database: Database) -> str:
    with database.reading() as session:
        return session.scalars(
            select(Person.language).where(Person.employee_number == "staff")
        ).one()


@pytest.fixture
def other(database_url: str) -> Iterator[Database]:
    """The same database as another process has it."""
    other = Database(database_url)
    yield other
    other.dispose()


def test_it_is_written_if_nobody_else_writes(database: Database) -> None:
    assert database.write_if_free(say_english)
    assert language(database) == "en"


@pytest.mark.parametrize("who", ["this process", "another process"])
def test_nobody_waits_for_a_writer_of_sqlite(database: Database, other: Database, who: str) -> None:
    if not database.is_sqlite:
        pytest.skip("on PostgreSQL writers do not wait for each other's rows")
    writing, may_end = Event(), Event()

    def write() -> None:
        with (database if who == "this process" else other).writing():
            writing.set()
            assert may_end.wait(60)

    writer = Thread(target=write)
    writer.start()
    assert writing.wait(60)
    begun = monotonic()
    assert not database.write_if_free(say_english)
    assert monotonic() - begun < 20
    may_end.set()
    writer.join()
    assert language(database) == "ja"
    assert database.write_if_free(say_english)
    with other.writing():
        pass  # the lock was released


def test_a_file_that_another_program_holds_is_left_alone(database: Database) -> None:
    if not database.is_sqlite:
        pytest.skip("PostgreSQL has no file to hold")
    program = sqlite3.connect(str(database.engine.url.database), isolation_level=None)
    program.execute("BEGIN IMMEDIATE")
    assert not database.write_if_free(say_english)
    program.execute("ROLLBACK")
    program.close()
    assert database.write_if_free(say_english)


def test_a_fault_of_the_database_is_left_alone(database: Database) -> None:
    assert not database.write_if_free(lambda session: session.execute(text("no SQL")) and None)
    assert database.write_if_free(say_english)
