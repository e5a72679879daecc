"""`demo load` fills an empty database, and never one of real people."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.db.sessions import Database
from app.demo.loading import CannotLoadDemo, DemoPlan, load
from app.demo.models import DemoLoad
from app.migrations.tables import metadata
from challenges.catalogue import loading as challenge_catalogue
from challenges.catalogue.models import CatalogueLoad, Challenge
from challenges.people.models import Person
from challenges.storage.verifying import doubled_rows
from tests.app.demo.moments import AT, SMALL
from tests.shipped import CATALOGUE


def test_the_command_fills_an_empty_database_and_says_what_it_made(
    empty_app: Flask, database: Database
) -> None:
    result = empty_app.test_cli_runner().invoke(
        args=["demo", "load", "--staff", "60", "--days", "30"]
    )
    assert result.exit_code == 0, result.output
    assert "people: 60" in result.output
    assert "stepup-demo" in result.output
    with database.reading() as session:
        marked = session.scalars(select(DemoLoad)).one()
        assert (marked.staff, marked.days, marked.seed) == (60, 30, 1)


def test_a_database_with_real_people_is_left_as_it_is(app: Flask, database: Database) -> None:
    result = app.test_cli_runner().invoke(args=["demo", "load", "--staff", "60"])
    assert result.exit_code == 1
    assert "本物の職員" in result.output
    with database.reading() as session:
        assert session.scalar(select(func.count(Person.id))) == 6
        assert session.scalar(select(func.count(Person.password_hash))) == 0
        assert session.scalar(select(func.count(DemoLoad.id))) == 0


def test_demo_data_is_not_loaded_twice(demo: Session) -> None:
    with pytest.raises(CannotLoadDemo, match="もう入っています"):
        load(demo, SMALL)


def test_a_database_without_tables_gets_a_sentence(app: Flask, database: Database) -> None:
    with database.writing() as session:
        session.execute(text("DELETE FROM alembic_version"))
    result = app.test_cli_runner().invoke(args=["demo", "load"])
    assert result.exit_code == 1
    assert "db upgrade" in result.output


def test_two_demos_loaded_at_once_are_one(
    empty_app: Flask, database: Database, race: Callable[..., list[Any]]
) -> None:
    """On a database without a catalogue, so that the loads of the catalogues race too."""
    plan = DemoPlan(at=AT, staff=60, days=30)
    outcomes = race(lambda own: load(own, plan), times=2)
    assert sorted(type(one).__name__ for one in outcomes) == ["CannotLoadDemo", "Loaded"]
    with database.reading() as session:
        assert session.scalar(select(func.count(Person.id))) == 60
        assert session.scalar(select(func.count(DemoLoad.id))) == 1
        assert list(doubled_rows(session, metadata)) == []


def test_a_demo_and_a_catalogue_loaded_at_once_make_one_catalogue(
    empty_app: Flask, database: Database, race: Callable[..., list[Any]]
) -> None:
    shipped, plan = CATALOGUE, DemoPlan(at=AT, staff=60, days=30)
    outcomes = race(
        lambda own: load(own, plan),
        lambda own: challenge_catalogue.load(own, shipped, used_steps=(), at=AT),
        times=1,
    )
    assert [one for one in outcomes if isinstance(one, Exception)] == []
    with database.reading() as session:
        kinds = session.scalars(select(CatalogueLoad.kind)).all()
        assert kinds.count(challenge_catalogue.KIND) == 1
        assert list(doubled_rows(session, metadata)) == []


@pytest.mark.parametrize("wrong", [["--staff", "59"], ["--days", "29"], ["--staff", "many"]])
def test_impossible_sizes_are_refused(app: Flask, wrong: list[str]) -> None:
    assert app.test_cli_runner().invoke(args=["demo", "load", *wrong]).exit_code == 1


def test_a_failure_leaves_nothing(empty_app: Flask, database: Database) -> None:
    def fail_at_the_end() -> None:
        with database.writing() as session:
            load(session, DemoPlan(at=AT, staff=60, days=30))
            raise OSError

    with pytest.raises(OSError):  # noqa: PT011  # ours, and nothing else's
        fail_at_the_end()
    with database.reading() as session:
        assert session.scalar(select(func.count(Person.id))) == 0
        assert session.scalar(select(func.count(Challenge.id))) == 0


def test_a_catalogue_that_is_there_is_used_as_it_is(empty_app: Flask, database: Database) -> None:
    with database.writing() as session:
        challenge_catalogue.load(session, CATALOGUE, used_steps=(), at=AT - timedelta(days=9))
        load(session, DemoPlan(at=AT, staff=60, days=30))
    with database.reading() as session:
        [challenges] = session.scalars(
            select(CatalogueLoad).where(CatalogueLoad.kind == challenge_catalogue.KIND)
        )
        assert challenges.loaded_at < AT
