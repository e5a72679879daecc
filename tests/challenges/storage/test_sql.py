"""Building blocks of statements, on both databases."""

from sqlalchemy import select

from challenges.people.models import Membership, Person, Unit
from challenges.storage.sql import fetch_rows, united

_PEOPLE = select(Person.id, Person.name, Person.paused_at)
_PLACES = select(Membership.id, Membership.kind, Membership.valid_from)
_UNITS = select(Unit.id, Unit.name)


def test_rows_of_several_statements_come_at_once(session, cast, at):
    cast.staff.paused_at = at
    session.flush()
    found = fetch_rows(session, united(person=_PEOPLE, place=_PLACES, unit=_UNITS), {}).all()
    for kind, of in (("person", _PEOPLE), ("place", _PLACES), ("unit", _UNITS)):
        names = list(of.selected_columns.keys())
        own = {tuple(row._mapping[name] for name in names) for row in found if row.part == kind}
        assert own == {tuple(row) for row in fetch_rows(session, of, {})}


def test_a_column_that_a_statement_lacks_is_empty(session, cast):
    found = fetch_rows(session, united(unit=_UNITS, place=_PLACES), {}).all()
    assert {row.valid_from for row in found if row.part == "unit"} == {None}
    assert {row.name for row in found if row.part == "place"} == {None}


def test_each_statement_keeps_its_own_limit(session, cast):
    one = _PEOPLE.order_by(Person.id).limit(1)
    found = fetch_rows(session, united(first=one, all=_PEOPLE), {}).all()
    assert sum(row.part == "first" for row in found) == 1
