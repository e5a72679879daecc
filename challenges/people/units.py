"""Knows units by their names however wide they are typed, and makes new ones from their paths.

Parents are made first, siblings in the order in which the list first names them.
"""

import re
import unicodedata
from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from challenges.people.models import Unit

SLASHES = re.compile("[/／]")


class KnownUnit(NamedTuple):
    """A unit as it stands in the database; its path may be typed wider than the one it is known
    by."""

    id: int
    path: str


def known_units(session: Session) -> dict[str, KnownUnit]:
    """Every unit by its path, and by the one it is compared by.

    Where two differ only in width, the one typed as it is compared is meant, else the older.
    """
    units = [
        KnownUnit(*row)
        for row in session.execute(select(Unit.id, Unit.path).order_by(Unit.id.desc()))
    ]
    by_path = {one.path: one for one in units}
    return (
        by_path
        | {unit_key(one.path): one for one in units}
        | {path: one for path, one in by_path.items() if path == unit_key(path)}
    )


def make_units(session: Session, paths: Iterable[str], *, known: dict[str, KnownUnit]) -> list[str]:
    """Make every unit that is not ``known`` (by path), and those above it; ``known`` learns them.

    Known units keep their place; new ones stand after them. Returns the paths made, in order of
    first appearance.
    """
    new = [
        path
        for path in dict.fromkeys(step for path in paths for step in _downward(path))
        if path not in known
    ]
    last = _last_positions(session) if new else {}
    for depth in sorted({path.count("/") for path in new}):
        rows = [_row(path, known, last) for path in new if path.count("/") == depth]
        made = session.execute(insert(Unit).returning(Unit.id, Unit.path), rows)
        known |= {unit_key(row.path): KnownUnit(*row) for row in made}
    return new


def _downward(path: str) -> list[str]:
    names = path.split("/")
    return ["/".join(names[:end]) for end in range(1, len(names) + 1)]


def _last_positions(session: Session) -> dict[int | None, int]:
    rows = session.execute(select(Unit.parent_id, func.max(Unit.position)).group_by(Unit.parent_id))
    return dict(rows.all())


def _row(
    path: str, known: dict[str, KnownUnit], last: dict[int | None, int]
) -> dict[str, int | str | None]:
    above, _, name = path.rpartition("/")
    parent = known[above] if above else None
    parent_id = parent.id if parent else None
    last[parent_id] = position = last.get(parent_id, -1) + 1
    path = (
        f"{parent.path}/{name}" if parent else name
    )  # begins like the parent's, by which managers look down
    return {"parent_id": parent_id, "name": name, "path": path, "position": position}


def unit_key(path: str) -> str:
    """The path by which units are compared: each name in NFKC, so that ＤＸ and DX, ｶﾞ and ガ are
    one.

    The names stand between / or ／. Other characters, ＼ and ＞ too, are part of a name.
    """
    return "/".join(
        " ".join(unicodedata.normalize("NFKC", name).split()) for name in SLASHES.split(path)
    )
