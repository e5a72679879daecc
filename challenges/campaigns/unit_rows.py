"""The units of a campaign in the order of the organisation: departments (部) and sections (課),
each with what lies below it. Pure but for one statement."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.people.models import Unit

OUTSIDE = ("委員会", "委員事務局", "議会", "警察", "企業庁", "病院事業庁")
"""Parts of the names of bodies outside the governor (知事部局でないもの). The personnel list has no
column for it; the names are fixed by law."""


@dataclass(slots=True)
class PlacedUnit:
    """A department (depth 0) or section (depth 1)."""

    unit_id: int
    name: str
    parent_id: int | None
    depth: int
    is_outside: bool
    """It belongs to a body outside the governor."""


@dataclass(slots=True)
class Organisation:
    """The tree of units."""

    units: dict[int, Any] = field(default_factory=dict)
    """Rows of ``id``, ``parent_id`` and ``name`` by id, in the order within their parents."""
    _shown: dict[int | None, list[int]] = field(default_factory=dict)
    """What ``shown`` has found: it is asked of everybody's unit."""

    @classmethod
    def read(cls, session: Session) -> "Organisation":
        """The whole tree. One statement."""
        rows = select(Unit.id, Unit.parent_id, Unit.name).order_by(Unit.position, Unit.id)
        return cls({unit.id: unit for unit in session.execute(rows)})

    def upward(self, unit_id: int | None) -> Iterator[int]:
        """The unit and those above it, the lowest first."""
        while unit_id is not None and (unit := self.units.get(unit_id)):
            yield unit.id
            unit_id = unit.parent_id

    def shown(self, unit_id: int | None) -> list[int]:
        """The department and section that a unit counts in."""
        found = self._shown.get(unit_id)
        if found is None:
            found = self._shown[unit_id] = [*self.upward(unit_id)][-2:]
        return found

    def placed(self, unit_ids: Iterable[int]) -> list[PlacedUnit]:
        """The departments and sections that these units count in, as the organisation orders
        them."""
        wanted = {shown for unit_id in unit_ids for shown in self.shown(unit_id)}
        below = defaultdict[int | None, list[Any]](list)
        for unit in self.units.values():
            if unit.id in wanted:
                below[unit.parent_id].append(unit)
        found = []
        for top in below[None]:
            is_outside = any(part in top.name for part in OUTSIDE)
            found.append(PlacedUnit(top.id, top.name, None, 0, is_outside))
            found += [
                PlacedUnit(unit.id, unit.name, top.id, 1, is_outside) for unit in below[top.id]
            ]
        return found

    def without(self, unit_ids: Iterable[int], reviews: Callable[[int], bool]) -> list[int]:
        """Those of the units at or above which nobody reviews, in ascending order."""
        return sorted(
            unit_id
            for unit_id in set(unit_ids)
            if not any(reviews(above) for above in self.upward(unit_id))
        )
