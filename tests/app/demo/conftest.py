"""A demo of 120 people over 60 days, loaded once for all tests of this folder."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.db.sessions import Database
from app.demo.loading import DemoPlan, load
from app.migrations.tables import metadata
from challenges.people.models import Person
from tests.app.demo.moments import SMALL


@pytest.fixture(scope="session")
def new_demo(new_database: Callable[..., Any]) -> Callable[[DemoPlan], Iterator[Database]]:
    """``new_demo(plan)``: a generator of one database with that demo, which ends with it."""

    def make(plan: DemoPlan) -> Iterator[Database]:
        with new_database() as url:
            database = Database(url)
            metadata.create_all(database.engine)
            with database.writing() as session:
                load(session, plan)
            yield database
            database.dispose()

    return make


@pytest.fixture(scope="session")
def loaded(new_demo: Callable[[DemoPlan], Iterator[Database]]) -> Iterator[Database]:
    yield from new_demo(SMALL)


@pytest.fixture
def demo(loaded: Database) -> Iterator[Session]:
    """A session on demo data of 120 people over 60 days; whatever it writes is rolled back."""
    with Session(loaded.engine, expire_on_commit=False) as session:
        yield session
        session.rollback()


@pytest.fixture
def person(demo: Session) -> Callable[[str], Person]:
    return lambda number: demo.scalars(select(Person).where(Person.employee_number == number)).one()


@pytest.fixture
def empty_app(app: Flask, database: Database) -> Flask:
    """The app on a database with tables but without anybody and without a catalogue."""
    with database.writing() as session:
        for table in reversed(metadata.sorted_tables):
            session.execute(table.delete())
    return app
