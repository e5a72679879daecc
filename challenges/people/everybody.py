"""The appointments of everybody, read and written in bulk, however many people there are."""

from collections.abc import Collection, Iterator, Mapping
from itertools import chain, groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from challenges.people.appointments import Changes, KnownAppointment, ListedAppointment
from challenges.people.models import Membership, Person
from challenges.people.units import Units
from challenges.storage.sql import padded_ids, update_by_id


def everybody(
    session: Session,
    units: Units,
    *,
    is_locking: bool = False,
    only: Collection[int] | None = None,
) -> Iterator[tuple[Any, list[KnownAppointment]]]:
    """Everybody in the database, or those with an id in ``only``, with their appointments, ended or
    not."""
    statement = (
        select(*_COLUMNS)
        .outerjoin(Membership, Membership.person_id == Person.id)
        .order_by(Person.id, Membership.id)
    )
    if only is not None:
        statement = statement.where(Person.id.in_(padded_ids(only)))
    if is_locking:
        # The key-share kind does not hold up inserts that only refer to a person.
        statement = statement.with_for_update(key_share=True, of=Person)
    # Read piece by piece: of most people nothing has to be kept.
    rows = session.execute(statement, execution_options={"yield_per": 2000})
    for _, lines in groupby(rows, key=attrgetter("person_id")):
        of_one = list(lines)
        yield of_one[0], [_known(row, units) for row in of_one if row.id]


def write_appointments(session: Session, units: Units, changes: Mapping[int, Changes]) -> None:
    """Write what changes, by the id of the person."""
    # Remove, update and add, in this order, so that no two appointments overlap for a moment.
    removed = list(chain(*(one.removed for one in changes.values())))
    if removed:
        session.execute(delete(Membership).where(Membership.id.in_(removed)))
    updated = chain(*(one.updated for one in changes.values()))
    update_by_id(session, Membership, [_columns(one, units) for one in updated])
    added = [
        {"person_id": person_id, **_columns(one, units)}
        for person_id, of_one in changes.items()
        for one in of_one.added
    ]
    if added:
        session.execute(insert(Membership), added)


_OF_APPOINTMENTS = ("id", "kind", "post", "is_primary", "employment", "valid_from", "valid_to")
_COLUMNS: tuple[Any, ...] = (
    Person.id.label("person_id"),
    Person.employee_number,
    Person.name,
    Person.kana,
    Person.email,
    Person.deactivated_at,
    Membership.unit_id,
    *(getattr(Membership, name) for name in _OF_APPOINTMENTS),
)


def _known(row: Any, units: Units) -> KnownAppointment:
    values = {name: getattr(row, name) for name in _OF_APPOINTMENTS}
    return KnownAppointment(unit=units.path_of_id[row.unit_id], **values)


def _columns(appointment: ListedAppointment | KnownAppointment, units: Units) -> dict[str, Any]:
    names = [name for name in _OF_APPOINTMENTS if hasattr(appointment, name)]
    values = {name: getattr(appointment, name) for name in names}
    return {"unit_id": units.id(appointment.unit), **values}
