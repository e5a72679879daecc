"""Finds units by their paths, however wide they are typed, and creates those that are missing.

For whoever brings in paths as text: the personnel list and the commands. Questions about the tree
itself are in org_chart.py.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from challenges.people.models import Unit
from challenges.text import same_width

SLASHES = re.compile("[/／]")


class KnownUnit(NamedTuple):
    """A unit in the database. Its path may be typed wider than the key it is found by."""

    id: int
    path: str


def unit_key(path: str) -> str:
    """The path by which units are compared: each name in NFKC, with single blanks.

    Names are separated by / or ／. Other characters, ＼ and ＞ too, are part of a name.
    """
    return "/".join(" ".join(same_width(name).split()) for name in SLASHES.split(path))


def known_units(session: Session) -> dict[str, KnownUnit]:
    """Every unit by its path and by its ``unit_key``.

    Where two units share a key, it means the one whose path is the key, else the older one.
    """
    # Newest first: where a key is set twice, the older unit is set last and stays.
    rows = session.execute(select(Unit.id, Unit.path).order_by(Unit.id.desc()))
    units = [KnownUnit(id=row.id, path=row.path) for row in rows]
    by_path = {unit.path: unit for unit in units}
    by_key = {unit_key(unit.path): unit for unit in units}
    is_its_own_key = {path: unit for path, unit in by_path.items() if path == unit_key(path)}
    return by_path | by_key | is_its_own_key


def make_units(session: Session, paths: Iterable[str], *, known: dict[str, KnownUnit]) -> list[str]:
    """Create the units that are not ``known``, and those above them. Adds them to ``known``.

    Units that exist keep their place; new ones come after them, in the order in which ``paths``
    first names them. Returns the paths of the new units in that order.
    """
    new = [
        path
        for path in dict.fromkeys(unit for path in paths for unit in _from_the_root(path))
        if path not in known
    ]
    last_positions = _last_positions(session) if new else {}
    # A unit needs the id of its parent, so one statement for each depth, the root first.
    for depth in sorted({path.count("/") for path in new}):
        rows = [_row(path, known, last_positions) for path in new if path.count("/") == depth]
        made = session.execute(insert(Unit).returning(Unit.id, Unit.path), rows)
        known |= {unit_key(row.path): KnownUnit(id=row.id, path=row.path) for row in made}
    return new


def _from_the_root(path: str) -> list[str]:
    """ "A/B/C" gives A, A/B and A/B/C."""
    names = path.split("/")
    return ["/".join(names[:end]) for end in range(1, len(names) + 1)]


def _last_positions(session: Session) -> dict[int | None, int]:
    """The highest position below each unit, by the id of that unit."""
    rows = session.execute(select(Unit.parent_id, func.max(Unit.position)).group_by(Unit.parent_id))
    return dict(rows.all())


def _row(
    path: str, known: dict[str, KnownUnit], last_positions: dict[int | None, int]
) -> dict[str, int | str | None]:
    """The columns of a new unit. Counts its position in ``last_positions``."""
    parent_key, _, name = path.rpartition("/")
    parent = known[parent_key] if parent_key else None
    parent_id = parent.id if parent else None
    position = last_positions.get(parent_id, -1) + 1
    last_positions[parent_id] = position
    # The parent's path may be typed wider than its key. The new path begins with it, because that
    # is how managers find what lies below.
    stored_path = f"{parent.path}/{name}" if parent else name
    return {"parent_id": parent_id, "name": name, "path": stored_path, "position": position}
