r"""Finds units by their paths, however they are typed, and creates those that are missing.

For whoever brings in paths as text: the personnel list and the commands. Questions about the tree
itself are in org_chart.py.

Names are separated by / or ／. A slash that belongs to a name is written \/. Two paths with one
``unit_key`` are one unit; what is shown stays as it was written first.
"""

import re
from typing import NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from challenges.people.models import Unit
from challenges.text import comparable, in_one_line, same_width

_SLASH = re.compile(r"(?<!\\)[/／]")
_SLASH_IN_A_NAME = re.compile(r"\\[/／]")


class KnownUnit(NamedTuple):
    """A unit in the database, with its path as it is stored."""

    id: int
    path: str


def names_in(path: str) -> list[str]:
    """The names of a path from the top. A slash in a name is a slash."""
    return [_SLASH_IN_A_NAME.sub("/", in_one_line(name)) for name in _SLASH.split(path)]


def path_of(names: list[str]) -> str:
    """The path of these names, as it is stored."""
    return "/".join(name.replace("/", "\\/") for name in names)


def unit_key(path: str) -> str:
    """What paths are compared by: each name by ``comparable``."""
    return path_of([comparable(name) for name in names_in(path)])


def known_units(session: Session) -> dict[str, KnownUnit]:
    """Every unit by its ``unit_key``. Of several with one key, the one in plain characters, else
    the oldest."""
    return _by_key(_all_units(session))


def _all_units(session: Session) -> list[KnownUnit]:
    rows = session.execute(select(Unit.id, Unit.path).order_by(Unit.id.desc()))
    return [KnownUnit(id=row.id, path=row.path) for row in rows]


def _by_key(units: list[KnownUnit]) -> dict[str, KnownUnit]:
    # What is set last stays.
    plain_last = sorted(units, key=lambda unit: unit.path == same_width(unit.path))
    return {unit_key(unit.path): unit for unit in plain_last}


class Units:
    """The units of the database, and those that a list is going to create.

    A unit is named by its path: as it is stored, or as the list writes it first.
    """

    def __init__(self, session: Session) -> None:
        every = _all_units(session)
        known = _by_key(every)
        self._paths = {key: unit.path for key, unit in known.items()}
        self._ids = {unit.path: unit.id for unit in known.values()}
        self._written: dict[str, str] = {}
        self.path_of_id = {unit.id: unit.path for unit in every}
        """The path by the id of a unit, for each that was there before."""
        self.new: list[str] = []
        """The paths of units to create, in the order in which the list first names them."""

    def path(self, written: str) -> str:
        """The path of the unit that is written so. A unit that is not known becomes a new one."""
        if (found := self._written.get(written)) is None:
            found = self._written[written] = self._path(names_in(written))
        return found

    def _path(self, names: list[str]) -> str:
        key = path_of([comparable(name) for name in names])
        if key not in self._paths:
            above = self._path(names[:-1]) if names[1:] else ""
            # The path of the unit above may be written in another way. The new path begins with
            # it, because that is how managers find what lies below.
            self._paths[key] = f"{above}/{path_of(names[-1:])}".removeprefix("/")
            self.new.append(self._paths[key])
        return self._paths[key]

    def id(self, path: str) -> int:
        """The id of a unit that is known or was created."""
        return self._ids[path]

    def create(self, session: Session) -> None:
        """Create the new units. They come after those that exist below the same unit."""
        last_positions = _last_positions(session) if self.new else {}
        # A unit needs the id of its parent, so one statement for each depth, the root first.
        depths = [(len(names_in(path)), path) for path in self.new]
        for depth in sorted({depth for depth, _ in depths}):
            rows = [self._row(path, last_positions) for at, path in depths if at == depth]
            made = session.execute(insert(Unit).returning(Unit.id, Unit.path), rows)
            self._ids |= {row.path: row.id for row in made}

    def _row(self, path: str, last_positions: dict[int | None, int]) -> dict[str, int | str | None]:
        """The columns of a new unit. Counts its position in ``last_positions``."""
        *above, name = names_in(path)
        parent_id = self.id(self._path(above)) if above else None
        position = last_positions.get(parent_id, -1) + 1
        last_positions[parent_id] = position
        return {"parent_id": parent_id, "name": name, "path": path, "position": position}


def _last_positions(session: Session) -> dict[int | None, int]:
    """The highest position below each unit, by the id of that unit."""
    rows = session.execute(select(Unit.parent_id, func.max(Unit.position)).group_by(Unit.parent_id))
    return dict(rows.all())
