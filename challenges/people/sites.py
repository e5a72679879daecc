"""Which units are at the head office (本庁) and which are branches (出先機関)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from challenges.errors import InvalidField
from challenges.people.coming import units_to_come
from challenges.people.models import Unit
from challenges.people.unit_order import in_order
from challenges.vocabulary import Site


@dataclass(frozen=True, slots=True)
class PlacedUnit:
    """A unit and where it is."""

    id: int
    path: str
    said: Site | None
    """What the list or the DX office said of this unit."""
    site: Site | None
    """Where it is: what was said of it, else of the nearest unit above; None if of none."""


def placed_units(session: Session, *, on: date) -> list[PlacedUnit]:
    """Every unit with its site, in the order of the organisation, but for those that are still to
    come on that day. One statement."""
    rows = session.execute(select(*_COLUMNS).where(Unit.id.not_in(units_to_come(on))))
    return list(_placed(rows).values())


def sites_by_unit(session: Session) -> dict[int, Site | None]:
    """Where each unit is, also those that are still to come. One statement."""
    placed = _placed(session.execute(select(*_COLUMNS)))
    return {unit_id: one.site for unit_id, one in placed.items()}


_COLUMNS = (Unit.id, Unit.parent_id, Unit.position, Unit.path, Unit.site.label("said"))


def _placed(rows: Iterable[Any]) -> dict[int, PlacedUnit]:
    """Units by id, in the order of the organisation."""
    found: dict[int, PlacedUnit] = {}
    for row in in_order(rows):
        above = found.get(row.parent_id)
        site = row.said or (above.site if above else None)
        found[row.id] = PlacedUnit(row.id, row.path, row.said, site)
    return found


def place(unit: Unit, site: str) -> None:
    """Say where a unit is; "" says that it is where the unit above it is. Raises InvalidField."""
    if site and site not in list(Site):
        raise InvalidField("本庁か出先機関を選んでください。", field="site")
    unit.site = Site(site) if site else None
