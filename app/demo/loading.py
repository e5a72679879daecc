"""Writes the made-up prefecture down in one transaction: a failure leaves nothing, and real people
are not touched."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import Connection, exists, func, insert, select
from sqlalchemy.orm import Session

from app.demo.days import Days
from app.demo.models import DemoLoad
from app.demo.people import Organisation, Someone, people_of
from app.demo.rows import Rows
from app.demo.staff_rows import StaffRows
from app.demo.units import DemoUnit, units_for
from app.demo.walking import walk
from app.demo.world import World
from badges.awards import awarding
from badges.awards.deciding import Outcome
from badges.catalogue import definitions as badge_definitions
from badges.catalogue import loading as badge_catalogue
from badges.catalogue.reading import read_badges
from badges.models import Badge
from challenges.catalogue import definitions, loading
from challenges.catalogue.models import Challenge
from challenges.catalogue.published import read_catalogue
from challenges.people.models import Person, Unit
from challenges.submissions.models import StepTotal

FILLED: tuple[Any, ...] = (Unit.__table__, *StaffRows.TABLES, *Rows.TABLES)
"""Tables with ids that are given here."""
BATCH = 1000
"""People whose rows are in memory at a time."""


class CannotLoadDemo(Exception):
    """The database is not one for demo data. The message is a sentence for the operator."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What to make: how many people, over how many days until ``at``, and by which seed."""

    at: datetime
    staff: int = 4500
    days: int = 240
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Loaded:
    """What was made."""

    people: int
    units: int
    completions: int
    endorsements: int
    awards: int


def load(session: Session, wanted: Wanted) -> Loaded:
    """Fill an empty database. Raises CannotLoadDemo where it holds people, real or made up."""
    _must_be_empty(session)
    _load_catalogues(session, at=wanted.at)
    session.add(
        DemoLoad(loaded_at=wanted.at, seed=wanted.seed, staff=wanted.staff, days=wanted.days)
    )
    session.flush()
    days = Days(at=wanted.at, count=wanted.days)
    units = units_for(wanted.staff)
    organisation = Organisation(units)
    _insert_units(session.connection(), units)
    people = _insert_people(session.connection(), organisation, wanted, days)
    world = World(wanted.seed, days, organisation, read_catalogue(session), _dx_office(people))
    rows = _insert_submissions(session.connection(), people, world)
    _set_sequences(session.connection())
    awards = awarding.recompute(session, catalogue=read_badges(session), at=wanted.at, quietly=True)
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
    """The app's own, where there are none."""
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
        }
        for one in units
    ]
    _insert(connection, Unit.__table__, rows)


def _insert_people(
    connection: Connection, organisation: Organisation, wanted: Wanted, days: Days
) -> list[Someone]:
    """Everybody. What stays in memory is small and without names."""
    people: list[Someone] = []
    staff_rows = StaffRows(seed=wanted.seed, begin=days.begin)
    for some in _runs(
        people_of(organisation.units, staff=wanted.staff, seed=wanted.seed, days=days)
    ):
        for one in some:
            organisation.take_in(one)
        people += some
        for table, rows in staff_rows.of(some).items():
            _insert(connection, table, rows)
    return people


def _insert_submissions(connection: Connection, people: list[Someone], world: World) -> Rows:
    rows = Rows()
    for some in _runs(people):
        for one in some:
            rows.write(one, walk(world, one))
        for table, made in rows.take():
            _insert(connection, table, made)
    _insert(connection, StepTotal.__table__, rows.total_rows())
    return rows


def _dx_office(people: Iterable[Someone]) -> list[int]:
    return [one.id for one in people if one.account and one.account.is_dx_office]


def _insert(connection: Connection, table: Any, rows: list[dict[str, Any]]) -> None:
    if rows:
        connection.execute(insert(table), rows)


def _set_sequences(connection: Connection) -> None:
    """The ids were given here, and PostgreSQL's sequences have to go on after them. SQLite looks
    for itself."""
    if connection.dialect.name != "postgresql":
        return
    for table in FILLED:
        sequence = func.pg_get_serial_sequence(table.name, "id")
        connection.execute(
            select(func.setval(sequence, select(func.max(table.c.id)).scalar_subquery()))
        )


def _runs(people: Iterable[Someone]) -> Iterator[list[Someone]]:
    rest = iter(people)
    while some := list(islice(rest, BATCH)):
        yield some
