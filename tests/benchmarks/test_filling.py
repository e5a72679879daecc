"""A filled database is one that the app itself could have written."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from flask.testing import FlaskCliRunner
from sqlalchemy import Connection, exists, func, select
from sqlalchemy.orm import Session

from app.config import Config
from app.db.sessions import Database
from app.demo.accounts import PASSWORD
from app.demo.loading import DemoPlan
from app.factory import create_app
from app.identity.passwords import verify
from app.migrations.tables import metadata
from badges.models import Award
from challenges.campaigns.figures import figures_of
from challenges.campaigns.models import Campaign, CampaignVersion
from challenges.campaigns.reports import CampaignReport
from challenges.campaigns.snapshots import latest
from challenges.outbox import Delivery, DeliveryState, Fact
from challenges.people.models import Person, Unit
from challenges.submissions.models import Completion
from challenges.vocabulary import CampaignState
from tests.benchmarks.filling import CannotFill, Filled, block_of, fill

PEOPLE, BLOCK = 360, 120
WANTED = DemoPlan(at=datetime(2026, 7, 15, 1, 0, tzinfo=UTC), staff=PEOPLE, days=90)


@pytest.fixture(scope="module")
def filled(new_database: Callable[..., Any]) -> Iterator[tuple[str, Filled]]:
    with new_database() as url:
        yield url, fill(url, WANTED, block=BLOCK)


@pytest.fixture
def connection(filled: tuple[str, Filled]) -> Iterator[Connection]:
    database = Database(filled[0])
    with database.engine.connect() as connection:
        yield connection
    database.dispose()


def test_history_of_a_filled_database_is_whole(filled: tuple[str, Filled]) -> None:
    app = create_app(Config(database_url=filled[0], secret_key="for tests only"))
    verified = FlaskCliRunner(app).invoke(args=["history", "verify"])
    app.extensions["stepup_database"].dispose()
    assert verified.exit_code == 0, verified.output
    assert f"{filled[1].rows['completion']} completions" in verified.output


def test_has_exactly_the_people_asked_for(connection: Connection) -> None:
    assert connection.scalar(select(func.count(Person.id))) == PEOPLE


def test_reports_the_rows_there_are(filled: tuple[str, Filled], connection: Connection) -> None:
    for name, count in filled[1].rows.items():
        assert connection.scalar(select(func.count()).select_from(metadata.tables[name])) == count


def test_no_row_points_nowhere(connection: Connection) -> None:
    for table in metadata.sorted_tables:
        for key in table.foreign_keys:
            target = key.column.table.alias()
            found = exists().where(target.c[key.column.name] == key.parent)
            lost = select(func.count()).where(key.parent.is_not(None), ~found)
            assert connection.scalar(lost.select_from(table)) == 0, str(key.parent)


def test_every_fact_has_been_heard(connection: Connection) -> None:
    assert not connection.scalar(select(func.count()).where(Fact.fanned_out_at.is_(None)))
    assert connection.scalars(select(Delivery.state).distinct()).all() == [DeliveryState.DONE]


def test_facts_and_awards_of_a_copy_name_its_own_rows(connection: Connection) -> None:
    climbed = (
        select(Fact.about).where(Fact.kind == "step_climbed").order_by(Fact.id.desc()).limit(5)
    )
    for about in connection.scalars(climbed):
        completion = select(Completion.person_id).where(Completion.id == about["completion_id"])
        assert connection.scalar(completion) == about["person_id"] > PEOPLE - BLOCK
    newest = select(Award.person_id, Award.evidence).order_by(Award.id.desc()).limit(5)
    for person_id, evidence in connection.execute(newest):
        people = select(Completion.person_id).where(Completion.id.in_(evidence))
        assert set(connection.scalars(people)) == {person_id}


def test_campaigns_are_what_they_would_be_if_they_had_been_counted(
    connection: Connection,
) -> None:
    with Session(connection) as session:
        versions = session.scalars(
            select(CampaignVersion)
            .join(Campaign, Campaign.id == CampaignVersion.campaign_id)
            .where(Campaign.state != CampaignState.SCHEDULED)
        ).all()
        states = [session.get_one(Campaign, one.campaign_id).state for one in versions]
        assert sorted(states) == [CampaignState.CLOSED, CampaignState.OPEN, CampaignState.OPEN]
        assert session.scalars(select(CampaignReport)).one()
        for version in versions:
            newest = latest(session, version.campaign_id)
            assert newest is not None
            assert newest.people
            kinds = Config.counted_employments
            true = figures_of(session, version, day=newest.day, kinds=kinds)
            assert json.loads(json.dumps(true)) == newest.figures


def test_paths_of_units_follow_the_tree(connection: Connection) -> None:
    units = {row.id: row for row in connection.execute(select(Unit.__table__))}
    for unit in units.values():
        above = f"{units[unit.parent_id].path}/" if unit.parent_id else ""
        assert unit.path == above + unit.name


def test_everybody_has_the_same_password(connection: Connection) -> None:
    [hash_] = connection.scalars(select(Person.password_hash).distinct())
    assert verify(hash_, PASSWORD)


def test_the_next_row_gets_a_new_id(filled: tuple[str, Filled]) -> None:
    database = Database(filled[0])
    with Session(database.engine) as session:
        newest = session.scalars(select(func.max(Unit.id))).one()
        unit = Unit(name="新しい課", path="新しい課")
        session.add(unit)
        session.flush()
        assert unit.id > newest
    database.dispose()


@pytest.mark.parametrize(("people", "block"), [(4_500, 2_250), (100_000, 2_500), (60, 60)])
def test_people_divide_into_equal_blocks(people: int, block: int) -> None:
    assert block_of(people) == block


@pytest.mark.parametrize("people", [59, 100_003])
def test_a_size_that_does_not_divide_is_refused(people: int) -> None:
    with pytest.raises(CannotFill, match=str(people)):
        block_of(people)
