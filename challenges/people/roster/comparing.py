"""What the list changes for one person whom the database knows. Pure: no database.

transfers.py decides about their appointments.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from challenges.people.appointments import Changes, KnownAppointment, ListedAppointment
from challenges.people.names import search_key
from challenges.people.roster.reading import ListedPerson
from challenges.people.transfers import changes
from challenges.people.units import Units
from challenges.text import comparable
from challenges.vocabulary import MembershipKind


class Difference(NamedTuple):
    """What has to change for one known person."""

    values: dict[str, Any]
    """By the column of the person."""
    appointments: Changes
    loses_a_unit: bool
    """Whether the person manages a unit, and none by the list."""

    @property
    def is_empty(self) -> bool:
        return not self.values and self.appointments.is_empty


def difference(
    person: ListedPerson,
    row: Any,
    known: Sequence[KnownAppointment],
    *,
    units: Units,
    today: date,
) -> Difference:
    """Compare with ``row`` and the appointments of `everybody`. Raises AppointmentTooEarly."""
    listed = appointments_of(person, units, known)
    is_manager = MembershipKind.MANAGER
    manages = any(one.kind is is_manager and one.reaches(today) for one in known)
    return Difference(
        values=_values(person, row),
        appointments=changes(known, listed, today=today),
        loses_a_unit=manages and not any(one.kind is is_manager for one in listed),
    )


def appointments_of(
    person: ListedPerson, units: Units, known: Sequence[KnownAppointment] = ()
) -> list[ListedAppointment]:
    """Their listed appointments, the main one first. An empty 任用区分 keeps the known one."""
    told = [*(row.employment for row in person), *(one.employment for one in reversed(known))]
    employment = next(filter(None, told), None)
    return [
        ListedAppointment(
            unit=units.path(row.unit or ""),
            kind=MembershipKind.MANAGER if row.manager else MembershipKind.STAFF,
            post=row.post or "",
            is_primary=number == 0,
            valid_from=row.valid_from or date.max,
            line=row.line,
            employment=employment,
        )
        for number, row in enumerate(person)
    ]


def _values(person: ListedPerson, row: Any) -> dict[str, Any]:
    # What only looks alike stays as it was written first.
    values: dict[str, Any] = {
        name: listed
        for name, listed in (("name", person.name), ("kana", person.kana))
        if listed and comparable(listed) != comparable(getattr(row, name))
    }
    if values:
        told = {"name": row.name, "kana": row.kana} | values
        values["search_key"] = search_key(**told)
    if person.email and person.email != row.email:
        values["email"] = person.email
    if row.deactivated_at:
        values["deactivated_at"] = None
    return values
