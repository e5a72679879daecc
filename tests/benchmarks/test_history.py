"""A prefecture for the fold is whole, and what is folded of it is what its history says."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from app.config import Config
from app.db.sessions import Database
from app.indicators.activity import UnitMonth
from app.indicators.models import Measure
from app.indicators.nightly import step
from app.indicators.verifying import differences
from app.migrations.tables import metadata
from challenges.people.models import Person, Unit
from challenges.submissions.models import Completion, StepTotal
from tests.benchmarks.history import PARTS, History, fill_history

PEOPLE, BLOCK = 720, 60
AT = datetime(2026, 7, 15, 1, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def filled(new_database: Callable[..., Any]) -> Iterator[tuple[str, History]]:
    with new_database() as url:
        yield url, fill_history(url, people=PEOPLE, at=AT, days=90, block=BLOCK)


@pytest.fixture
def session(filled: tuple[str, History]) -> Iterator[Session]:
    database = Database(filled[0])
    with database.writing() as session:
        yield session
    database.dispose()


def test_says_what_is_there(filled: tuple[str, History], session: Session) -> None:
    def count(model: Any) -> int:
        return session.scalars(select(func.count()).select_from(model)).one()

    assert filled[1] == History(count(Person), count(Unit), count(Completion))
    assert count(Person) == PEOPLE > PARTS * BLOCK
    assert session.scalar(select(func.sum(StepTotal.completions))) == count(Completion)


def test_no_row_points_nowhere(session: Session) -> None:
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            target = key.column.table.alias()
            found = exists().where(target.c[key.column.name] == key.parent)
            lost = select(func.count()).where(key.parent.is_not(None), ~found)
            assert session.scalar(lost.select_from(table)) == 0, str(key.parent)


def test_the_fold_of_it_is_what_its_history_says(session: Session) -> None:
    while step(session, kinds=Config.counted_employments, at=AT):
        pass
    assert list(differences(session)) == []
    counted = session.scalars(select(UnitMonth.unit_id).distinct()).all()
    assert len(counted) > PARTS
    assert session.scalars(select(Measure.id).where(Measure.value.is_not(None)).limit(1)).all()
