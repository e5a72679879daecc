"""Loads the demo into an empty database, in the caller's transaction."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, exists, func, insert, select, update
from sqlalchemy.orm import Session

from app.demo.campaigns import add_campaigns
from app.demo.cheers import add_cheers
from app.demo.days import Days
from app.demo.measures import add_measures
from app.demo.models import DemoLoad
from app.demo.notices import add_notices
from app.demo.people import DemoPerson, Organisation, people_of
from app.demo.pulse import add_pulse
from app.demo.reports import add_reports
from app.demo.rows import Rows
from app.demo.staff_rows import StaffRows
from app.demo.statements import add_statements
from app.demo.units import DemoUnit, units_for
from app.demo.walking import walk
from app.demo.world import World
from badges.awards import awarding
from badges.awards.deciding import Outcome
from badges.catalogue import definitions as badge_definitions
from badges.catalogue import loading as badge_catalogue
from badges.catalogue.reading import read_badges
from badges.models import Award, Badge
from challenges.catalogue import definitions, loading
from challenges.catalogue.models import Challenge
from challenges.catalogue.published import read_catalogue
from challenges.people.models import Person, Unit
from challenges.storage.sql import PERSONNEL, in_batches, take_turn
from challenges.submissions.models import StepTotal

FILLED: tuple[Any, ...] = (Unit.__table__, *StaffRows.TABLES, *Rows.TABLES)
"""Tables whose ids are given by the demo instead of the database."""
BATCH = 1000
"""People whose rows are in memory at once."""


class CannotLoadDemo(Exception):
    """The database is not one for demo data. The message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class DemoPlan:
    """What to load: how many people, with so many days of activity until ``at``, and the seed."""

    at: datetime
    staff: int = 4500
    days: int = 240
    seed: int = 1
    with_campaigns: bool = True
    with_measures: bool = True


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was loaded."""

    people: int
    units: int
    completions: int
    endorsements: int
    awards: int


def load(session: Session, plan: DemoPlan) -> Loaded:
    """Load the demo. Raises CannotLoadDemo if there are people or units, real or made up."""
    take_turn(session, PERSONNEL)
    _must_be_empty(session)
    _load_catalogues(session, at=plan.at)
    session.add(DemoLoad(loaded_at=plan.at, seed=plan.seed, staff=plan.staff, days=plan.days))
    session.flush()
    days = Days(at=plan.at, count=plan.days)
    units = units_for(plan.staff)
    organisation = Organisation(units)
    _insert_units(session.connection(), units)
    people = _insert_people(session.connection(), organisation, plan, days)
    world = World(plan.seed, days, organisation, read_catalogue(session), _dx_office(people))
    rows = _insert_submissions(session.connection(), people, world)
    _set_sequences(session.connection())
    add_cheers(session, world, people)
    add_reports(session, world, people)
    add_pulse(session, world, people)
    if plan.with_campaigns:
        add_campaigns(session, office=world.dx_office, at=plan.at)
    if plan.with_measures:
        add_measures(session, seed=plan.seed, at=plan.at)
        add_statements(session, office=world.dx_office, at=plan.at)
    awards = awarding.recompute(session, catalogue=read_badges(session), at=plan.at, quietly=True)
    # As if each had been written when it was earned.
    session.execute(update(Award).values(recorded_at=Award.awarded_at))
    add_notices(session, world, people)
    return Loaded(
        people=len(people),
        units=len(units),
        completions=sum(rows.totals.values()),
        endorsements=rows.last["endorsement"],
        awards=awards.total(Outcome.ADDED),
    )


def _must_be_empty(session: Session) -> None:
    if session.scalar(select(exists(select(DemoLoad.id)))):
        raise CannotLoadDemo(
            "デモのデータは、もう入っています。作り直すときは、新しいデータベースを使ってください。"
        )
    if session.scalar(select(exists(select(Person.id)) | exists(select(Unit.id)))):
        raise CannotLoadDemo(
            "このデータベースには本物の職員や所属が入っています。デモのデータは入れません。"
        )


def _load_catalogues(session: Session, *, at: datetime) -> None:
    """Load the catalogues that come with the app, if there are none."""
    if not session.scalar(select(exists(select(Challenge.id)))):
        loading.load(session, definitions.read_folder(), used_steps=(), at=at)
    if not session.scalar(select(exists(select(Badge.slug)))):
        badge_catalogue.load(session, badge_definitions.read_folder(), at=at)


def _insert_units(connection: Connection, units: list[DemoUnit]) -> None:
    rows = [
        {
            "id": one.number,
            "parent_id": one.parent,
            "name": one.name,
            "path": one.path,
            "position": one.position,
            "site": one.site,
        }
        for one in units
    ]
    _insert(connection, Unit.__table__, rows)


def _insert_people(
    connection: Connection, organisation: Organisation, plan: DemoPlan, days: Days
) -> list[DemoPerson]:
    """Insert everybody. The returned people are small, without names, and all stay in memory."""
    people: list[DemoPerson] = []
    staff_rows = StaffRows(seed=plan.seed, begin=days.begin)
    everybody = people_of(organisation.units, staff=plan.staff, seed=plan.seed, days=days)
    for batch in in_batches(everybody, BATCH):
        for one in batch:
            organisation.take_in(one)
        people += batch
        for table, rows in staff_rows.of(batch).items():
            _insert(connection, table, rows)
    return people


def _insert_submissions(connection: Connection, people: list[DemoPerson], world: World) -> Rows:
    rows = Rows()
    for batch in in_batches(people, BATCH):
        for one in batch:
            rows.write(one, walk(world, one))
        for table, new in rows.take():
            _insert(connection, table, new)
    _insert(connection, StepTotal.__table__, rows.total_rows())
    return rows


def _dx_office(people: Iterable[DemoPerson]) -> list[int]:
    return [one.id for one in people if one.account and one.account.is_dx_office]


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _set_sequences(connection: Connection) -> None:
    """Let PostgreSQL's sequences go on after the ids given here. SQLite does so by itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in FILLED:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(
            select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery()))
        )
