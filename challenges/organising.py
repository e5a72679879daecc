"""Makes offices from their paths: parents first, siblings in the order in which the list first names them."""

from collections.abc import Iterable

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from .models import Unit


def make_units(session: Session, paths: Iterable[str], *, known: dict[str, int]) -> list[str]:
    """Make every office that is not ``known`` (path to id), and those above it; ``known`` learns them.

    Known offices keep their place; new ones stand after them. Returns the paths made, in order of first appearance.
    """
    new = [path for path in dict.fromkeys(step for path in paths for step in _downward(path)) if path not in known]
    last = _last_positions(session) if new else {}
    for depth in sorted({path.count("/") for path in new}):
        rows = [_row(path, known, last) for path in new if path.count("/") == depth]
        made = session.execute(insert(Unit).returning(Unit.path, Unit.id), rows)
        known |= dict(made.all())
    return new


def _downward(path: str) -> list[str]:
    names = path.split("/")
    return ["/".join(names[:end]) for end in range(1, len(names) + 1)]


def _last_positions(session: Session) -> dict[int | None, int]:
    rows = session.execute(select(Unit.parent_id, func.max(Unit.position)).group_by(Unit.parent_id))
    return dict(rows.all())


def _row(path: str, known: dict[str, int], last: dict[int | None, int]) -> dict[str, int | str | None]:
    parent, _, name = path.rpartition("/")
    parent_id = known[parent] if parent else None
    last[parent_id] = position = last.get(parent_id, -1) + 1
    return {"parent_id": parent_id, "name": name, "path": path, "position": position}
