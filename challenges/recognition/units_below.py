"""What a manager of managers sees of the units below: numbers of people, never a step or a name.

Only units of ten people and more are told; what else has to be hidden, so that no small one can be
worked out from the others, ``suppression`` decides.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Select, bindparam, case, exists, func, select
from sqlalchemy.orm import Session

from challenges.calendar import midnight_of, quarter_start
from challenges.groups import WHOLE, Group
from challenges.people import org_chart
from challenges.people.models import Membership, Person, Unit
from challenges.people.unit_order import in_order
from challenges.storage.sql import fetch_rows, padded_ids
from challenges.submissions.models import Completion, Submission
from challenges.submissions.states import IS_WAITING
from challenges.suppression import suppress


@dataclass(frozen=True, slots=True)
class UnitBelow:
    """A unit right below one that the viewer manages, with all units below it. None: hidden."""

    name: str
    people: int
    climbing: int | None
    """People with a step in this quarter."""
    waiting: int | None
    """People who wait for the answer of their own manager."""


@dataclass(slots=True)
class _Numbers:
    people: int = 0
    climbing: int = 0
    waiting: int = 0

    def add(self, row: Any) -> None:
        self.people += row.people
        self.climbing += row.climbing
        self.waiting += row.waiting


def units_below(
    session: Session, *, own_ids: Collection[int], unit_ids: Collection[int], on: date
) -> list[UnitBelow]:
    """The units right below ``own_ids`` that may be told, in the order of the organisation.

    ``unit_ids`` are all units that the viewer manages, theirs and those below. Two statements.
    """
    if not set(unit_ids) - set(own_ids):
        return []
    asked = {
        "unit_ids": padded_ids(unit_ids),
        "on_day": on,
        "since": midnight_of(quarter_start(on)),
    }
    units = in_order(fetch_rows(session, _UNITS, asked))
    tops = _tops({row.id: row.parent_id for row in units}, own_ids)
    numbers: dict[int, _Numbers] = {top: _Numbers() for top in tops.values()}
    whole = _Numbers()
    for row in fetch_rows(session, _NUMBERS, asked):
        if row.unit_id in tops:
            numbers[tops[row.unit_id]].add(row)
            whole.add(row)
    shown = suppress(
        [_group(key, found) for key, found in numbers.items()],
        whole=_group(WHOLE, whole),
        counts=("climbing", "waiting"),
        are_sizes_known=True,  # everybody can read them off the organisation chart
    )
    names = {row.id: row.name for row in units}
    return [
        UnitBelow(
            names[row.id], cells.base, cells.counts.get("climbing"), cells.counts.get("waiting")
        )
        for row in units
        if row.id in shown.groups and (cells := shown.groups[row.id]).base is not None
    ]


def _tops(parents: Mapping[int, int | None], own_ids: Collection[int]) -> dict[int, int]:
    """For each unit below, the one right below the viewer's own."""
    found: dict[int, int] = {}
    for unit_id in parents.keys() - set(own_ids):
        top = unit_id
        while (parent := parents.get(top)) is not None and parent not in own_ids:
            top = parent
        found[unit_id] = top
    return found


def _group(key: int, numbers: _Numbers) -> Group:
    counts = {"climbing": numbers.climbing, "waiting": numbers.waiting}
    return Group(key=key, base=numbers.people, counts=counts)


_UNITS = select(Unit.id, Unit.parent_id, Unit.position, Unit.name).where(
    Unit.id.in_(bindparam("unit_ids", expanding=True))
)


def _numbers() -> Select[*tuple[Any, ...]]:
    """People, and those of them who climb and who wait, by the unit they belong to today."""
    climbs = exists().where(
        Completion.person_id == Person.id,
        Completion.voided_at.is_(None),
        Completion.happened_at >= bindparam("since", type_=Completion.happened_at.type),
    )
    waits = exists().where(Submission.person_id == Person.id, IS_WAITING)
    return (
        select(
            Membership.unit_id,
            func.count().label("people"),
            func.sum(case((climbs, 1), else_=0)).label("climbing"),
            func.sum(case((waits, 1), else_=0)).label("waiting"),
        )
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.unit_id.in_(bindparam("unit_ids", expanding=True)))
        .where(Membership.is_primary, org_chart.holds_on(org_chart.ON_DAY))
        .where(Person.deactivated_at.is_(None))
        .group_by(Membership.unit_id)
    )


_NUMBERS = _numbers()
